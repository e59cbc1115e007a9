"""Plain sentences about a result, made from its figures, so that they are true for what was run."""
from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from IPython.display import Markdown

from .check import Check
from .metrics import HIGHER, LOWER, Metric, metric
from .parameters import least_within
from .result import Result
from .units import estimate_text, parameter_text, percent_text, value_text


def say(*sentences: str | None) -> Markdown:
    """A list of sentences as the output of a cell; None is left out."""
    return Markdown("\n".join(f"- {one}" for one in sentences if one))


def change(result: Result, case: str, path: str) -> str:
    """How a metric of a case compares with the first case, and whether that can be told apart."""
    base = result.cases[0]
    known = metric(path)
    here, there = result.estimate(case, path), result.estimate(base, path)
    if here is None or there is None:
        missing = case if here is None else base
        return f"`{missing}` has no {known.subject}."
    begin = f"The {known.subject} is {_text(here, known.unit)} under `{case}`"
    reference = f"{_text(there, known.unit)} under `{base}`"
    if here["mean"] == there["mean"]:
        return f"{begin} and the same under `{base}`."
    difference = result.difference(case, base, path)
    if difference is not None and not _excludes_zero(difference):
        return f"{begin} and {reference}: {here['n']:.0f} replications do not tell them apart."
    if difference is None or here["mean"] == 0 or there["mean"] == 0:
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
    first, last = (_names(means[means == ordered.iloc[end]].index) for end in (0, -1))
    least, most = (value_text(ordered.iloc[end], known.unit) for end in (0, -1))
    return (f"The {known.subject} is best under {first}, {least}, and worst under {last}, "
            f"{most}.")


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


def least(curve: pd.DataFrame, path: str, within: float = 0.0, of: float | None = None) -> str:
    """From which value of the parameter on a metric is good enough (parameters.least_within), and
    what it is just below that."""
    known, means = metric(path), curve[path, "mean"]
    bound = _bound(means, known, within, of)
    enough = least_within(curve, path, within, of)
    if enough is None:
        return f"At none of these values of `{curve.index.name}` is the {known.subject} {bound}."
    text = (f"From `{curve.index.name}` = {parameter_text(enough, curve.index)} on, the "
            f"{known.subject} is {bound}")
    at = curve.index.get_loc(enough)
    if at == 0:
        return f"{text}: at every value that was tried."
    before = curve.index[at - 1]
    return (f"{text}; at {parameter_text(before, curve.index)} it is "
            f"{value_text(means[before], known.unit)}.")


def at_least(curve: pd.DataFrame, path: str, told: str, within: float = 0.0,
             of: float | None = None) -> str | None:
    """What another metric is at the least good value, and at the largest value."""
    enough = least_within(curve, path, within, of)
    if enough is None:
        return None
    known, means = metric(told), curve[told, "mean"]
    places = [parameter_text(one, curve.index) for one in (enough, means.index[-1])]
    values = [value_text(one, known.unit) for one in (means[enough], means.iloc[-1])]
    return (f"At `{curve.index.name}` = {places[0]} the {known.subject} is {values[0]}, and "
            f"{values[1]} at {places[1]}.")


def queue_depth(curve: pd.DataFrame, kind: str, allocations: int) -> str:
    """The least depth without an overflow beside the sum of the allocations."""
    enough = least_within(curve, "queue_overflows", of=0.0)
    if enough is None:
        return f"`{kind}` overflows at every depth that was tried."
    times = "as many as" if enough == allocations else f"{enough / allocations:.3g} times"
    return (f"`{kind}` never overflows from {enough} entries on, of the depths that were tried: "
            f"{times} the {allocations} requests that all devices may have on their way.")


def accounted(result: Result) -> str:
    """Whether every page request got an answer or is known to be lost."""
    counters = result.counters
    ends = counters[["requests_answered", "auto_responses", "requests_dropped",
                     "requests_discarded"]].sum(axis=1)
    open_ends = int((counters["page_requests"] - ends).sum())
    total = int(counters["page_requests"].sum())
    if open_ends:
        return f"{open_ends} of {total} page requests were still on their way at the end."
    return f"Each of the {total} page requests is in one of these parts: none is unaccounted for."


