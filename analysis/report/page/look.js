// What all charts look like. Colours are variables of the style sheet: light, dark and print need
// no second drawing.
const axis_room = 62; // pixels for the labels of the vertical axis: the same in all charts

const look = {
  font: 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  background: null,
  padding: 2,
  view: {stroke: null},
  axis: {
    labelColor: 'var(--ink)',
    titleColor: 'var(--soft)',
    gridColor: 'var(--rule)',
    domainColor: 'var(--soft)',
    tickColor: 'var(--soft)',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  axisY: {
    titleAlign: 'left',
    titleAngle: 0,
    titleAnchor: 'start',
    titleBaseline: 'bottom',
    titleX: 0,
    titleY: -8,
    domain: false,
    ticks: false,
    minExtent: axis_room,
    maxExtent: axis_room,
  },
  legend: {
    labelColor: 'var(--ink)',
    labelFontSize: 12,
    labelLimit: 400,
    title: null,
    orient: 'top',
    columns: 5,
    symbolType: 'stroke',
    symbolStrokeWidth: 3,
    symbolSize: 300,
  },
  text: {color: 'var(--ink)', fontSize: 12},
  rule: {color: 'var(--ink)'},
};

const dashes = [
  [1, 0],
  [8, 3],
  [3, 2],
  [8, 3, 2, 3],
  [14, 4],
  [1, 3],
];
const case_colour = index => `var(--case${index % 8})`;
const case_dash = index => dashes[index % dashes.length];
const stage_colour = index => `var(--stage${index % 10})`;
const stage_ink = index => `var(--stage-ink${index % 10})`;

// Encodings by case, for charts of the cases with these indices. A page has its own legend; a chart that
// leaves the page takes one along.
function by_case(shown, legend) {
  const domain = shown.map(index => report.cases[index]);
  const scale = range => ({domain, range: shown.map(range)});
  return {
    color: {
      field: 'case',
      type: 'nominal',
      sort: null,
      scale: scale(case_colour),
      legend: legend ? {} : null,
    },
    strokeDash: {
      field: 'case',
      type: 'nominal',
      sort: null,
      scale: scale(case_dash),
      legend: legend ? {} : null,
    },
  };
}

// Opaque unless another name has been singled out in the legend.
const unless_passed_over = (field, opacity = 1) => ({
  condition: {test: `picked === null || datum.${field} === picked`, value: opacity},
  value: opacity * 0.13,
});

// The steps 1, 2, 5 of every decade that a logarithmic axis shows.
const steps125 = Array.from({length: 39}, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3 - 1));

// From the step below the least to the step above the greatest value.
function log_domain(values) {
  const positive = values.filter(value => value > 0);
  if (!positive.length) return [1, 10];
  const least = Math.min(...positive),
    greatest = Math.max(...positive);
  return [
    steps125.findLast(step => step <= least) ?? least,
    steps125.find(step => step > greatest) ?? greatest,
  ];
}
const log_axis = (unit, values) => ({
  scale: {type: 'log', nice: false, domain: log_domain(values)},
  axis: {values: steps125, labelExpr: `${unit}(datum.value)`},
});

// At most `count` marks from 0 to `most` bytes, at powers of two.
function byte_marks(most, count) {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, most)) / 10));
  let step = unit;
  while (most / step > count) step *= 2;
  while (step > 1 && most / step < count / 2) step /= 2;
  return Array.from({length: Math.floor(most / step) + 1}, (_, i) => i * step);
}

// The rule that follows the pointer or the arrow keys.
const reading_rule = x => ({
  data: {values: [{}]},
  mark: {type: 'rule', color: 'var(--soft)', aria: false},
  encoding: {
    x: {...x, field: undefined, datum: {expr: 'reading === null ? 1 : reading'}},
    opacity: {value: {expr: 'reading === null ? 0 : 1'}},
  },
});
const signals = [
  {name: 'picked', value: null},
  {name: 'reading', value: null},
];
