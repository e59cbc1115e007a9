"""Plots show the figures: what is drawn is read back."""
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from faultpath_results import plots
from faultpath_results.reading import ResultError
from faultpath_results.result import Result


@pytest.fixture(autouse=True)
def closes_figures():
    yield
    plt.close("all")


def test_the_tail_has_a_line_a_case_with_values(first_look):
    labels = [text.get_text() for text in plots.tail(first_look, "fault_latency_ns").legend_.texts]
    assert labels == ["lru_locked", "iopf"]  # pin has no faults


def test_the_tail_passes_through_the_quantiles(first_look):
    line = plots.tail(first_look, cases=["iopf"]).lines[0]
    at_p99 = abs(line.get_xdata() - 100).argmin()
    assert line.get_xdata()[at_p99] == pytest.approx(100)
    assert line.get_ydata()[at_p99] == first_look.histogram("iopf", "dma_latency_ns").quantile(0.99)


def test_stages_are_stacked_to_the_mean_fault(document):
    ax = plots.stages(Result(document))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["lru"]
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0, 300), (300, 700)]


def test_the_front_is_what_no_other_beats_in_both():
    points = [(10, 5), (0, 20), (3, 30), (256, 4), (300, 4)]
    assert plots.pareto_front(points) == [(0, 20), (10, 5), (256, 4)]


def test_memory_against_tail_has_a_point_a_case(document):
    document["summary"]["lru"]["locked_bytes.max"]["mean"] = 1024.0
    ax = plots.memory_against_tail(Result(document))
    assert {text.get_text(): text.xy for text in ax.texts} == {"pin": (4096.0, 100.0),
                                                               "lru": (1024.0, 400.0)}


def test_series_have_a_panel_a_column_from_the_first_replication(document):
    for run, depth in zip(document["runs"][:2], (5, 9)):
        run["series"] = {"step_ns": 10.0, "queue_depth_max": [1, depth], "locked_bytes": [0, 4096],
                         "overflow_intervals_ns": [[3.0, 4.0]]}
    panels = plots.series(Result(document), ["queue_depth_max", "locked_bytes"])
    assert [panel.get_ylabel() for panel in panels] == ["queue depth max", "locked"]
    assert panels[0].lines[0].get_xydata().tolist() == [[0, 1], [10, 5]]
    assert len(panels[0].lines) == 1
    (shade,) = panels[1].patches
    assert shade.get_xy()[:, 0].tolist()[:3] == [3.0, 3.0, 4.0]


def test_series_of_many_cases_are_found_without_a_warning(document):
    for run in document["runs"]:
        run["series"] = {"step_ns": 10.0, "dropped": [0] * 200}
    panels = plots.series(Result(document))
    assert [line.get_label() for line in panels[0].lines] == ["pin", "lru"]


def test_series_that_are_not_there_are_refused(document):
    with pytest.raises(ResultError, match="no such series"):
        plots.series(Result(document))


def test_one_case_of_two_results_is_told_apart(document, first_look):
    ax = plots.tails_of({"before": first_look, "now": first_look}, "iopf")
    assert [text.get_text() for text in ax.legend_.texts] == ["before", "now"]
    bars = plots.stages_of({"before": Result(document), "now": Result(document)}, "lru").patches
    assert [bar.get_width() for bar in bars] == [300, 300, 700, 700]


def ticks(axis) -> list[str]:
    return [axis.get_major_formatter()(place, 0) for place in axis.get_majorticklocs()]


@pytest.mark.parametrize("values, shown, scale", [
    ([64, 256, 2048], ["64", "256", "2048"], "log"), ([0.05, 1.0], "20 %", "linear"),
    ([1, 2, 3], "2", "linear")])
def test_a_parameter_is_labelled_by_its_kind(values, shown, scale):
    metric = "fault_latency_ns.p99"
    columns = {(metric, part): [1000.0] * len(values) for part in ("mean", "low", "high")}
    ax = plots.against(pd.DataFrame(columns, index=pd.Index(values, name="x")), metric)
    assert ax.get_xscale() == scale
    assert ticks(ax.xaxis) == shown if isinstance(shown, list) else shown in ticks(ax.xaxis)
    assert ax.get_xlabel() == "x"


def test_the_tail_axis_reads_as_percentiles(first_look):
    assert ticks(plots.tail(first_look).xaxis)[:5] == ["min", "p50", "p90", "p95", "p99"]
