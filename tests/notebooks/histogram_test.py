"""Buckets, interpolation and merging, against values by hand and those of the program."""
import math

import pytest

from faultpath_results.histogram import Histogram, last_of_bucket

QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}


def histogram(counts, least=0.0, greatest=math.inf) -> Histogram:
    return Histogram(counts, 6, least, greatest)


@pytest.mark.parametrize("low, last", [(0, 0), (1, 1), (63, 63), (64, 64), (127, 127), (128, 129),
                                       (254, 255), (256, 259), (127 << 56, 2**63 - 1)])
def test_a_bucket_ends_before_the_next_of_64_in_a_power_of_two(low, last):
    assert last_of_bucket(low, 6) == last


def test_every_bucket_ends_where_the_next_one_begins():
    low = 0
    for _ in range(64 * 58):
        low = last_of_bucket(low, 6) + 1
    assert low == 2**63


def test_other_widths_follow_from_sub_bits():
    assert last_of_bucket(128, 7) == 128
    assert last_of_bucket(128, 5) == 131


@pytest.mark.parametrize("low", [129, 257, -1])
def test_what_begins_no_bucket_is_refused(low):
    with pytest.raises(ValueError, match="begins at"):
        last_of_bucket(low, 6)


def test_a_quantile_is_interpolated_inside_its_bucket():
    spread = histogram({1 << 16: 100})  # 65,536 to 66,559 ps
    assert spread.quantile(0.5) == pytest.approx((65536 + 0.5 * 1023) / 1e3, abs=0.001)
    assert spread.quantile(1.0) == 66.559


def test_a_quantile_between_two_buckets_is_the_end_of_the_lower():
    assert histogram({64: 60, 1024: 40}).quantile(0.6) == 0.064
    assert histogram({64: 7, 1024: 93}).quantile(0.07) == 0.064  # 0.07 * 100 is above 7 in binary


def test_extremes_that_are_known_bound_what_is_interpolated():
    spread = histogram({1 << 16: 100}, least=65.9, greatest=66.1)
    assert spread.quantile(0.01) == 65.9
    assert spread.quantile(0.99) == 66.1
    assert spread.quantile(0.0) == 65.9


def test_the_share_above_a_quantile_is_the_rest():
    spread = histogram({1 << 16: 500, 1 << 18: 300, 1 << 20: 200})
    for q in (0.1, 0.3, 0.65, 0.9, 0.99):
        assert spread.share_above(spread.quantile(q)) == pytest.approx(1 - q, abs=0.001)
    assert spread.share_above(1e9) == 0
    assert spread.share_above(0) == 1


def test_without_values_there_is_no_quantile():
    assert math.isnan(histogram({}).quantile(0.5))
    assert math.isnan(histogram({}).share_above(1.0))


@pytest.mark.parametrize("q", [-0.1, 1.1])
def test_a_quantile_outside_of_0_to_1_is_refused(q):
    with pytest.raises(ValueError, match="lies in"):
        histogram({64: 1}).quantile(q)


def test_merging_adds_counts_and_keeps_the_outer_extremes():
    merged = Histogram.merged([histogram({64: 1, 128: 2}, 0.064, 0.129),
                               histogram({128: 3, 256: 4}, 0.128, 0.259), histogram({}, 0, 0)])
    assert merged.lows.tolist() == [64, 128, 256]
    assert merged.counts.tolist() == [1, 5, 4]
    assert (merged.least_ns, merged.greatest_ns) == (0.064, 0.259)


def test_histograms_of_other_buckets_do_not_merge():
    with pytest.raises(ValueError, match="sub_bits"):
        Histogram.merged([histogram({64: 1}), Histogram({64: 1}, 7, 0, 1)])


def test_quantiles_are_those_that_the_program_states(first_look):
    compared = 0
    for run in first_look.document["runs"]:
        for name, one in run["distributions"].items():
            for label, q in QUANTILES.items() if one["count"] else ():
                assert Histogram.of(one).quantile(q) == one[label], (name, label)
                compared += 1
    assert compared > 100
