// Whose time the faults at a percentile take: guest, VMM, host, IOMMU and device.
charts.scopes = {
  options: () => [
    {name: 'of', label: 'Faults', values: report.scopes.groups.map(group => group.name)},
  ],
  cases: () => report.scopes.groups.flatMap(group => group.rows.map(row => row.case)),
  legend: () => report.scopes.names.map((name, i) => ({name, colour: stage_colour(i)})),
  left: shown => names_room(shown),

  spec(view) {
    const {names, groups} = report.scopes;
    const group = groups.find(one => one.name === view.of) ?? groups[0];
    const rows = group.rows.filter(row => view.shown.includes(row.case));
    const total = row => row.ns.reduce((sum, value) => sum + value, 0);
    const longest = Math.max(1, ...rows.map(total));
    const bars = rows.flatMap(row =>
      stacked(row.ns, longest, view.width, value => quantity(value, 'duration'), names).map(bar => {
        const time = quantity(bar.to - bar.from, 'duration');
        const share = ((100 * (bar.to - bar.from)) / total(row)).toFixed(1) + ' %';
        return {
          ...bar,
          case: report.cases[row.case],
          words: `${report.cases[row.case]}, ${bar.stage}: ${time}, ${share}`,
          tip: {
            title: report.cases[row.case],
            rows: [
              {name: [bar.stage], text: `${time}, ${share} of ${quantity(total(row), 'duration')}`},
            ],
          },
        };
      }),
    );
    const room = names_room(view.shown);
    const y = {
      field: 'case',
      type: 'nominal',
      sort: rows.map(row => report.cases[row.case]),
      title: null,
      axis: {labelLimit: 220, labelPadding: 8, minExtent: room, maxExtent: room},
    };
    const x = {
      type: 'quantitative',
      title: `time of a fault ${group.name}`,
      scale: {domain: [0, longest], nice: false},
      axis: {labelExpr: 'duration(datum.value)', tickCount: 8},
    };
    return with_stage_legend(
      {
        description: `Whose time a fault ${group.name} takes; the parts add up to the fault`,
        width: view.width,
        height: 40 * rows.length,
        params: signals,
        data: {values: bars},
        layer: stage_bars(x, ['from', 'to'], y, names),
      },
      view.legend,
    );
  },
};
