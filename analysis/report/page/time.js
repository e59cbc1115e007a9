// What happened when, in replication 0: rows over one axis of simulated time.
charts.time = {
  x_scale: 'concat_0_x',

  cases: () => report.series.rows.flatMap(row => row.lines.map(line => line.case)),

  end: ({shown}) =>
    Math.max(
      1,
      ...report.series.rows.flatMap(row =>
        row.lines
          .filter(line => shown.includes(line.case))
          .map(line => line.values.length * line.step_ns),
      ),
    ),

  // The finest, where results differ.
  step: ({shown}) =>
    Math.min(
      ...report.series.rows.flatMap(row =>
        row.lines.filter(line => shown.includes(line.case)).map(line => line.step_ns),
      ),
    ),

  value_at(row, index, x) {
    const line = row.lines.find(one => one.case === index);
    return line?.values[Math.floor(x / line.step_ns + 1e-6)];
  },

  row(row, view, end, last) {
    const lines = row.lines.filter(line => view.shown.includes(line.case));
    const values = lines.flatMap(line =>
      line.values.flatMap((value, i) =>
        value === null ? [] : [{case: report.cases[line.case], t: i * line.step_ns, v: value}],
      ),
    );
    const x = {
      field: 't',
      type: 'quantitative',
      title: last ? 'simulated time' : null,
      scale: {domain: [0, end], nice: false},
      axis: {
        labelExpr: 'duration(datum.value)',
        grid: false,
        tickCount: 8,
        labels: last,
        ticks: last,
      },
    };
    const most = Math.max(...values.map(point => point.v));
    const marks = row.unit === 'bytes' ? {values: byte_marks(most, 3)} : {tickCount: 3};
    const y = {
      field: 'v',
      type: 'quantitative',
      title: row.title,
      axis: {labelExpr: `${row.unit}(datum.value)`, ...marks},
    };
    const {color, strokeDash} = by_case(view.shown, view.legend);
    const overflows = (row.overflows ?? []).filter(one => view.shown.includes(one.case));
    return {
      width: view.width,
      height: 84,
      data: {values},
      layer: [
        ...(overflows.length
          ? [
              {
                data: {values: overflows},
                mark: {type: 'rect', color: 'var(--soft)', opacity: 0.25, aria: false},
                encoding: {x: {...x, field: 'from'}, x2: {field: 'to'}},
              },
            ]
          : []),
        {
          mark: {type: 'line', strokeWidth: 1.5, interpolate: 'step-after', clip: true},
          encoding: {x, y, color, strokeDash, opacity: unless_passed_over('case')},
        },
        // Where it can be seen without hiding what happens.
        ...(row.capacity < 3 * most
          ? [
              {
                data: {values: [{v: row.capacity}]},
                mark: {type: 'rule', strokeDash: [4, 3], aria: false},
                encoding: {y: {field: 'v', type: 'quantitative'}},
              },
            ]
          : []),
        reading_rule(x),
      ],
    };
  },

  spec(view) {
    const rows = report.series.rows,
      end = this.end(view);
    return {
      description: 'Rows over simulated time: ' + rows.map(row => row.title).join(', '),
      params: signals,
      spacing: 22,
      vconcat: rows.map((row, i) => this.row(row, view, end, i === rows.length - 1)),
      resolve: {scale: {color: 'shared', strokeDash: 'shared'}},
    };
  },

  readings(view) {
    const step_ns = this.step(view);
    return Array.from({length: Math.round(this.end(view) / step_ns)}, (_, i) => i * step_ns);
  },
  reading(view, x) {
    const cases = view.shown.filter(index => this.cases().includes(index));
    return {
      title: `from ${quantity(x, 'duration')}`,
      columns: report.series.rows.map(row => row.title),
      rows: cases.map(index => ({
        case: index,
        cells: report.series.rows.map(row => quantity(this.value_at(row, index, x), row.unit)),
      })),
    };
  },
};
