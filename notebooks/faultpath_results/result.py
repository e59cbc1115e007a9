"""A result: its frames, its histograms and what is asked of them in a notebook."""
from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from . import frames
from .histogram import Histogram
from .reading import ResultError, read_document
from .tails import Sections


class Result:
    """A faultpath.result/1. `cases` are in the order of the file; frames are made on demand."""

    def __init__(self, document: dict, where: str = "result"):
        """`document` is checked already (reading.py); `where` names it in errors."""
        self.document = document
        self.where = where
        self.cases: list[str] = list(dict.fromkeys(map(frames.label_of, document["runs"])))

    @property
    def name(self) -> str:
        return self.document["scenario"]["name"]

    @property
    def parameters(self) -> dict:
        """The resolved scenario: every key with its value as text or number."""
        return self.document["scenario"]["resolved"]

    @property
    def confidence(self) -> float:
        return self.document.get("confidence", 0.95)

    @cached_property
    def runs(self) -> pd.DataFrame:
        return frames.runs(self.document)

    @cached_property
    def counters(self) -> pd.DataFrame:
        return frames.counters(self.document)

    @cached_property
    def gauges(self) -> pd.DataFrame:
        return frames.gauges(self.document)

    @cached_property
    def distributions(self) -> pd.DataFrame:
        return frames.distributions(self.document)

    @cached_property
    def stages(self) -> pd.DataFrame:
        return frames.stages(self.document)

    @cached_property
    def blame(self) -> pd.DataFrame:
        return frames.blame(self.document)

    @cached_property
    def by(self) -> pd.DataFrame:
        return frames.by(self.document)

    @cached_property
    def series(self) -> pd.DataFrame:
        return frames.series(self.document)

    @cached_property
    def overflows(self) -> pd.DataFrame:
        return frames.overflows(self.document)

    def overflows_of(self, case: str, replication: int) -> pd.DataFrame:
        frame = self.overflows
        return frame[(frame["case"] == case) & (frame["replication"] == replication)]

    @cached_property
    def summary(self) -> pd.DataFrame:
        return frames.summary(self.document)

    @cached_property
    def paired(self) -> pd.DataFrame:
        return frames.paired(self.document)

    def estimate(self, case: str, metric: str) -> pd.Series | None:
        """A row of `summary`: mean, low, high, n. None when the case does not have the metric."""
        self._check_case(case)
        return _row(self.summary, (case, metric))

    def difference(self, case: str, base: str, metric: str) -> pd.Series | None:
        """A row of `paired`: case less base. None when it is not there; base is the first case."""
        self._check_case(case)
        return _row(self.paired, (f"{case} - {base}", metric))

    def histograms(self, case: str, distribution: str) -> list[Histogram]:
        """One a replication, in the order of the file."""
        self._check_case(case)
        chosen = [run["distributions"] for run in self.document["runs"]
                  if frames.label_of(run) == case]
        if not all(distribution in one for one in chosen):
            raise ResultError(f"{self.where}: {case} has no distribution {distribution!r}; there "
                              f"are {', '.join(chosen[0])}")
        return [Histogram.of(one[distribution]) for one in chosen]

    def histogram(self, case: str, distribution: str) -> Histogram:
        """All replications in one."""
        return Histogram.merged(self.histograms(case, distribution))

    def sections(self, case: str, distribution: str) -> Sections:
        """The replications, for quantiles with intervals."""
        return Sections(self.histograms(case, distribution), self.confidence)

    def tail(self, case: str, distribution: str) -> pd.DataFrame:
        """Quantiles along the tail, with intervals over replications (tails.Sections.curve)."""
        return self.sections(case, distribution).curve()

    def _check_case(self, case: str) -> None:
        if case not in self.cases:
            raise ResultError(f"{self.where}: no case {case!r}; there are {', '.join(self.cases)}")


def read(path: str | Path) -> Result:
    """Reads a result file, plain or compressed, or the one in a result directory."""
    return Result(read_document(path), str(path))


def _row(frame: pd.DataFrame, key: tuple[str, str]) -> pd.Series | None:
    return frame.loc[key] if key in frame.index else None
