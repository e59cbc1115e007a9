"""Sentences and tables say what the figures say, whichever way those fall."""
import pandas as pd
import pytest

from conftest import estimate, run
from faultpath_results import units, words
from faultpath_results.metrics import metric
from faultpath_results.result import Result
from faultpath_results.tables import comparison, means


@pytest.mark.parametrize("value, half, unit, text", [
    (20200.0, 300.0, "ns", "20.2 ± 0.3 us"), (692.0, 0.0, "ns", "692 ns"),
    (4.2e6, 4e3, "ns", "4.200 ± 0.004 ms"), (4.2e6, 1e2, "ns", "4.20 ms"),
    (2**28, 0.0, "B", "256 MiB"), (31.5e9, 0.0, "B/s", "31.5 GB/s"), (15774.0, 0.0, "", "15.8 k"),
    (9999.0, 0.0, "", "9999"), (0.0, 0.0, "ns", "0"), (float("nan"), 0.0, "ns", "-"),
    (-1500.0, 200.0, "ns", "-1.50 ± 0.20 us"), (5.0, float("nan"), "ns", "5 ns")])
def test_estimates_show_as_many_digits_as_they_have(value, half, unit, text):
    assert units.estimate_text(value, half, unit) == text


@pytest.mark.parametrize("one_in, text", [(1, "min"), (2, "p50"), (100, "p99"), (1000, "p99.9")])
def test_percentiles_are_named_by_what_lies_beyond(one_in, text):
    assert units.percentile_text(one_in) == text


@pytest.mark.parametrize("path, title, unit", [
    ("dma_latency_ns.p99", "99th percentile of DMA latency", "ns"),
    ("locked_bytes.max", "maximum of locked memory", "B"),
    ("stages_ns.work_queue.mean", "mean of work queue", "ns"), ("atc_hits", "atc hits", ""),
    ("fault_latency_ns.count", "number of values of fault latency", "")])
def test_metrics_are_called_after_their_path(path, title, unit):
    assert (metric(path).title, metric(path).unit) == (title, unit)


@pytest.mark.parametrize("factor, text", [(4.3, "4.3 times"), (1.052, "5.2 % more than"),
                                          (0.8, "20 % less than"), (0.39, "39 % of")])
def test_ratios_are_told_in_the_shortest_way(factor, text):
    assert words.ratio(factor) == text


def test_a_change_is_told_with_both_values(document):
    assert words.change(Result(document), "lru", "dma_latency_ns.p99") == (
        "The 99th percentile of DMA latency is 400 ± 20 ns under `lru`, 4 times the 100 ns under "
        "`pin`.")


def test_a_change_that_may_be_chance_is_called_that(document):
    document["paired"]["lru - pin"]["dma_latency_ns.p99"] = estimate(300.0, 301.0)
    assert "2 replications do not tell them apart" in words.change(Result(document), "lru",
                                                                   "dma_latency_ns.p99")


def test_without_a_paired_difference_both_values_are_told(document):
    document["paired"] = {}
    assert words.change(Result(document), "lru", "dma_latency_ns.p99").endswith(
        "is 400 ± 20 ns under `lru` and 100 ns under `pin`.")


def test_equal_and_absent_metrics_are_told_as_such(document):
    result = Result(document)
    assert words.change(result, "lru", "locked_bytes.max").endswith("and the same under `pin`.")
    assert words.change(result, "lru", "fault_latency_ns.p99").startswith("`pin` has no")
    assert words.change(result, "lru", "faults_minor") == (
        "The number of minor faults is 20 under `lru` and 0 under `pin`.")


def test_the_best_case_depends_on_which_way_is_better(document):
    for case, rate in (("pin", 2e9), ("lru", 1e9)):
        document["summary"][case]["dma_throughput_bytes_per_s"] = estimate(rate)
    result = Result(document)
    assert "best under `pin`, 2.00 GB/s" in words.best(result, "dma_throughput_bytes_per_s")
    assert "best under `pin`, 100 ns" in words.best(result, "dma_latency_ns.p99")
    assert words.best(result, "locked_bytes.max").endswith("is 4.00 KiB everywhere.")


