"""The tail of a latency distribution over replications, with intervals by sectioning."""
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from .histogram import Histogram

_POINTS_PER_DECADE = 24
_LEAST_BEYOND = 10  # values beyond the last point of a curve


def sectioned_quantile(histograms: list[Histogram], q: float,
                       confidence: float) -> tuple[float, float, float]:
    """The quantile of the merged histogram and its interval, in ns: sectioning, which takes the
    deviations of the replications' quantiles around that of all values. No interval (NaN) of one
    replication."""
    merged = Histogram.merged(histograms).quantile(q)
    used = [one.quantile(q) for one in histograms if one.count]
    half = _half_width(np.array(used) - merged, confidence)
    return merged, merged - half, merged + half


def effective_values(histograms: list[Histogram], q: float) -> float:
    """How many independent values lie beyond the quantile in one replication: below 1 the runs are
    too short for it. NaN of one replication, of whose correlation nothing is known."""
    used = [one for one in histograms if one.count]
    if len(used) < 2 or not 0.0 < q < 1.0:
        return float("nan")
    at = Histogram.merged(used).quantile(q)
    n = sum(one.count for one in used) / len(used)
    spread = np.var([one.share_above(at) for one in used], ddof=1)
    return n * (1.0 - q) / max(1.0, n * spread / (q * (1.0 - q)))


def tail_curve(histograms: list[Histogram], confidence: float = 0.95) -> pd.DataFrame:
    """Quantiles along a tail, one histogram a replication. Columns: `q`; `one_in` = 1 / (1 - q), so
    100 is the 99th percentile; `ns` with `low` and `high`; `effective`. It ends where fewer than
    ten of all values lie beyond."""
    total = sum(one.count for one in histograms)
    rows = []
    for one_in in _tail_grid(total):
        q = 1.0 - 1.0 / one_in
        value, low, high = sectioned_quantile(histograms, q, confidence)
        rows.append((q, one_in, value, low, high, effective_values(histograms, q)))
    return pd.DataFrame(rows, columns=["q", "one_in", "ns", "low", "high", "effective"])


def _tail_grid(total: int) -> np.ndarray:
    decades = np.log10(max(1.0, total / _LEAST_BEYOND))
    return 10.0 ** (np.arange(int(decades * _POINTS_PER_DECADE) + 1) / _POINTS_PER_DECADE)


def _half_width(deviations: np.ndarray, confidence: float) -> float:
    n = len(deviations)
    if n < 2:
        return float("nan")
    deviation = np.sqrt((deviations**2).sum() / (n - 1))
    return float(stdtrit(n - 1, 0.5 + confidence / 2) * deviation / np.sqrt(n))
