"""Plots of a result with matplotlib. Each returns its axes: those that it got, or new ones."""
from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .axes import (BAND, WIDTH, axes, label, label_log, label_parameter, label_percentiles, plain,
                   style_of)
from .metrics import distribution_title, metric
from .reading import ResultError
from .result import Result
from .tables import stage_means

_PART_COLOURS = plt.get_cmap("tab20").colors
_LEAST_SHOWN = 0.1  # the quantile below which a tail may leave the picture


def tail(result: Result, distribution: str = "dma_latency_ns",
         cases: Iterable[str] | None = None, ax: Axes | None = None) -> Axes:
    """Latency by percentile on an axis that spreads the tail, one line a case, with the interval
    over replications as a band. Dotted: beyond what one replication visits (less than one effective
    value), where a longer run would tell. Ends where less than ten values lie beyond."""
    return _tails({case: (result.cases.index(case), result.tail(case, distribution))
                   for case in cases or result.cases}, distribution, ax)


def tails_of(results: dict[str, Result], case: str, distribution: str = "dma_latency_ns",
             ax: Axes | None = None) -> Axes:
    """As `tail`, of one case in several results, one line a result, named by its key."""
    return _tails({name: (index, result.tail(case, distribution))
                   for index, (name, result) in enumerate(results.items())}, distribution, ax)


def stages(result: Result, cases: Iterable[str] | None = None, ax: Axes | None = None) -> Axes:
    """The mean time of a fault by stage, stacked in the order of its path: they add up to it. Cases
    without a fault are left out."""
    means = stage_means(result)
    chosen = [case for case in cases or result.cases if means.loc[case].any()]
    return _stages(means.loc[chosen], ax)


def stages_of(results: dict[str, Result], case: str, ax: Axes | None = None) -> Axes:
    """As `stages`, of one case in several results, one bar a result, named by its key."""
    means = {name: stage_means(result).loc[case] for name, result in results.items()}
    return _stages(pd.DataFrame.from_dict(means, orient="index"), ax)


