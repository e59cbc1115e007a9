"""Intervals by sectioning, effective values, and where a curve ends."""
import math

import numpy as np
import pytest

from faultpath_results.histogram import Histogram
from faultpath_results.tails import Sections


def exact(values) -> Histogram:
    """Of picoseconds below 128, each of which has a bucket of its own."""
    lows, counts = np.unique(values, return_counts=True)
    return Histogram(dict(zip(lows.tolist(), counts.tolist())), 6, min(values) / 1e3,
                     max(values) / 1e3)


def test_the_interval_is_around_the_quantile_of_all_values():
    sections = Sections([exact([10] * 100), exact([20] * 100), exact([30] * 100)])
    value, low, high, _ = sections.quantile(0.5)
    # S^2 = (10^2 + 0 + 10^2) / 2; Student's t with 2 degrees at 0.975 is 4.302653.
    half = 4.302653 * math.sqrt(100.0) / math.sqrt(3) / 1e3
    assert value == 0.020
    assert (low, high) == pytest.approx((0.020 - half, 0.020 + half), rel=1e-6)


def test_one_replication_has_no_interval():
    value, low, high, effective = Sections([exact([10, 20, 30])]).quantile(0.5)
    assert (value, effective) == (0.020, 1.5)
    assert math.isnan(low) and math.isnan(high)


def test_replications_without_values_do_not_count():
    sections = Sections([exact([10]), Histogram({}, 6, 0.0, 0.0), exact([10])])
    assert sections.quantile(0.5)[:3] == (0.010, 0.010, 0.010)


def test_independent_values_are_all_effective():
    values = np.random.default_rng(5).integers(0, 128, size=(200, 2000))
    n = Sections(exact(one) for one in values).quantile(0.9).effective
    assert n == pytest.approx(200, rel=0.35)  # 2000 * 0.1, by a variance of 200 sections


def test_values_that_come_in_runs_are_less_effective():
    values = np.random.default_rng(5).integers(0, 128, size=(200, 40)).repeat(50, axis=1)
    n = Sections(exact(one) for one in values).quantile(0.9).effective
    assert n == pytest.approx(4, rel=0.35)  # 40 * 0.1: fifty values say as much as one


def test_the_confidence_widens_the_interval():
    sections = [exact([10]), exact([20])]
    # Student's t with 1 degree: 12.706205 at 0.975, 63.656741 at 0.995
    half = {share: Sections(sections, share).quantile(1.0).high - 0.020 for share in (0.95, 0.99)}
    assert half[0.99] / half[0.95] == pytest.approx(63.656741 / 12.706205, rel=1e-6)


def test_a_curve_rises_and_ends_where_ten_values_lie_beyond():
    curve = Sections([exact(np.arange(100).repeat(50))] * 2).curve()
    assert curve["ns"].is_monotonic_increasing
    assert curve["q"].iloc[0] == 0
    assert curve["one_in"].iloc[-1] == pytest.approx(1000)  # 10,000 values
    assert curve.loc[curve["one_in"].sub(10).abs().idxmin(), "ns"] == pytest.approx(0.089)


def test_a_curve_without_values_has_none():
    assert Sections([Histogram({}, 6, 0.0, 0.0)]).curve()["ns"].isna().all()


@pytest.mark.parametrize("label, q", [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)])
def test_quantiles_with_intervals_are_those_of_the_summary(first_look, label, q):
    for case in ("pin", "lru_locked", "iopf"):
        stated = first_look.estimate(case, f"dma_latency_ns.{label}")
        computed = first_look.sections(case, "dma_latency_ns").quantile(q)
        assert computed == pytest.approx(
            (stated["mean"], stated["low"], stated["high"], stated["effective"]), rel=1e-9)
