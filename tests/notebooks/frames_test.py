"""The frames hold what the result holds, under its names."""
import math

import pytest

from conftest import run
from faultpath_results.reading import ResultError
from faultpath_results.result import Result


def test_cases_are_named_after_variant_and_strategy_in_the_order_of_the_file(document):
    document["runs"].append(run("pin", 0, variant="deep"))
    assert Result(document).cases == ["pin", "lru", "deep/pin"]


def test_counters_have_a_row_a_run(document):
    counters = Result(document).counters
    assert counters.loc[("lru", 1), "faults_minor"] == 30
    assert counters["faults_minor"].sum() == 40


def test_runs_have_what_stands_beside_the_counters(document):
    runs = Result(document).runs
    assert runs.loc[("pin", 0), "measured_ns"] == 4e6
    assert runs.loc[("pin", 0), "fingerprint"] == "0123456789abcdef"


def test_gauges_and_stages_have_two_levels(document):
    result = Result(document)
    assert result.gauges.loc[("pin", 1), ("locked_bytes", "max")] == 4096
    assert result.stages.loc[("lru", 0), ("handle", "mean")] == 700


def test_an_empty_distribution_has_a_count_and_no_statistics(document):
    row = Result(document).distributions.loc[("pin", 0), "fault_latency_ns"]
    assert row["count"] == 0
    assert math.isnan(row["max"])


def test_the_summary_is_found_by_case_and_metric(document):
    result = Result(document)
    assert result.estimate("lru", "dma_latency_ns.p99")["high"] == 420
    assert result.estimate("pin", "fault_latency_ns.p99") is None
    assert result.difference("lru", "pin", "dma_latency_ns.p99")["low"] == 280


def test_one_replication_has_no_interval(document):
    document["summary"]["pin"]["faults_minor"] |= {"low": None, "high": None, "n": 1}
    assert math.isnan(Result(document).estimate("pin", "faults_minor")["low"])


def test_series_have_the_time_of_each_step(document):
    document["runs"][0]["series"] = {"step_ns": 250.0, "queue_depth_max": [1, 7, 3],
                                     "overflow_intervals_ns": [[10.5, 20.0]]}
    result = Result(document)
    assert result.series.loc[("pin", 0, 500.0), "queue_depth_max"] == 3
    assert result.overflows.to_dict("records") == [
        {"case": "pin", "replication": 0, "begin_ns": 10.5, "end_ns": 20.0}]


def test_blame_has_a_row_a_percentile(document):
    document["runs"][2]["blame_ns"] = {"p50": {"queue": 5.0, "handle": 6.0}, "p99": {"queue": 50.0}}
    blame = Result(document).blame
    assert blame.loc[("lru", 0, "p50")].sum() == 11
    assert blame.loc[("lru", 0, "p99"), "queue"] == 50


def test_parts_have_a_row_a_metric_of_each_name(document):
    empty = {"count": 0, "min": 0, "max": 0, "histogram": {}}
    document["runs"][0]["by"] = {"device": {
        "nic": {"counters": {"dma_operations": 60},
                "distributions": {"dma_latency_ns": document["runs"][0]["distributions"][
                    "dma_latency_ns"]}},
        "bulk": {"observed": False, "counters": {"dma_operations": 40},
                 "distributions": {"dma_latency_ns": empty}}}}
    by = Result(document).by
    assert list(by.columns) == ["variant", "strategy", "replication", "dimension", "name",
                                "metric", "value"]
    counts = by[by["metric"] == "dma_operations"]
    assert counts.set_index("name")["value"].to_dict() == {"nic": 60, "bulk": 40}
    assert set(by["strategy"]) == {"pin"} and set(by["dimension"]) == {"device"}
    greatest = by[by["metric"] == "dma_latency_ns.max"].set_index("name")["value"]
    assert greatest.to_dict() == {"nic": 0.129}, "what has no values has no statistics but a count"


def test_what_a_result_does_not_have_is_an_empty_frame(document):
    del document["paired"]
    result = Result(document)
    assert result.series.empty and result.blame.empty and result.overflows.empty
    assert result.by.empty and "metric" in result.by
    assert result.paired.empty


def test_a_result_without_runs_is_empty(document):
    document["runs"], document["summary"] = [], {}
    result = Result(document)
    assert result.cases == []
    assert result.counters.empty and result.summary.empty


def test_a_case_or_distribution_that_is_not_there_is_refused_with_those_that_are(document):
    with pytest.raises(ResultError, match="no case 'iopf'; there are pin, lru"):
        Result(document).histogram("iopf", "dma_latency_ns")
    with pytest.raises(ResultError, match="there are dma_latency_ns, fault_latency_ns"):
        Result(document).histogram("pin", "dma_latency")


def test_a_merged_histogram_has_the_values_of_all_replications(document):
    assert Result(document).histogram("lru", "fault_latency_ns").count == 40


def test_frames_agree_with_the_summary_of_the_program(first_look):
    for counter in ("dma_operations", "atc_misses", "faults_minor"):
        means = first_look.counters.groupby("case")[counter].mean()
        for case in first_look.cases:
            assert first_look.estimate(case, counter)["mean"] == pytest.approx(means[case])


def test_the_stages_of_a_fault_add_up_to_its_latency(first_look):
    stages = first_look.stages.xs("mean", axis=1, level=1).sum(axis=1)
    latency = first_look.distributions["fault_latency_ns", "mean"]
    assert stages.loc["iopf"].to_numpy() == pytest.approx(latency.loc["iopf"].to_numpy(), rel=1e-9)