def stacked_bars(frame: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One bar a row, from the top, one part a column."""
    ax = axes(ax, 1.2 + 0.5 * len(frame))
    begins = np.zeros(len(frame))
    for index, column in enumerate(frame.columns):
        colour = _PART_COLOURS[index % len(_PART_COLOURS)]
        ax.barh(frame.index, frame[column], left=begins, color=colour, label=column, height=0.6)
        begins += frame[column].to_numpy()
    ax.invert_yaxis()
    ax.margins(x=0.02)
    longest = max(map(len, frame.columns), default=0)
    ax.legend(frameon=False, ncols=5 if longest < 16 else 2, loc="lower left",
              bbox_to_anchor=(0, 1))
    return ax


def series(result: Result, columns: Iterable[str] | None = None,
           cases: Iterable[str] | None = None) -> np.ndarray:
    """What was sampled over time in the first replication that has it, one panel a column. While a
    page request queue overflows, the panels are shaded. Returns the axes, one a panel."""
    frame = result.series
    chosen = [name for name in columns or frame.columns if name in frame.columns]
    if not chosen:
        raise ResultError(f"{result.where}: there are no such series")
    _, panels = plt.subplots(len(chosen), 1, sharex=True, squeeze=False,
                             figsize=(WIDTH, 0.6 + 1.7 * len(chosen)))
    panels = panels[:, 0]
    for case in cases or frame.index.unique(level="case"):
        one = frame.loc[case]
        replication = one.index.unique(level="replication")[0]
        one = one.loc[replication]
        colour, dash = style_of(result.cases.index(case))
        for ax, name in zip(panels, chosen):
            ax.plot(one.index, one[name], color=colour, linestyle=dash, lw=1.2, label=case)
            for overflow in result.overflows_of(case, replication).itertuples():
                ax.axvspan(overflow.begin_ns, overflow.end_ns, color=colour, **BAND)
    for ax, name in zip(panels, chosen):
        plain(ax)
        ax.set_ylabel(name.replace("_ns", "").replace("_bytes", "").replace("_", " "))
        label(ax.yaxis, _unit_of_series(name))
    panels[0].legend(frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
    panels[-1].set_xlabel("simulated time")
    label(panels[-1].xaxis, "ns")
    return panels


def memory_against_tail(result: Result, latency: str = "dma_latency_ns.p99",
                        ax: Axes | None = None) -> Axes:
    """Locked memory against a latency, one point a case. The dashed steps join the cases that no
    other case beats in both."""
    ax = axes(ax, 4.0)
    points = {case: (result.estimate(case, "locked_bytes.max"), result.estimate(case, latency))
              for case in result.cases}
    points = {case: pair for case, pair in points.items() if pair[1] is not None}
    for case, (locked, estimate) in points.items():
        colour, _ = style_of(result.cases.index(case))
        _point(ax, locked["mean"], estimate, color=colour, label=case)
        ax.annotate(case, (locked["mean"], estimate["mean"]), xytext=(6, 6),
                    textcoords="offset points")
    front = pareto_front([(locked["mean"], one["mean"]) for locked, one in points.values()])
    if front:
        ax.step(*zip(*front), where="post", color="grey", linestyle="--", lw=1, zorder=0)
    ax.set(yscale="log", xlabel="locked memory, maximum", ylabel=metric(latency).title)
    ax.margins(x=0.12, y=0.15)
    label(ax.xaxis, "B")
    label_log(ax.yaxis, "ns")
    return ax


def pareto_front(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points that no other beats in both coordinates (less is better), by ascending first."""
    front: list[tuple[float, float]] = []
    for point in sorted(points):
        if not front or point[1] < front[-1][1]:
            front.append(point)
    return front


def against(curve: pd.DataFrame, path: str, mark: float | None = None, ax: Axes | None = None,
            name: str | None = None) -> Axes:
    """A metric against a parameter (parameters.against), with the interval as a band, and a rule at
    `mark`. Shares are shown in per cent; sizes that double, on an axis on which they are as far."""
    ax = axes(ax, 2.8)
    known = metric(path)
    (line,) = ax.plot(curve.index, curve[path, "mean"], marker="o", ms=4, label=name)
    ax.fill_between(curve.index, curve[path, "low"], curve[path, "high"], color=line.get_color(),
                    **BAND)
    if mark is not None:
        ax.axvline(mark, color="grey", linestyle="--", lw=1)
    ax.set(xlabel=curve.index.name, ylabel=fill(known.title, 24))
    label_parameter(ax, curve.index)
    label(ax.yaxis, known.unit)
    if name:
        ax.legend(frameon=False)
    return ax


def _tails(curves: dict[str, tuple[int, pd.DataFrame]], distribution: str,
           ax: Axes | None) -> Axes:
    ax = axes(ax, 4.5)
    shown = {name: one for name, one in curves.items() if not one[1]["ns"].isna().all()}
    for name, (index, curve) in shown.items():
        colour, dash = style_of(index)
        seldom = curve["effective"] < 1
        ax.plot(curve["one_in"], curve["ns"].mask(seldom), color=colour, linestyle=dash, label=name)
        ax.plot(curve["one_in"], curve["ns"].where(seldom), color=colour, linestyle=":")
        ax.fill_between(curve["one_in"], curve["low"], curve["high"], color=colour, **BAND)
    furthest = max((curve["one_in"].iloc[-1] for _, curve in shown.values()), default=1.0)
    ax.set(xscale="log", yscale="log", xlim=(1, max(10.0, furthest)), xlabel="percentile",
           ylabel=distribution_title(distribution))
    if shown:
        ax.set_ylim(bottom=0.8 * min(curve.loc[curve["q"] >= _LEAST_SHOWN, "ns"].min()
                                     for _, curve in shown.values()))
        ax.legend(frameon=False)
    label_percentiles(ax, furthest)
    label_log(ax.yaxis, "ns")
    return ax


def _stages(means: pd.DataFrame, ax: Axes | None) -> Axes:
    ax = stacked_bars(means.loc[:, means.any()], ax)
    ax.set_xlabel("mean time of a fault")
    label(ax.xaxis, "ns")
    return ax


def _point(ax: Axes, x: float, estimate: pd.Series, **style) -> None:
    half = (estimate["high"] - estimate["low"]) / 2
    ax.errorbar(x, estimate["mean"], yerr=None if np.isnan(half) else half, fmt="o", capsize=3,
                **style)


def _unit_of_series(name: str) -> str:
    return "ns" if "_ns" in name else "B" if name.endswith("_bytes") else ""
