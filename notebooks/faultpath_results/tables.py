"""Tables of a result as text, for people."""
from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .check import Check
from .metrics import SHOWN, metric
from .result import Result
from .units import estimate_text, parameter_text, percent_text, value_text

_UNITS = {"ns": "ns", "bytes": "B", "bytes_per_s": "B/s", "per_operation": "an operation",
          "count": ""}


def comparison(result: Result, metrics: Iterable[str] = SHOWN,
               cases: Iterable[str] | None = None) -> pd.DataFrame:
    """One row a metric, one column a case: the estimate, with the half of its interval where that
    shows. Metrics that are 0 or absent in every case are left out."""
    cases = list(cases or result.cases)
    rows = {}
    for path in metrics:
        estimates = [result.estimate(case, path) for case in cases]
        if any(one is not None and one["mean"] != 0 for one in estimates):
            rows[metric(path).title] = [_text(one, metric(path).unit) for one in estimates]
    return pd.DataFrame.from_dict(rows, orient="index", columns=cases)


def curve(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of parameters.against as text."""
    paths = frame.columns.unique(level=0)
    texts = {metric(path).title: [_text(row, metric(path).unit)
                                  for _, row in frame[path].iterrows()] for path in paths}
    index = [parameter_text(value, frame.index) for value in frame.index]
    return pd.DataFrame(texts, index=pd.Index(index, name=frame.index.name))


def means(result: Result, counters: Iterable[str]) -> pd.DataFrame:
    """The mean of counters over replications, one row a case, under their titles."""
    frame = result.counters[list(counters)].groupby("case").mean().loc[result.cases]
    return frame.rename(columns=lambda path: metric(path).title)


def verdicts(check: Check) -> pd.DataFrame:
    """The metrics of a check that are not the same, as text. Index (case, metric)."""
    frame = check.metrics[check.metrics["verdict"] != "same"]
    units = frame["unit"].map(_UNITS)
    return pd.DataFrame({
        "before": list(map(value_text, frame["base"], units)),
        "now": list(map(value_text, frame["now"], units)),
        "change": list(map(_change_text, frame["change"], (frame["high"] - frame["low"]) / 2)),
        "margin": [percent_text(margin) for margin in frame["margin"]],
        "verdict": frame["verdict"]}, index=frame.index)


def stage_means(result: Result) -> pd.DataFrame:
    """The mean time of a fault in each stage, in ns, one row a case."""
    return result.stages.xs("mean", axis=1, level=1).groupby("case").mean().loc[result.cases]


def _change_text(change: float, half: float) -> str:
    return "-" if pd.isna(change) else f"{100 * change:+.1f} ± {100 * half:.1f} %"


def _text(estimate, unit: str) -> str:
    if estimate is None:
        return "-"
    return estimate_text(estimate["mean"], (estimate["high"] - estimate["low"]) / 2, unit)
