"""The tail of a latency distribution over replications, with intervals by sectioning."""
from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from .histogram import Histogram

_POINTS_PER_DECADE = 24
_LEAST_BEYOND = 10  # values beyond the last point of a curve
_NAN = float("nan")


class Quantile(NamedTuple):
    """In ns, with its interval. `effective` is how many independent values lie beyond it in one
    replication: below 1 the runs are too short for it."""

    value: float
    low: float
    high: float
    effective: float


class Sections:
    """The histograms of the replications of one case. Those without values do not count."""

    def __init__(self, histograms: Iterable[Histogram], confidence: float = 0.95):
        every = list(histograms)
        self.merged = Histogram.merged(every)
        self.sections = [one for one in every if one.count]
        self.confidence = confidence

    def quantile(self, q: float) -> Quantile:
        """That of all values together. The interval is by sectioning: from the deviations of the
        replications' quantiles around it. One replication has none (NaN)."""
        value = self.merged.quantile(q)
        half = self._half_width(np.array([one.quantile(q) for one in self.sections]) - value)
        return Quantile(value, value - half, value + half, self._effective(q, value))

    def curve(self) -> pd.DataFrame:
        """Quantiles along the tail. Columns: `q`; `one_in` = 1 / (1 - q), so 100 is the 99th
        percentile; `ns` with `low` and `high`; `effective`. It ends where fewer than ten of all
        values lie beyond."""
        decades = np.log10(max(1.0, self.merged.count / _LEAST_BEYOND))
        steps = np.arange(int(decades * _POINTS_PER_DECADE + 1e-9) + 1)
        one_in = 10.0 ** (steps / _POINTS_PER_DECADE)
        points = [self.quantile(q) for q in 1.0 - 1.0 / one_in]
        frame = pd.DataFrame(points).rename(columns={"value": "ns"})
        frame.insert(0, "q", 1.0 - 1.0 / one_in)
        frame.insert(1, "one_in", one_in)
        return frame

    def _half_width(self, deviations: np.ndarray) -> float:
        n = len(deviations)
        if n < 2:
            return _NAN
        deviation = np.sqrt((deviations**2).sum() / (n - 1))
        return float(stdtrit(n - 1, 0.5 + self.confidence / 2) * deviation / np.sqrt(n))

    # The values beyond a quantile over their design effect, from how the share of values beyond it
    # varies between replications. One replication shows no correlation: all values count.
    def _effective(self, q: float, value: float) -> float:
        if not self.sections or not 0.0 < q < 1.0:
            return _NAN
        n = self.merged.count / len(self.sections)
        shares = [one.share_above(value) for one in self.sections]
        spread = np.var(shares, ddof=1) if len(shares) > 1 else 0.0
        return n * (1.0 - q) / max(1.0, n * spread / (q * (1.0 - q)))
