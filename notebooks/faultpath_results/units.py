"""Values as text with a unit, for tables, sentences and axes."""
import math
from functools import partial
from numbers import Real

from matplotlib.ticker import FuncFormatter

# In ascending order; the first serves below the second.
_STEPS = {
    "ns": [(1, "ns"), (1e3, "us"), (1e6, "ms"), (1e9, "s")],
    "B": [(1, "B"), (2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB"), (2**40, "TiB")],
    "B/s": [(1, "B/s"), (1e3, "kB/s"), (1e6, "MB/s"), (1e9, "GB/s"), (1e12, "TB/s")],
    "": [(1, ""), (1e4, "k"), (1e6, "M"), (1e9, "G")],
}


def value_text(value: float, unit: str = "") -> str:
    """Three significant digits, the whole digits at least: `20.3 us`, `256 MiB`, `15774`. A unit
    that is none of `ns`, `B`, `B/s` and empty just follows the number."""
    return estimate_text(value, 0.0, unit)


def estimate_text(value: float, half: float, unit: str = "") -> str:
    """A value and the half of its interval, where that shows: `20.2 ± 0.3 us`."""
    if math.isnan(value):
        return "-"
    if value == 0 and not half > 0:
        return "0"
    size, name = _step(max(abs(value), 0.0 if math.isnan(half) else half), unit)
    decimals = _decimals(value / size, exact=size == 1 and float(value).is_integer())
    text = f"{value / size:.{decimals}f}"
    shown = half / size * 10**decimals  # NaN of one replication compares as false
    if 0.05 <= shown < 0.5:
        decimals += 1
    if shown >= 0.05:
        text = f"{value / size:.{decimals}f} ± {half / size:.{decimals}f}"
    return f"{text} {name}".rstrip()


def axis_formatter(unit: str) -> FuncFormatter:
    """For `axis.set_major_formatter`: few digits, as ticks are round."""
    return FuncFormatter(partial(_tick_text, unit))


def percentile_text(one_in: float) -> str:
    """The percentile beyond which one value in `one_in` lies: `p99.9` for 1000."""
    return "min" if one_in <= 1 else f"p{100 * (1 - 1 / one_in):.10g}"


def percent_text(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.3g} %"


def parameter_text(value, among=()) -> str:
    """A value of a parameter; when all values are shares, in per cent."""
    if not isinstance(value, Real):
        return str(value)
    return f"{100 * value:.6g} %" if max(among, default=value) <= 1 else f"{value:.6g}"


def _tick_text(unit: str, value: float, _position=None) -> str:
    size, name = _step(abs(value), unit)
    return f"{value / size:.6g} {name}".rstrip()


def _step(magnitude: float, unit: str) -> tuple[float, str]:
    steps = _STEPS.get(unit, [(1, unit)])
    size, name = max((step for step in steps if step[0] <= magnitude), default=steps[0])
    return (1e3, name) if name == "k" else (size, name)  # thousands begin at 10 k: 9999 stays exact


def _decimals(scaled: float, exact: bool) -> int:
    if exact or scaled == 0:
        return 0
    digits = math.floor(math.log10(abs(scaled))) if abs(scaled) >= 1 else 0
    return max(0, 2 - digits)
