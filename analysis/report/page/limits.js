// Faults and a metric against the locked limit: two rows over one axis.
const limit_series = [
  {name: 'predicted', colour: 'var(--soft)', dash: [6, 3]},
  {name: 'simulated', colour: case_colour(0), dash: [1, 0]},
];

// A layer without data would have no extent on its axes.
const present = (values, layer) => (values.length ? [{data: {values}, ...layer}] : []);

charts.limits = {
  cases: () => report.limits.simulated.map(point => point.case),
  legend: () => limit_series,

  // A line with points and intervals, a rule at the knee and one at the target, and what is predicted.
  row(view, x, {field, title, y_axis, points, lines, bounds}) {
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
      .filter(name => report.limits[name]?.limit)
      .map(name => ({name, limit: report.limits[name].limit}));
    return {
      width: view.width,
      height: 190,
      layer: [
        ...present(rules, {
          mark: {type: 'rule', strokeDash: [2, 3], aria: false},
          encoding: {x},
        }),
        ...present(rules, {
          mark: {type: 'text', align: 'right', dx: -4, baseline: 'top', aria: false},
          encoding: {
            x,
            y: {value: {expr: 'datum.name === "knee" ? 2 : 18'}},
            text: {field: 'name'},
          },
        }),
        ...present(bounds, {
          mark: {type: 'rule', strokeDash: [2, 3], aria: false},
          encoding: {y: y('bound')},
        }),
        ...present(lines, {
          mark: {type: 'line', strokeWidth: 1.6, strokeDash: [6, 3]},
          encoding: {x, y: y(field), color, opacity},
        }),
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
    const {metric, unit, predicted, simulated, target} = report.limits;
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
    const bounds = target?.bound ? [{bound: target.bound}] : [];
    const values = [
      ...points.flatMap(point => [point.metric_low, point.metric_high, point.metric]),
      ...bounds.map(one => one.bound),
    ];
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
          bounds: [],
        }),
        this.row(view, x(true), {
          field: 'metric',
          title: metric.replace('_ns', '').replaceAll('_', ' '),
          y_axis: unit === 'duration' ? log_axis(unit, values) : {axis: {labelExpr: `${unit}(datum.value)`}},
          points,
          lines: [],
          bounds,
        }),
      ],
      resolve: {scale: {color: 'shared'}},
    };
  },
};
