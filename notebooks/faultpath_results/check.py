"""The verdict of `faultpath check` on a result against a baseline, as frames."""
from __future__ import annotations

import json
import shlex
import tempfile
from functools import cached_property
from pathlib import Path

import pandas as pd

from .program import ProgramError, output_of
from .reading import ResultError, parse_json
from .result import Result

SCHEMA = "faultpath.check/1"
_WORSE, _CONTRADICTION = 1, 3  # statuses with which a verdict is given, too
_METRICS = ["case", "metric", "verdict", "base", "now", "change", "low", "high", "margin", "unit",
            "p", "replications_needed"]


class Check:
    """A faultpath.check/1. Changes and margins are shares: 0.05 is 5 % more than before."""

    def __init__(self, document, where: str = "check"):
        """Raises ResultError when `document` is something else; `where` begins the message."""
        schema = document.get("schema") if isinstance(document, dict) else None
        if schema != SCHEMA:
            raise ResultError(f"{where}: the schema is {schema!r}, not {SCHEMA!r}")
        self.document = document

    @property
    def verdict(self) -> str:
        """`identical`, `worse`, `better`, `inconclusive`, or that only the trajectory changed."""
        return self.document["verdict"]

    @property
    def cases(self) -> list[str]:
        """Those that both results have."""
        return [one["case"] for one in self.document["cases"]]

    @property
    def identical(self) -> list[str]:
        """The cases of which every run went the same way: none of their metrics is compared."""
        return [one["case"] for one in self.document["cases"] if one["verdict"] == "identical"]

    @property
    def contradictions(self) -> list[str]:
        """Runs with equal fingerprints and other data."""
        return self.document["contradictions"]

    @cached_property
    def changed_keys(self) -> pd.DataFrame:
        """Keys of the resolved scenario that differ: columns key, base, now."""
        return pd.DataFrame(self.document["changed_keys"], columns=["key", "base", "now"])

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Index (case, metric): verdict, base, now, change with low and high, margin, unit, p, and
        replications_needed where it is inconclusive."""
        rows = [{"case": case["case"]} | _flat_change(one)
                for case in self.document["cases"] for one in case["metrics"]]
        return pd.DataFrame(rows, columns=_METRICS).set_index(["case", "metric"])

    @cached_property
    def stages(self) -> pd.DataFrame:
        """Index (case, stage): the mean time of a fault in the stages that changed, the largest
        change first: base_ns, now_ns, change_ns."""
        rows = [{"case": case["case"]} | one
                for case in self.document["cases"] for one in case["stages"]]
        frame = pd.DataFrame(rows, columns=["case", "stage", "base_ns", "now_ns"])
        frame["change_ns"] = frame["now_ns"] - frame["base_ns"]
        return frame.set_index(["case", "stage"])

    @cached_property
    def not_tested(self) -> pd.DataFrame:
        """Metrics about which the runs say nothing: columns case, metric, why."""
        rows = [{"case": case["case"]} | one
                for case in self.document["cases"] for one in case["not_tested"]]
        return pd.DataFrame(rows, columns=["case", "metric", "why"])


def check(result: Result | str | Path, baseline: Result | str | Path, options: str = "") -> Check:
    """Runs `faultpath check RESULT --baseline BASELINE OPTIONS`. What is not a file or a directory
    but a Result is written to a file for it."""
    with tempfile.TemporaryDirectory(prefix="faultpath-") as folder:
        files = [_file_of(result, Path(folder), "result"),
                 _file_of(baseline, Path(folder), "baseline")]
        names = [Path(file).name if file.startswith(folder) else file for file in files]
        print(f"$ ./faultpath check {names[0]} --baseline {names[1]} {options}".rstrip())
        output = output_of(["check", files[0], "--baseline", files[1], *shlex.split(options),
                            "--json"], accepted=(0, _WORSE, _CONTRADICTION))
    if not output:
        raise ProgramError("faultpath check gave no verdict")
    return Check(parse_json(output, "faultpath check"), "faultpath check")


def read_check(path: str | Path) -> Check:
    """Reads what `faultpath check --json` wrote."""
    try:
        return Check(parse_json(Path(path).read_bytes(), str(path)), str(path))
    except OSError as error:
        raise ResultError(f"{path}: {error.strerror}") from error


def _file_of(result: Result | str | Path, folder: Path, name: str) -> str:
    if not isinstance(result, Result):
        return str(Path(result).absolute())
    path = folder / f"{name}.json"
    path.write_text(json.dumps(result.document), encoding="utf-8")
    return str(path)


def _flat_change(metric: dict) -> dict:
    change = metric.get("change", {})
    return metric | {"change": change.get("mean"), "low": change.get("low"),
                     "high": change.get("high")}