def verdict(check: Check) -> str:
    """The verdict as a whole, and how many metrics got which."""
    counts = check.metrics["verdict"].value_counts()
    parts = [f"{counts[name]} {name}" for name in ("worse", "better", "inconclusive", "same")
             if name in counts]
    text = f"The verdict is **{check.verdict}**"
    if not parts:
        return f"{text}: every run went the same way, event by event."
    return f"{text}. Of {len(check.metrics)} metrics in {_count(check.cases, 'case')}: " + (
        ", ".join(parts) + ".")


def changed_keys(check: Check) -> str:
    """Which keys of the scenario differ: most regressions are that."""
    keys = [f"`{one.key}` was {one.base or 'absent'} and is {one.now or 'absent'}"
            for one in check.changed_keys.itertuples()]
    return "; ".join(keys) + "." if keys else "No key of the scenario differs."


def largest_change(check: Check, case: str) -> str:
    """The largest change of a case among the metrics with its gravest verdict."""
    if case in check.identical:
        return f"Every run of `{case}` went the same way, event by event."
    rows = check.metrics[check.metrics.index.get_level_values("case") == case].droplevel("case")
    rows = rows.dropna(subset=["change"])
    for name in ("worse", "better", "inconclusive", "same"):
        chosen = rows[rows["verdict"] == name]
        if not chosen.empty:
            row = chosen.loc[chosen["change"].abs().idxmax()]
            name = "the same" if name == "same" else name
            return (f"The largest change under `{case}` that is {name}: `{row.name}` by "
                    f"{_percent(row['change'])}, with 95 % between {_percent(row['low'])} and "
                    f"{_percent(row['high'])}; {percent_text(row['margin'])} may be.")
    return f"No change of a metric is known under `{case}`."


def stage_change(check: Check, case: str) -> str:
    """Where the time of a fault went to, or came from."""
    if case not in check.stages.index.get_level_values("case"):
        return f"The stages of a fault under `{case}` did not change."
    changes = check.stages.loc[case, "change_ns"]
    total, stage = changes.sum(), changes.abs().idxmax()
    return (f"A fault under `{case}` takes {value_text(abs(total), 'ns')} "
            f"{'longer' if total > 0 else 'less'} in the mean; the stage that changed most is "
            f"`{stage}`, by {value_text(changes[stage], 'ns')}.")


def more_replications(check: Check) -> str:
    """How many replications would tell what is inconclusive."""
    needed = check.metrics.loc[check.metrics["verdict"] == "inconclusive", "replications_needed"]
    if needed.empty:
        return "Nothing is inconclusive."
    text = f"{_count(needed, 'metric')} {'is' if len(needed) == 1 else 'are'} inconclusive"
    if needed.isna().any():
        return f"{text}; no number of replications is known to tell."
    return f"{text}; {needed.max():.0f} replications would tell."


def _percent(share: float) -> str:
    return f"{100 * share:+.3g} %"


def _count(things, name: str) -> str:
    return f"{len(things)} {name}" + ("" if len(things) == 1 else "s")


def _bound(means: pd.Series, known: Metric, within: float, of: float | None) -> str:
    reference = value_text(means.iloc[-1] if of is None else of, known.unit)
    if of == 0:
        return reference
    if within == 0:
        return f"at {'least' if known.better == HIGHER else 'most'} {reference}"
    side = "below" if known.better == HIGHER else "above"
    return f"no more than {percent_text(within)} {side} {reference}"


def _names(cases: Iterable[str]) -> str:
    *others, last = (f"`{case}`" for case in cases)
    return f"{', '.join(others)} and {last}" if others else last


def _text(estimate: pd.Series, unit: str) -> str:
    return estimate_text(estimate["mean"], (estimate["high"] - estimate["low"]) / 2, unit)


def _excludes_zero(difference: pd.Series) -> bool:
    return difference["low"] > 0 or difference["high"] < 0
