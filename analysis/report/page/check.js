// The verdict on each metric against a baseline: its change with an interval, on the margin.
const verdict_colours = {
  same: 'var(--soft)',
  inconclusive: 'var(--ink)',
  better: 'var(--good)',
  worse: 'var(--bad)',
};

charts.check = {
  options: () => [
    {name: 'of', label: 'Case', values: report.check.cases.map(one => report.cases[one.case])},
  ],
  cases: () => report.check.cases.map(one => one.case),
  legend: () => Object.entries(verdict_colours).map(([name, colour]) => ({name, colour})),
  left: () => 230,

  spec(view) {
    const rows = report.check.cases
      .find(one => report.cases[one.case] === view.of)
      .metrics.map(row => ({
        ...row,
        words: `${row.metric}: ${row.text}, ${row.verdict}`,
        tip: {title: row.metric, rows: [{name: row.verdict, cells: [row.text]}]},
      }));
    const reach =
      1.1 *
      Math.max(
        0.01,
        ...rows.flatMap(row =>
          [row.margin, Math.abs(row.low), Math.abs(row.high)].map(value =>
            Math.min(value, 8 * row.margin),
          ),
        ),
      );
    const x = {
      type: 'quantitative',
      title: 'change from the baseline',
      scale: {domain: [-reach, reach], nice: false, clamp: true},
      axis: {format: '+.1~%', tickCount: 9, grid: true},
    };
    const y = {
      field: 'metric',
      type: 'nominal',
      sort: rows.map(row => row.metric),
      title: null,
      axis: {labelLimit: 220, minExtent: 230, maxExtent: 230, labelPadding: 8},
    };
    const color = {
      field: 'verdict',
      type: 'nominal',
      scale: {domain: Object.keys(verdict_colours), range: Object.values(verdict_colours)},
      legend: view.legend ? {symbolType: 'circle'} : null,
    };
    return {
      description: `Change of each metric of ${view.of} from the baseline, with its margin`,
      width: view.width,
      height: 22 * rows.length,
      params: signals,
      data: {values: rows},
      layer: [
        {
          transform: [{calculate: '-datum.margin', as: 'least'}],
          mark: {type: 'bar', height: {band: 0.8}, color: 'var(--rule)', aria: false},
          encoding: {y, x: {field: 'least', ...x}, x2: {field: 'margin'}},
        },
        {
          mark: {type: 'rule', strokeWidth: 2, clip: true, aria: false},
          encoding: {
            y,
            x: {field: 'low', ...x},
            x2: {field: 'high'},
            color,
            opacity: unless_passed_over('verdict'),
          },
        },
        {
          mark: {type: 'point', filled: true, size: 70, opacity: 1},
          encoding: {
            y,
            x: {field: 'change', ...x},
            color,
            opacity: unless_passed_over('verdict'),
            tooltip: {field: 'tip'},
            description: {field: 'words'},
          },
        },
        {
          data: {values: [{zero: 0}]},
          mark: {type: 'rule', aria: false},
          encoding: {x: {field: 'zero', ...x}},
        },
      ],
    };
  },
};
