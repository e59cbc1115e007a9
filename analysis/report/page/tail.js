// Latency by percentile: each step to the right is a tail ten times rarer.
charts.tail = {
  options: () => [
    {name: 'distribution', label: 'Distribution', values: report.tails.map(tail => tail.name)},
  ],
  cases: () => report.tails.flatMap(tail => tail.lines.map(line => line.case)),

  lines: ({distribution, shown}) =>
    (report.tails.find(tail => tail.name === distribution) ?? report.tails[0]).lines.filter(line =>
      shown.includes(line.case),
    ),

  spec(view) {
    const lines = this.lines(view);
    const reach = Math.max(100, ...lines.map(line => report.rarities[line.values.length - 1]));
    const x = {
      field: 'x',
      type: 'quantitative',
      scale: {type: 'log', domain: [1, reach], nice: false},
      axis: {
        title: 'percentile',
        values: [1, 2, 10, 20, 100, 1e3, 1e4, 1e5, 1e6],
        labelExpr: 'percentile(datum.value)',
        labelOverlap: true,
      },
    };
    // The least values may be far below all others: the axis begins at p10.
    const p10 = report.rarities.findIndex(rarity => rarity >= 1.1);
    const all = lines.flatMap(line =>
      [...line.low, ...line.high, ...line.values].filter(
        value => value >= line.low[Math.min(p10, line.low.length - 1)],
      ),
    );
    const y = (field, title) => ({
      field,
      type: 'quantitative',
      title,
      ...log_axis('duration', all),
    });
    const title = 'latency';
    const points = lines.flatMap(line =>
      line.values.map((value, i) => ({
        case: report.cases[line.case],
        x: report.rarities[i],
        y: value,
        low: line.low[i],
        high: line.high[i],
        sure: i < line.sure,
      })),
    );
    const {color, strokeDash} = by_case(view.shown, view.legend);
    const line = (filter, opacity) => ({
      transform: [{filter}],
      mark: {type: 'line', strokeWidth: 2.2, clip: true},
      encoding: {
        x,
        y: y('y', title),
        color,
        strokeDash,
        opacity: unless_passed_over('case', opacity),
      },
    });
    return {
      description: `${view.distribution} by percentile, one line a case`,
      height: 360,
      width: view.width,
      params: signals,
      data: {values: points},
      layer: [
        {
          mark: {type: 'area', clip: true, aria: false},
          encoding: {
            x,
            y: y('low', title),
            y2: {field: 'high'},
            color,
            opacity: unless_passed_over('case', 0.2),
          },
        },
        line('datum.sure', 1),
        // Where the runs visit the tail too seldom; begins where the sure part ends.
        ...(points.some(point => !point.sure) ? [line('!datum.sure', 0.4)] : []),
        reading_rule(x),
      ],
    };
  },

  readings: () => report.rarities,
  reading(view, x) {
    const at = report.rarities.indexOf(x);
    return {
      title: `${view.distribution} ${percentile(x)}`,
      rows: this.lines(view)
        .filter(line => at < line.values.length)
        .map(line => {
          const half = (line.high[at] - line.low[at]) / 2;
          const band = half > line.values[at] * 5e-4 ? ` ± ${quantity(half, 'duration', 2)}` : '';
          return {case: line.case, text: quantity(line.values[at], 'duration') + band};
        }),
    };
  },
};
