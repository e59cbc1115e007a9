// Faults and a metric against the locked limit: two rows over one axis.
const limit_series = [
  {name: 'predicted', colour: 'var(--soft)', dash: [6, 3]},
  {name: 'simulated', colour: case_colour(0), dash: [1, 0]},
];

charts.limits = {
  cases: () => report.limits.simulated.map(point => point.case),
  legend: () => limit_series,

  // A line with points, its band, and a rule at the knee and one at the target.
  row(view, x, {field, title, y_axis, points, lines, last}) {
    const color = {
      field: 'series',
      type: 'nominal',
      scale: {
        domain: limit_series.map(one => one.name),
        range: limit_series.map(one => one.colour),
      },
      legend: view.legend ? {} : null,
    };
    const y = name => ({field: name, type: 'quantitative', title, ...y_axis});
    const opacity = unless_passed_over('series');
    const rules = ['knee', 'target']
      .filter(name => report.limits[name])
      .map(name => ({name, limit: report.limits[name].limit}));
    return {
      width: view.width,
      height: 190,
      layer: [
        {
          data: {values: rules},
          mark: {type: 'rule', strokeDash: [2, 3], aria: false},
          encoding: {x},
        },
        {
          data: {values: rules},
          mark: {type: 'text', align: 'right', dx: -4, baseline: 'top', aria: false},
          encoding: {
            x,
            y: {value: {expr: 'datum.name === "knee" ? 2 : 18'}},
            text: {field: 'name'},
          },
        },
        ...(lines.length
          ? [
              {
                data: {values: lines},
                mark: {type: 'line', strokeWidth: 1.6, strokeDash: [6, 3]},
                encoding: {x, y: y(field), color, opacity},
              },
            ]
          : []),
        {
          data: {values: points},
          mark: {type: 'line', strokeWidth: 2.2},
          encoding: {x, y: y(field), color, opacity},
        },
        {
          data: {values: points},
          mark: {type: 'rule', strokeWidth: 1.3, aria: false},
          encoding: {x, y: y(`${field}_low`), y2: {field: `${field}_high`}},
        },
        {
          data: {values: points},
          mark: {type: 'point', filled: true, size: 55, opacity: 1},
          encoding: {
            x,
            y: y(field),
            color,
            opacity,
            tooltip: {field: 'tip'},
            description: {field: 'words'},
          },
        },
      ],
    };
  },

  spec(view) {
    const {metric, unit, predicted, simulated} = report.limits;
    const points = simulated
      .filter(point => view.shown.includes(point.case))
      .map(point => ({
        ...point,
        series: 'simulated',
        words: `limit ${quantity(point.limit, 'bytes')}: ${quantity(point.faults, 'count')} faults, ${metric} ${quantity(point.metric, unit)}`,
        tip: {
          title: `limit ${quantity(point.limit, 'bytes')}`,
          rows: [
            {name: 'faults', text: quantity(point.faults, 'count')},
            {name: metric, text: quantity(point.metric, unit)},
          ],
        },
      }));
    const lines = predicted.map(point => ({...point, series: 'predicted'}));
    const most = Math.max(1, ...[...points, ...lines].map(point => point.limit));
    const x = last => ({
      field: 'limit',
      type: 'quantitative',
      title: last ? 'limit on locked memory' : null,
      scale: {domain: [0, most], nice: false},
      axis: {values: byte_marks(most, 10), labelExpr: 'bytes(datum.value)', labels: last, ticks: last},
    });
    const values = points.flatMap(point => [point.metric_low, point.metric_high, point.metric]);
    return {
      description: `Faults and ${metric} against the limit on locked memory`,
      params: signals.slice(0, 1),
      spacing: 30,
      vconcat: [
        this.row(view, x(false), {
          field: 'faults',
          title: 'faults',
          y_axis: {axis: {labelExpr: 'count(datum.value)', tickCount: 5}},
          points,
          lines,
        }),
        this.row(view, x(true), {
          field: 'metric',
          title: metric.replace('_ns', '').replaceAll('_', ' '),
          y_axis: unit === 'duration' ? log_axis(unit, values) : {axis: {labelExpr: `${unit}(datum.value)`}},
          points,
          lines: [],
        }),
      ],
      resolve: {scale: {color: 'shared'}},
    };
  },
};
