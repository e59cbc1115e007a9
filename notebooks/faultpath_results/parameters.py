"""Metrics against a parameter of the scenario: which value of it is enough."""
from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

import pandas as pd

from .reading import ResultError
from .result import Result

_SIZES = {"%": 0.01, "B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
          "ps": 1e-3, "ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
_QUANTITY = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(%|[A-Za-z]+)")
_ABSENT = object()


def settings(path: str, values: Iterable) -> str:
    """Options that make one variant for each value of a key, for a command line:
    `--set variants.v64.iommu.queue_entries=64` and so on."""
    return " ".join(f"--set {shlex.quote(f'variants.v{_word(value)}.{path}={value}')}"
                    for value in values)


def limits(values: Iterable[str], kind: str = "lru_locked") -> str:
    """The option that makes one strategy of a kind for each limit, as `5%` or `16MiB`."""
    listed = ", ".join(f"{{kind: {kind}, name: limit_{_word(value)}, limit: {value}}}"
                       for value in values)
    return f"--set {shlex.quote(f'strategies=[{listed}]')}"


def value(result: Result, case: str, path: str):
    """What a key has in a case: `iommu.queue_entries`, `devices[0].pri.allocation`, or
    `strategy.limit` of the strategy that the case runs. Quantities are shares, bytes or ns."""
    run = result.runs.loc[case].iloc[0]
    parameters = result.parameters
    override = parameters.get("variants", {}).get(run["variant"], {})
    path = re.sub(r"^strategy\.", f"strategies.{run['strategy']}.", path)
    found = _at(override, path)
    if found is _ABSENT:
        found = _at(parameters, path)
    if found is _ABSENT:
        raise ResultError(f"{result.where}: {case} has no parameter {path}")
    return quantity(found)


def quantity(written):
    """A number with a unit as a share, bytes or ns; anything else as it is."""
    match = _QUANTITY.fullmatch(written) if isinstance(written, str) else None
    if not match or match[2] not in _SIZES:
        return written
    return float(match[1]) * _SIZES[match[2]]


def against(result: Result, path: str, metrics: Iterable[str]) -> pd.DataFrame:
    """The estimates of some metrics by the value of a parameter, in ascending order. Columns
    (metric, `mean` | `low` | `high`), the index is the parameter."""
    by_value = {value(result, case, path): result.summary.loc[case] for case in result.cases}
    if len(by_value) != len(result.cases):
        raise ResultError(f"{result.where}: several cases have the same {path}")
    columns = [(name, part) for name in metrics for part in ("mean", "low", "high")]
    rows = [[one.loc[column] for column in columns] for one in by_value.values()]
    index = pd.Index(by_value, name=path)
    return pd.DataFrame(rows, index=index, columns=pd.MultiIndex.from_tuples(columns)).sort_index()


def least_within(curve: pd.DataFrame, metric: str, reference: float, within: float = 0.0):
    """The least value of the parameter from which on the metric's mean is at most `reference` and a
    share `within` more. None when that is not reached."""
    good = curve[metric, "mean"] <= reference * (1.0 + within)
    from_here_on = good[::-1].cummin()[::-1]
    return curve.index[from_here_on][0] if from_here_on.any() else None


def _word(value) -> str:
    return re.sub(r"\W+", "_", str(value)).strip("_")


def _at(tree, path: str):
    for step in path.replace("[", ".").replace("]", "").split("."):
        tree = _member(tree, step)
    return tree


def _member(tree, step: str):
    if isinstance(tree, dict):
        return tree.get(step, _ABSENT)
    if isinstance(tree, list) and step.isdigit() and int(step) < len(tree):
        return tree[int(step)]
    if isinstance(tree, list):
        return next((one for one in tree if one.get("name") == step), _ABSENT)
    return _ABSENT
