"""Histograms of a result: merged, and with quantiles interpolated inside their bucket."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np

# A product that is a whole number but for rounding, as 0.07 * 100, stands for that number.
_ROUNDING = 1.0 - 2.0**-51


def last_of_bucket(low: int, sub_bits: int) -> int:
    """The last picosecond of the bucket that begins at `low`. Each power of two has 2^sub_bits
    buckets of one width; below 2^sub_bits each picosecond has a bucket."""
    width = 1 << max(0, low.bit_length() - 1 - sub_bits)
    if low < 0 or low % width:
        raise ValueError(f"no bucket of a histogram with sub_bits {sub_bits} begins at {low} ps")
    return low + width - 1


class Histogram:
    """Counts of durations in buckets from `lows` to `lasts`, in picoseconds. Answers are in ns. The
    values of a bucket are taken as at equal distances up to its last picosecond."""

    def __init__(self, counts: dict[int, int], sub_bits: int, least_ns: float, greatest_ns: float):
        """`counts` by the low end of the bucket. The exact extremes bound what is interpolated."""
        lows = sorted(low for low, count in counts.items() if count)
        self.sub_bits = sub_bits
        self.lows = np.array(lows, dtype=np.int64)
        self.lasts = np.array([last_of_bucket(low, sub_bits) for low in lows], dtype=np.int64)
        self.counts = np.array([counts[low] for low in lows], dtype=np.int64)
        self._reached = np.cumsum(self.counts)
        self.least_ns = least_ns
        self.greatest_ns = greatest_ns

    @classmethod
    def of(cls, distribution: dict) -> Histogram:
        """From a member of `distributions`."""
        record = distribution["histogram"]
        return cls(dict(record["buckets"]), record["sub_bits"], distribution["min"],
                   distribution["max"])

    @classmethod
    def merged(cls, histograms: Iterable[Histogram]) -> Histogram:
        """The same as if all values had been recorded in one. Requires at least one histogram."""
        used = list(histograms)
        if len({one.sub_bits for one in used}) != 1:
            raise ValueError("only histograms with the same sub_bits can be merged")
        counts: dict[int, int] = {}
        for one in used:
            for low, count in zip(one.lows.tolist(), one.counts.tolist()):
                counts[low] = counts.get(low, 0) + count
        filled = [one for one in used if one.count]
        return cls(counts, used[0].sub_bits, min((one.least_ns for one in filled), default=0.0),
                   max((one.greatest_ns for one in filled), default=0.0))

    @property
    def count(self) -> int:
        return int(self._reached[-1]) if len(self._reached) else 0

    def quantile(self, q: float) -> float:
        """The value that a share q does not exceed, in whole picoseconds as the program states it;
        NaN when there are no values. Requires 0 <= q <= 1."""
        if not 0.0 <= q <= 1.0:
            raise ValueError("a quantile lies in [0, 1]")
        if self.count == 0:
            return float("nan")
        rank = q * self.count * _ROUNDING
        k = int(np.searchsorted(self._reached, rank))
        share = (rank - (self._reached[k] - self.counts[k])) / self.counts[k]
        picoseconds = round(self.lows[k] + share * float(self.lasts[k] - self.lows[k]))
        return min(max(picoseconds / 1e3, self.least_ns), self.greatest_ns)

    def share_above(self, value_ns: float) -> float:
        """The share of values above `value_ns`: 1 - q where that is the quantile q. NaN when there
        are no values."""
        if self.count == 0:
            return float("nan")
        widths = np.maximum(self.lasts - self.lows, 1)
        above = np.clip((self.lasts - value_ns * 1e3) / widths, 0.0, 1.0)
        return float((self.counts * above).sum() / self.count)
