"""Metrics against a parameter of the scenario: which value of it is enough."""
from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

import pandas as pd

from .metrics import HIGHER, metric
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
    path = re.sub(r"^strategy\.", f"strategies.{_run_of(result, case)['strategy']}.", path)
    found = _at(resolved(result, case), path)
    if found is _ABSENT:
        raise ResultError(f"{result.where}: {case} has no parameter {path}")
    return quantity(found)


def resolved(result: Result, case: str) -> dict:
    """The scenario of a case: that of the result, changed by the case's variant."""
    override = result.parameters.get("variants", {}).get(_run_of(result, case)["variant"], {})
    return _merged(result.parameters, override, "")


def allocations(result: Result, case: str) -> int:
    """How many page requests all devices of a case may have on their way at once. A virtual
    function spends the credits of its physical one."""
    return sum(device["count"] * device["pri"]["allocation"]
               for device in resolved(result, case)["devices"]
               if device["pri"].get("enabled", True) and "virtual_function_of" not in device)


def quantity(written):
    """A number with a unit as a share, bytes or ns; anything else as it is."""
    match = _QUANTITY.fullmatch(written) if isinstance(written, str) else None
    if not match or match[2] not in _SIZES:
        return written
    return float(match[1]) * _SIZES[match[2]]


def against(result: Result, path: str, metrics: Iterable[str],
            cases: Iterable[str] | None = None) -> pd.DataFrame:
    """The estimates of some metrics by the value of a parameter, in ascending order. Columns
    (metric, `mean` | `low` | `high`), the index is the parameter. NaN where a case has
    no such value."""
    cases = [case for case in result.cases if cases is None or case in cases]
    by_value = {value(result, case, path): case for case in cases}
    if len(by_value) != len(cases):
        raise ResultError(f"{result.where}: several cases have the same {path}")
    columns = [(name, part) for name in metrics for part in ("mean", "low", "high")]
    rows = [[_part(result.estimate(case, name), part) for name, part in columns]
            for case in by_value.values()]
    index = pd.Index(by_value, name=path)
    return pd.DataFrame(rows, index=index, columns=pd.MultiIndex.from_tuples(columns)).sort_index()


def least_within(curve: pd.DataFrame, path: str, within: float = 0.0, of: float | None = None):
    """The least value of the parameter from which on the mean of a metric is no worse than `of` by
    more than a share `within`. Without `of`, than at the largest value. None when there is none."""
    means = curve[path, "mean"]
    reference = means.iloc[-1] if of is None else of
    if metric(path).better == HIGHER:
        good = means >= reference * (1.0 - within)
    else:
        good = means <= reference * (1.0 + within)
    from_here_on = good[::-1].cummin()[::-1]
    return curve.index[from_here_on][0] if from_here_on.any() else None


def between(curve: pd.DataFrame, least: float, parts: int) -> list[str]:
    """Shares that part the step of the curve that ends at `least`, as text, to look closer."""
    before = curve.index[max(0, curve.index.get_loc(least) - 1)]
    shares = [before + (least - before) * part / parts for part in range(parts + 1)]
    return list(dict.fromkeys(f"{100 * share:.6g}%" for share in shares))


def _part(estimate: pd.Series | None, part: str) -> float:
    return float("nan") if estimate is None else estimate[part]


def _run_of(result: Result, case: str) -> pd.Series:
    return result.runs.loc[case].iloc[0]


def _merged(base, over, key: str):
    """As the program merges: maps by key, the elements of a list by name or number."""
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {name: _merged(base[name], one, name) if name in base else one
                       for name, one in over.items()}
    if isinstance(base, list) and isinstance(over, dict):
        return [_merged(one, _ours(over, one, index), "") for index, one in enumerate(base)]
    if isinstance(base, list) and isinstance(over, list) and key == "devices":
        named = {one.get("name"): one for one in base}
        return [_merged(named.get(one.get("name"), {}), one, "") for one in over]
    return over


def _ours(over: dict, element, index: int):
    return over.get(element.get("name"), over.get(str(index), {}))


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
