// Where the time of a fault goes: bars of stages in the order of the path.
const stage_legend = names =>
  names.map(name => ({name, colour: stage_colour(report.stages.names.indexOf(name))}));

const stages_of = groups =>
  report.stages.names.filter((_, i) => groups.some(group => group.rows.some(row => row.ns[i] > 0)));

// Pixels for the names of cases beside the bars.
const names_room = shown =>
  Math.min(230, 16 + 7 * Math.max(1, ...shown.map(index => report.cases[index].length)));

// One bar after the other, with its label where it fits into `width` pixels. `names` are those of the
// parts, which have the colours of stages.
function stacked(ns, whole, width, text, names = report.stages.names) {
  let end = 0;
  return ns.flatMap((value, i) => {
    if (!(value > 0)) return [];
    const from = end;
    end += value;
    const label = (value / whole) * width > 52 ? text(value) : '';
    return [
      {
        stage: names[i],
        order: i,
        from,
        to: end,
        middle: (from + end) / 2,
        label,
        ink: stage_ink(i),
      },
    ];
  });
}

const stage_bars = (x, x_of, y, names = report.stages.names) => [
  {
    mark: {type: 'bar', height: {band: 0.64}, stroke: 'var(--paper)', strokeWidth: 1},
    encoding: {
      y,
      x: {field: x_of[0], ...x},
      x2: {field: x_of[1]},
      color: {
        field: 'stage',
        type: 'nominal',
        sort: null,
        scale: {
          domain: names,
          range: names.map((_, i) => stage_colour(i)),
        },
        legend: null,
      },
      opacity: unless_passed_over('stage'),
      tooltip: {field: 'tip'},
      description: {field: 'words'},
    },
  },
  {
    transform: [{filter: "datum.label !== ''"}],
    mark: {type: 'text', fontSize: 11, aria: false},
    encoding: {
      y,
      x: {field: 'middle', ...x},
      text: {field: 'label'},
      color: {field: 'ink', type: 'nominal', scale: null},
      opacity: unless_passed_over('stage'),
    },
  },
];

const with_stage_legend = (spec, legend) => {
  if (legend)
    Object.assign(spec.layer[0].encoding.color, {
      legend: {symbolType: 'square', symbolStrokeWidth: 0, columns: 6},
    });
  return spec;
};

charts.stages = {
  options: () => [
    {name: 'of', label: 'Faults', values: report.stages.groups.map(group => group.name)},
  ],
  cases: () => report.stages.groups.flatMap(group => group.rows.map(row => row.case)),
  legend: () => stage_legend(stages_of(report.stages.groups)),
  left: shown => names_room(shown),

  spec(view) {
    const group = report.stages.groups.find(one => one.name === view.of) ?? report.stages.groups[0];
    const rows = group.rows.filter(row => view.shown.includes(row.case));
    const total = row => row.ns.reduce((sum, value) => sum + value, 0);
    const longest = Math.max(1, ...rows.map(total));
    const bars = rows.flatMap(row =>
      stacked(row.ns, longest, view.width, value => quantity(value, 'duration')).map(bar => {
        const name = report.cases[row.case],
          time = quantity(bar.to - bar.from, 'duration');
        const share = ((100 * (bar.to - bar.from)) / total(row)).toFixed(1) + ' %';
        return {
          ...bar,
          case: name,
          words: `${name}, ${bar.stage}: ${time}, ${share}`,
          tip: {
            title: name,
            rows: [
              {stage: bar.order, text: `${time}, ${share} of ${quantity(total(row), 'duration')}`},
            ],
          },
        };
      }),
    );
    const names = rows.map(row => report.cases[row.case]);
    const y = {
      field: 'case',
      type: 'nominal',
      sort: names,
      title: null,
      axis: {
        labelLimit: 220,
        labelPadding: 8,
        minExtent: names_room(view.shown),
        maxExtent: names_room(view.shown),
      },
    };
    const x = {
      type: 'quantitative',
      title: `time of a fault, ${group.name}`,
      scale: {domain: [0, longest], nice: false},
      axis: {labelExpr: 'duration(datum.value)', tickCount: 8},
    };
    return with_stage_legend(
      {
        description: `Time of a fault by stage, ${group.name}; the stages add up to the fault`,
        width: view.width,
        height: 40 * rows.length,
        params: signals,
        data: {values: bars},
        layer: stage_bars(x, ['from', 'to'], y),
      },
      view.legend,
    );
  },
};

// The same as shares, percentile by percentile: what makes slow faults slow.
charts.blame = {
  cases: () => report.blame.map(one => one.case),
  legend: () =>
    stage_legend(
      report.stages.names.filter((_, i) =>
        report.blame.some(one => one.rows.some(row => row.ns[i] > 0)),
      ),
    ),

  spec(view) {
    const cases = report.blame.filter(one => view.shown.includes(one.case));
    const columns = Math.min(cases.length, view.width > 700 ? 3 : 1);
    const width = Math.floor((view.width - 36 * (columns - 1)) / columns);
    const bars = cases.flatMap(one =>
      one.rows.flatMap(row => {
        const whole = row.ns.reduce((sum, value) => sum + value, 0);
        const share = value => Math.round((100 * value) / whole) + ' %';
        return stacked(row.ns, whole, width, share).map(bar => {
          const text = `${quantity(bar.to - bar.from, 'duration')}, ${share(bar.to - bar.from)} of ${quantity(whole, 'duration')}`;
          return {
            ...bar,
            from: bar.from / whole,
            to: bar.to / whole,
            middle: bar.middle / whole,
            case: report.cases[one.case],
            percentile: row.percentile,
            words: `${report.cases[one.case]}, ${row.percentile}, ${bar.stage}: ${text}`,
            tip: {
              title: `${report.cases[one.case]} ${row.percentile}`,
              rows: [{stage: bar.order, text}],
            },
          };
        });
      }),
    );
    const percentiles = [...new Set(cases.flatMap(one => one.rows.map(row => row.percentile)))];
    const y = {field: 'percentile', type: 'nominal', sort: percentiles, title: null};
    const x = {
      type: 'quantitative',
      title: null,
      scale: {domain: [0, 1], nice: false},
      axis: {format: '.0%', tickCount: 4, grid: false},
    };
    return with_stage_legend(
      {
        description: 'Shares of the stages in the faults at a percentile of the fault latency',
        params: signals,
        data: {values: bars},
        columns,
        facet: {
          field: 'case',
          type: 'nominal',
          sort: cases.map(one => report.cases[one.case]),
          header: {title: null, labelColor: 'var(--ink)', labelFontSize: 12, labelAnchor: 'start'},
        },
        spec: {width, height: 26 * percentiles.length, layer: stage_bars(x, ['from', 'to'], y)},
      },
      false,
    );
  },
};
