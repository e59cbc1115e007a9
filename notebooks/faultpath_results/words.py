"""Plain sentences about a result, made from its figures, so that they are true for what was run."""
from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from IPython.display import Markdown

from .metrics import LOWER, metric
from .result import Result
from .units import estimate_text, value_text


def say(*sentences: str | None) -> Markdown:
    """A list of sentences as the output of a cell; None is left out."""
    return Markdown("\n".join(f"- {one}" for one in sentences if one))


def change(result: Result, case: str, path: str, base: str | None = None) -> str:
    """How a metric of a case compares with the first case, and whether that can be told apart."""
    base = base or result.cases[0]
    known = metric(path)
    here, there = result.estimate(case, path), result.estimate(base, path)
    if here is None or there is None:
        missing = case if here is None else base
        return f"`{missing}` has no {known.subject}."
    begin = f"The {known.subject} is {_text(here, known.unit)} under `{case}`"
    reference = f"{_text(there, known.unit)} under `{base}`"
    if here["mean"] == there["mean"]:
        return f"{begin} and the same under `{base}`."
    if not _told_apart(result.difference(case, base, path)):
        return f"{begin} and {reference}: {here['n']:.0f} replications do not tell them apart."
    if here["mean"] == 0 or there["mean"] == 0:
        return f"{begin} and {reference}."
    return f"{begin}, {ratio(here['mean'] / there['mean'])} the {reference}."


def ratio(factor: float) -> str:
    """`4.3 times`, near 1 `5.2 % more than`, and `39 % of` when it is less than half."""
    if factor >= 1.5:
        return f"{factor:.3g} times"
    if factor <= 0.5:
        return f"{100 * factor:.2g} % of"
    return f"{abs(100 * (factor - 1)):.2g} % {'more' if factor > 1 else 'less'} than"


def best(result: Result, path: str, cases: Iterable[str] | None = None) -> str:
    """Which case has the best mean of a metric, and which the worst."""
    known = metric(path)
    means = pd.Series({case: one["mean"] for case in cases or result.cases
                       if (one := result.estimate(case, path)) is not None})
    if means.empty:
        return f"No case has a {known.subject}."
    if means.nunique() == 1:
        return f"The {known.subject} is {value_text(means.iloc[0], known.unit)} everywhere."
    ordered = means.sort_values(ascending=known.better == LOWER, kind="stable")
    first, last = ordered.index[0], ordered.index[-1]
    return (f"The {known.subject} is best under `{first}`, {value_text(means[first], known.unit)}, "
            f"and worst under `{last}`, {value_text(means[last], known.unit)}.")


def beaten(result: Result, paths: list[str]) -> str:
    """Which cases are worse than another in every one of these metrics."""
    means = {case: [-metric(path).better * one["mean"] for path in paths
                    if (one := result.estimate(case, path)) is not None] for case in result.cases}
    whole = {case: values for case, values in means.items() if len(values) == len(paths)}
    pairs = [f"`{case}` by `{other}`" for case in whole for other in whole
             if all(a > b for a, b in zip(whole[case], whole[other]))]
    titles = " and ".join(f"the {metric(path).subject}" for path in paths)
    if not pairs:
        return f"No case is worse than another in both {titles}: each is a choice."
    return f"In {titles}, both at once, this is beaten: {', '.join(pairs)}."


def largest_stage(result: Result, case: str) -> str:
    """In which stage the faults of a case spend most of their time."""
    means = result.stages.loc[case].xs("mean", axis=1, level=1).mean()
    if not means.sum():
        return f"`{case}` has no faults."
    stage = means.idxmax()
    share = 100 * means[stage] / means.sum()
    return (f"A fault under `{case}` takes {value_text(means.sum(), 'ns')} in the mean, and spends "
            f"{value_text(means[stage], 'ns')} of that ({share:.0f} %) in the "
            f"stage `{stage}`.")


def _text(estimate: pd.Series, unit: str) -> str:
    return estimate_text(estimate["mean"], (estimate["high"] - estimate["low"]) / 2, unit)


def _told_apart(difference: pd.Series | None) -> bool:
    return difference is not None and (difference["low"] > 0 or difference["high"] < 0)
