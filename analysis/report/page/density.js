// How many guests fit on a host, and at which tail: a line for each way to hold their memory.
const density_families = () => [...new Set(report.density.map(point => point.family))];

// Those that no other beats in both, by number of guests. More guests than one of them has take the
// tail of the next.
const density_front = points =>
  points
    .filter(
      a =>
        !points.some(
          b => b.guests >= a.guests && b.tail <= a.tail && (b.guests > a.guests || b.tail < a.tail),
        ),
    )
    .sort((a, b) => a.guests - b.guests || a.tail - b.tail);

charts.density = {
  all_at_first: true, // its colours are those of the lines
  cases: () => report.density.map(point => point.case),
  legend: () =>
    density_families().map((name, i) => ({name, colour: case_colour(i), dash: case_dash(i)})),

  spec(view) {
    const families = density_families();
    const rows = report.density
      .filter(point => view.shown.includes(point.case))
      .map(point => {
        const name = report.cases[point.case],
          tail = quantity(point.tail, 'duration'),
          guests = `${point.guests} ${point.guests === 1 ? 'guest' : 'guests'}`;
        return {
          ...point,
          case: name,
          words: `${name}: ${guests}, ${point.family}, p99 ${tail}`,
          tip: {
            title: null,
            rows: [{case: point.case, cells: [guests, point.family, tail]}],
            columns: ['', 'held by', 'DMA p99'],
          },
        };
      });
    const most = Math.max(...rows.map(row => row.guests));
    const x = {
      field: 'guests',
      type: 'quantitative',
      title: 'guests on the host',
      scale: {domain: [0, most * 1.04], nice: false},
      axis: {format: 'd', tickMinStep: 1, tickCount: Math.min(most, 12)},
    };
    const y_axis = log_axis(
      'duration',
      rows.flatMap(row => [row.low, row.high, row.tail]),
    );
    const y = field => ({field, type: 'quantitative', title: 'DMA latency p99', ...y_axis});
    const by_family = range => ({
      field: 'family',
      type: 'nominal',
      sort: null,
      scale: {domain: families, range: families.map((_, i) => range(i))},
      legend: view.legend ? {} : null,
    });
    const color = by_family(case_colour);
    const opacity = unless_passed_over('family');
    return {
      description:
        'Guests on a host against the 99th percentile of DMA latency; the dashed line joins the cases that no other beats in both',
      width: view.width,
      height: 320,
      params: signals,
      data: {values: rows},
      layer: [
        {
          data: {values: density_front(rows)},
          mark: {
            type: 'line',
            interpolate: 'step-before',
            color: 'var(--soft)',
            strokeDash: [4, 3],
            aria: false,
          },
          encoding: {x, y: y('tail')},
        },
        {
          mark: {type: 'line', strokeWidth: 2.2},
          encoding: {x, y: y('tail'), color, strokeDash: by_family(case_dash), opacity},
        },
        {
          mark: {type: 'rule', strokeWidth: 1.3, aria: false},
          encoding: {x, y: y('low'), y2: {field: 'high'}},
        },
        {
          mark: {type: 'point', filled: true, size: 90, opacity: 1},
          encoding: {
            x,
            y: y('tail'),
            color,
            tooltip: {field: 'tip'},
            description: {field: 'words'},
            opacity,
          },
        },
      ],
    };
  },
};