def test_a_case_is_beaten_only_in_all_metrics_at_once(document):
    paths = ["locked_bytes.max", "dma_latency_ns.p99"]
    assert words.beaten(Result(document), paths).startswith("No case is worse")
    document["summary"]["lru"]["locked_bytes.max"] = estimate(8192.0)
    assert words.beaten(Result(document), paths).endswith("this is beaten: `lru` by `pin`.")


def test_the_largest_stage_is_named_with_its_share(document):
    result = Result(document)
    assert words.largest_stage(result, "lru") == (
        "A fault under `lru` takes 1.00 us in the mean, and spends 700 ns of that (70 %) in the "
        "stage `handle`.")
    assert words.largest_stage(result, "pin") == "`pin` has no faults."


def test_a_table_leaves_out_what_is_nowhere(document):
    table = comparison(Result(document), ["dma_latency_ns.p99", "faults_minor", "faults_major"])
    assert table.index.tolist() == ["99th percentile of DMA latency", "minor faults"]
    assert table.loc["minor faults"].tolist() == ["0", "20"]


def test_cases_that_are_equally_good_are_all_named(document):
    document["summary"]["other"] = {"faults_minor": estimate(0.0)}
    document["runs"].append(run("other", 0))
    assert words.best(Result(document), "faults_minor") == (
        "The number of minor faults is best under `pin` and `other`, 0, and worst under `lru`, 20.")


def curve(values, path="fault_latency_ns.p99", index=(64, 128, 256)) -> pd.DataFrame:
    return pd.DataFrame({(path, "mean"): values}, index=pd.Index(index, name="depth"))


def test_the_least_good_value_is_told_with_the_one_before():
    assert words.least(curve([300.0, 104.0, 100.0]), "fault_latency_ns.p99", 0.05) == (
        "From `depth` = 128 on, the 99th percentile of fault latency is no more than 5 % above "
        "100 ns; at 64 it is 300 ns.")


def test_a_bound_that_is_given_is_told_as_such():
    three = curve([300.0, 104.0, 100.0])
    assert words.least(three, "fault_latency_ns.p99", of=400.0).endswith(
        "is at most 400 ns: at every value that was tried.")
    assert words.least(three, "fault_latency_ns.p99", of=50.0) == (
        "At none of these values of `depth` is the 99th percentile of fault latency at most 50 ns.")
    evictions = curve([9, 2, 0], "evictions")
    assert "is 0; at 128 it is 2." in words.least(evictions, "evictions", of=0.0)


def test_shares_are_told_in_per_cent():
    shares = curve([3.0, 2.0, 2.0], index=(0.1, 0.225, 1.0))
    assert "From `depth` = 22.5 % on" in words.least(shares, "fault_latency_ns.p99")
    assert words.at_least(shares, "fault_latency_ns.p99", "fault_latency_ns.p99") == (
        "At `depth` = 22.5 % the 99th percentile of fault latency is 2 ns, and 2 ns at 100 %.")


@pytest.mark.parametrize("values, text", [
    ([5, 1, 0], "`vtd` never overflows from 256 entries on, of the depths that were tried: 2 times "
                "the 128 requests"),
    ([5, 0, 0], "`vtd` never overflows from 128 entries on, of the depths that were tried: as many "
                "as the 128 requests"),
    ([5, 1, 1], "`vtd` overflows at every depth")])
def test_a_depth_is_told_beside_the_allocations(values, text):
    assert words.queue_depth(curve(values, "queue_overflows"), "vtd", 128).startswith(text)


def test_page_requests_are_accounted_for_or_counted(document):
    for one, requests in zip(document["runs"], (10, 10, 10, 12)):
        one["counters"] = {"page_requests": requests, "requests_answered": 7, "auto_responses": 1,
                           "requests_dropped": 1, "requests_discarded": 1}
    assert words.accounted(Result(document)).startswith("2 of 42 page requests were still")
    document["runs"].pop()
    assert words.accounted(Result(document)).startswith("Each of the 30 page requests")


def test_means_of_counters_are_in_the_order_of_the_cases(document):
    assert means(Result(document), ["faults_minor"]).to_dict("index") == {
        "pin": {"minor faults": 0.0}, "lru": {"minor faults": 20.0}}
