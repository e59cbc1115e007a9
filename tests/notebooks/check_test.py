"""A check is read as it was written, drawn, and told."""
import copy
import json

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from faultpath_results import words
from faultpath_results.check import Check, check, read_check
from faultpath_results.forest import forest
from faultpath_results.program import faultpath
from faultpath_results.reading import ResultError
from faultpath_results.tables import verdicts


def metric(name, verdict, change, half=0.001, **more) -> dict:
    return {"metric": name, "unit": "ns", "verdict": verdict, "base": 100.0,
            "now": 100.0 * (1 + change), "margin": 0.02, "p": 0.5,
            "change": {"mean": change, "low": change - half, "high": change + half, "n": 5}} | more


_DOCUMENT = {
    "schema": "faultpath.check/1", "scenario": "hand-made", "baseline": "base.json",
    "verdict": "worse", "contradictions": [], "only_in_baseline": [], "only_in_result": ["new"],
    "changed_keys": [{"key": "host.cores", "base": "4", "now": "2"}],
    "cases": [
        {"case": "pin", "verdict": "identical", "base_replications": 5, "replications": 5,
         "paired": True, "metrics": [], "not_tested": [], "stages": []},
        {"case": "iopf", "verdict": "worse", "base_replications": 5, "replications": 5,
         "paired": True, "not_tested": [{"metric": "fault_latency.p999", "why": "too few"}],
         "metrics": [metric("dma_latency.p50", "same", 0.001),
                     metric("dma_latency.p99", "worse", 0.12),
                     metric("fault_latency.p99", "worse", 0.3),
                     metric("dma_latency.mean", "inconclusive", 0.01, 0.02, replications_needed=24),
                     {"metric": "timeouts", "unit": "count", "verdict": "worse", "base": 0.0,
                      "now": 3.0}],
         "stages": [{"stage": "work_queue", "base_ns": 9000.0, "now_ns": 12000.0},
                    {"stage": "queue", "base_ns": 1000.0, "now_ns": 900.0}]}]}


@pytest.fixture
def document() -> dict:
    return copy.deepcopy(_DOCUMENT)


def test_metrics_have_a_row_each(document):
    metrics = Check(document).metrics
    assert metrics.loc[("iopf", "dma_latency.p99"), "change"] == 0.12
    assert metrics.loc[("iopf", "dma_latency.p99"), "high"] == pytest.approx(0.121)
    assert metrics.loc[("iopf", "dma_latency.mean"), "replications_needed"] == 24
    assert pd.isna(metrics.loc[("iopf", "timeouts"), "change"])
    assert len(metrics) == 5


def test_stages_keys_and_what_was_not_tested_are_frames(document):
    one = Check(document)
    assert one.stages.loc[("iopf", "work_queue"), "change_ns"] == 3000
    assert one.changed_keys.to_dict("records") == document["changed_keys"]
    assert one.not_tested["why"].tolist() == ["too few"]
    assert (one.verdict, one.cases) == ("worse", ["pin", "iopf"])


def test_a_file_is_read_and_another_schema_refused(tmp_path, document):
    path = tmp_path / "check.json"
    path.write_text(json.dumps(document))
    assert read_check(path).document == document
    path.write_text(json.dumps(document | {"schema": "faultpath.result/1"}))
    with pytest.raises(ResultError, match="check.json: the schema is 'faultpath.result/1'"):
        read_check(path)
    with pytest.raises(ResultError, match="No such file"):
        read_check(tmp_path / "none.json")


def test_the_forest_has_a_row_a_change_over_its_margin(document):
    ax = forest(Check(document), "iopf")
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "dma_latency.p50", "dma_latency.p99", "fault_latency.p99", "dma_latency.mean"]
    boxes = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert boxes == [pytest.approx((1 / 1.02 - 1, 0.02))] * 4
    assert [text.get_text() for text in ax.legend_.texts] == ["worse", "inconclusive", "same"]
    plt.close("all")


def test_the_table_has_what_is_not_the_same(document):
    table = verdicts(Check(document))
    assert table.loc[("iopf", "dma_latency.p99")].tolist() == ["100 ns", "112 ns", "+12.0 ± 0.1 %",
                                                             "2 %", "worse"]
    assert table.loc[("iopf", "timeouts")].tolist() == ["0", "3", "-", "-", "worse"]
    assert len(table) == 4


def test_the_verdict_is_told_with_its_parts(document):
    assert words.verdict(Check(document)) == (
        "The verdict is **worse**. Of 5 metrics in 2 cases: 3 worse, 1 inconclusive, 1 same.")
    document["cases"].pop()
    document["verdict"] = "identical"
    assert words.verdict(Check(document)).startswith("The verdict is **identical**: every run")


def test_changed_keys_are_told_or_that_there_are_none(document):
    assert words.changed_keys(Check(document)) == "`host.cores` was 4 and is 2."
    document["changed_keys"] = []
    assert words.changed_keys(Check(document)) == "No key of the scenario differs."


def test_the_largest_change_is_of_the_gravest_verdict(document):
    assert words.largest_change(Check(document), "iopf") == (
        "The largest change under `iopf` that is worse: `fault_latency.p99` by +30 %, with 95 % "
        "between +29.9 % and +30.1 %; 2 % may be.")
    document["cases"][1]["metrics"] = [metric("dma_latency.p50", "same", -0.004)]
    told = words.largest_change(Check(document), "iopf")
    assert "that is the same: `dma_latency.p50` by -0.4 %" in told


def test_an_identical_case_has_nothing_to_tell(document):
    told = words.largest_change(Check(document), "pin")
    assert told == "Every run of `pin` went the same way, event by event."
    assert words.stage_change(Check(document), "pin").endswith("`pin` did not change.")


def test_the_stage_that_changed_most_is_told(document):
    assert words.stage_change(Check(document), "iopf") == (
        "A fault under `iopf` takes 2.90 us longer in the mean; the stage that changed most is "
        "`work_queue`, by 3.00 us.")


def test_replications_that_would_tell_are_told(document):
    assert words.more_replications(Check(document)) == (
        "1 metric is inconclusive; 24 replications would tell.")
    document["cases"][1]["metrics"].pop(3)
    assert words.more_replications(Check(document)) == "Nothing is inconclusive."


def test_the_program_finds_a_result_identical_to_itself(first_look, capsys):
    verdict = check(first_look, first_look)
    assert (verdict.verdict, verdict.identical) == ("identical", first_look.cases)
    assert capsys.readouterr().out.endswith(
        "$ ./faultpath check result.json --baseline baseline.json\n")


def test_the_program_names_the_key_and_the_metric_of_a_regression(first_look):
    slower = faultpath("compare scenarios/first-look.yaml --replications 3 --seed 7 "
                       "--set host.page_fault.minor.mean=1500ns")
    verdict = check(slower, first_look)
    assert verdict.verdict == "worse"
    assert verdict.changed_keys["key"].tolist() == ["host.page_fault.minor.mean"]
    assert verdict.metrics.loc[("iopf", "fault_latency.p50"), "verdict"] == "worse"
    assert verdict.stages.loc["iopf", "change_ns"].sum() > 700
