// Quantities as text: three significant digits and a unit that scales, as in the tables.
const units = {
  duration: [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ],
  bytes: [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ],
  rate: [
    [1e9, 'G/s'],
    [1e6, 'M/s'],
    [1e3, 'k/s'],
    [1, '/s'],
  ],
  count: [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k', 1e3],
    [1, ''],
  ],
};

// `digits` significant ones; an axis wants them without trailing zeros.
function quantity(value, unit, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const [least, name, size = least] =
    units[unit].find(([from]) => Math.abs(value) >= from) ?? units[unit].at(-1);
  const scaled = value / size;
  const whole = Math.abs(scaled) >= 1 ? Math.floor(Math.log10(Math.abs(scaled))) : 0;
  const exact = size === 1 && Number.isInteger(value);
  const number = scaled.toFixed(exact ? 0 : Math.max(0, digits - 1 - whole));
  return name ? `${number} ${name}` : number;
}

const tick = (value, unit) =>
  quantity(value, unit, 6)
    .replace(/(\.\d*?)0+(?= |$)/, '$1')
    .replace(/\.(?= |$)/, '');

// The percentile that leaves one value in `rarity` beyond it.
const percentile = rarity =>
  rarity === 1 ? 'min' : 'p' + Number((100 * (1 - 1 / rarity)).toPrecision(rarity >= 1e3 ? 6 : 4));

for (const unit of Object.keys(units)) vega.expressionFunction(unit, value => tick(value, unit));
vega.expressionFunction('percentile', percentile);
