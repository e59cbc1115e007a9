"""Intervals by sectioning, effective values, and where a curve ends."""
import math

import numpy as np
import pytest

from faultpath_results.histogram import Histogram
from faultpath_results.tails import effective_values, sectioned_quantile, tail_curve


def exact(values) -> Histogram:
    """Of picoseconds below 128, each of which has a bucket of its own."""
    lows, counts = np.unique(values, return_counts=True)
    return Histogram(dict(zip(lows.tolist(), counts.tolist())), 6, min(values) / 1e3,
                     max(values) / 1e3)


def test_the_interval_is_around_the_quantile_of_all_values():
    sections = [exact([10] * 100), exact([20] * 100), exact([30] * 100)]
    value, low, high = sectioned_quantile(sections, 0.5, 0.95)
    # S^2 = (10^2 + 0 + 10^2) / 2; Student's t with 2 degrees at 0.975 is 4.302653.
    half = 4.302653 * math.sqrt(100.0) / math.sqrt(3) / 1e3
    assert value == 0.020
    assert (low, high) == pytest.approx((0.020 - half, 0.020 + half), rel=1e-6)


def test_one_replication_has_no_interval():
    value, low, high = sectioned_quantile([exact([10, 20, 30])], 0.5, 0.95)
    assert value == 0.020
    assert math.isnan(low) and math.isnan(high)


def test_replications_without_values_do_not_count():
    empty = Histogram({}, 6, 0.0, 0.0)
    assert sectioned_quantile([exact([10]), empty, exact([10])], 0.5, 0.95) == (0.010, 0.010, 0.010)


def test_independent_values_are_all_effective():
    values = np.random.default_rng(5).integers(0, 128, size=(200, 2000))
    n = effective_values([exact(one) for one in values], 0.9)
    assert n == pytest.approx(200, rel=0.35)  # 2000 * 0.1, by a variance of 200 sections


def test_values_that_come_in_runs_are_less_effective():
    values = np.random.default_rng(5).integers(0, 128, size=(200, 40)).repeat(50, axis=1)
    n = effective_values([exact(one) for one in values], 0.9)
    assert n == pytest.approx(4, rel=0.35)  # 40 * 0.1: fifty values say as much as one


def test_of_one_replication_nothing_is_known_of_effective_values():
    assert math.isnan(effective_values([exact([1, 2, 3])], 0.5))


def test_a_curve_rises_and_ends_where_ten_values_lie_beyond():
    curve = tail_curve([exact(np.arange(100).repeat(50))] * 2)
    assert curve["ns"].is_monotonic_increasing
    assert curve["q"].iloc[0] == 0
    assert curve["one_in"].iloc[-1] == pytest.approx(1000)  # 10,000 values
    assert curve.loc[curve["one_in"].sub(10).abs().idxmin(), "ns"] == pytest.approx(0.089)


def test_a_curve_without_values_has_none():
    assert tail_curve([Histogram({}, 6, 0.0, 0.0)])["ns"].isna().all()
