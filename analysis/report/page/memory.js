// What locked memory buys: each case at its locked memory and its tail.

// A label beside each point where it covers neither a point nor another label.
function placed_labels(points, width, height) {
  const taken = points.map(({px, py}) => [px - 7, py - 7, px + 7, py + 7]);
  const free = box =>
    box[0] >= 0 &&
    box[2] <= width + 28 &&
    box[1] >= -12 &&
    box[3] <= height &&
    taken.every(
      other => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3],
    );
  return points.flatMap(point => {
    const {px, py, case: name} = point,
      length = 6.6 * name.length;
    const places = [
      [10, -8, 'left'],
      [10, 12, 'left'],
      [-10, -8, 'right'],
      [-10, 12, 'right'],
    ];
    for (const [dx, dy, align] of places) {
      const left = align === 'left' ? px + dx : px + dx - length;
      const box = [left, py + dy - 8, left + length, py + dy + 8];
      if (!free(box)) continue;
      taken.push(box);
      return [{...point, dx, dy, align}];
    }
    return [];
  });
}

// Those that no other beats in both, by rising memory.
const front_of = points =>
  points
    .filter(
      a =>
        !points.some(
          b => b.locked <= a.locked && b.tail <= a.tail && (b.locked < a.locked || b.tail < a.tail),
        ),
    )
    .sort((a, b) => a.locked - b.locked || b.tail - a.tail);

charts.memory = {
  cases: () => report.memory.map(point => point.case),

  spec(view) {
    const height = 320;
    const rows = report.memory
      .filter(point => view.shown.includes(point.case))
      .map(point => ({
        ...point,
        index: point.case,
        case: report.cases[point.case],
        tip: {
          title: null,
          rows: [
            {
              case: point.case,
              cells: [quantity(point.locked, 'bytes'), quantity(point.tail, 'duration')],
            },
          ],
          columns: ['locked, max', 'DMA p99'],
        },
        words: `${report.cases[point.case]}: locked ${quantity(point.locked, 'bytes')}, p99 ${quantity(point.tail, 'duration')}`,
      }));
    const most = Math.max(1, ...rows.map(row => row.locked)) * 1.02;
    const margin = most * 0.02;
    const x = {
      field: 'locked',
      type: 'quantitative',
      title: 'locked memory, most at any time',
      scale: {domain: [-margin, most], nice: false},
      axis: {values: byte_marks(most, 10), labelExpr: 'bytes(datum.value)'},
    };
    const y_axis = log_axis(
      'duration',
      rows.flatMap(row => [row.low, row.high, row.tail]),
    );
    const y = field => ({field, type: 'quantitative', title: 'DMA latency p99', ...y_axis});
    const [bottom, top] = y_axis.scale.domain.map(Math.log);
    for (const row of rows) {
      row.px = ((row.locked + margin) / (most + margin)) * view.width;
      row.py = height * (1 - (Math.log(row.tail) - bottom) / (top - bottom));
    }
    const {color} = by_case(view.shown, false);
    const shape = {
      ...color,
      scale: {
        domain: color.scale.domain,
        range: view.shown.map(
          index =>
            ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'][index % 6],
        ),
      },
    };
    return {
      description:
        'Locked memory against the 99th percentile of DMA latency; the line joins the cases that no other beats in both',
      width: view.width,
      height,
      params: signals,
      data: {values: rows},
      layer: [
        {
          data: {values: front_of(rows)},
          mark: {type: 'line', interpolate: 'step-after', color: 'var(--soft)', strokeDash: [4, 3]},
          encoding: {x, y: y('tail')},
        },
        {
          mark: {type: 'rule', strokeWidth: 1.3, aria: false},
          encoding: {x, y: y('low'), y2: {field: 'high'}},
        },
        {
          mark: {
            type: 'point',
            filled: true,
            size: 110,
            opacity: 1,
            stroke: 'var(--paper)',
            strokeWidth: 1,
          },
          encoding: {
            x,
            y: y('tail'),
            color,
            shape,
            tooltip: {field: 'tip'},
            description: {field: 'words'},
            opacity: unless_passed_over('case'),
          },
        },
        // A layer a label, because dx, dy and align are properties of marks.
        ...placed_labels(rows, view.width, height).map(label => ({
          data: {values: [label]},
          mark: {
            type: 'text',
            dx: label.dx,
            dy: label.dy,
            align: label.align,
            baseline: 'middle',
            aria: false,
          },
          encoding: {x, y: y('tail'), text: {field: 'case'}},
        })),
      ],
    };
  },
};
