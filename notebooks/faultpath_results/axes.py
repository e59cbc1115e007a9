"""Axes that look alike: colours, dashes, grids, and ticks with units."""
from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, LogLocator, NullFormatter, NullLocator

from .units import axis_formatter, parameter_text, percentile_text

WIDTH = 9.0  # inches
BAND = {"alpha": 0.18, "linewidth": 0}
# Okabe and Ito's colours, which people with any colour vision tell apart; dashes for print.
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
_DASHES = ["-", (0, (8, 3)), (0, (3, 2)), (0, (8, 3, 2, 3)), (0, (12, 4)), (0, (2, 4))]


def style_of(index: int) -> tuple:
    """The colour and the dash of a case, by its place among the cases."""
    return _COLOURS[index % len(_COLOURS)], _DASHES[index % len(_DASHES)]


def axes(ax: Axes | None, height: float) -> Axes:
    """The given ones, or new ones of so many inches."""
    if ax is None:
        ax = plain(plt.subplots(figsize=(WIDTH, height))[1])
    return ax


def plain(ax: Axes) -> Axes:
    """Without a frame, over a light grid."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25)
    ax.set_axisbelow(True)
    return ax


def label(axis: Axis, unit: str) -> None:
    """Ticks with units; call it when everything is drawn."""
    if unit == "B":  # ticks at powers of two
        low, high = axis.get_view_interval()
        step = 2.0 ** np.ceil(np.log2(max(high - low, 1) / 8))
        ticks = np.arange(max(0, low // step), high // step + 1) * step
        axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(axis_formatter(unit))


def label_log(axis: Axis, unit: str) -> None:
    """Ticks at 1, 2 and 5 of each decade."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(axis_formatter(unit))
    axis.set_minor_formatter(NullFormatter())


def label_percentiles(ax: Axes, furthest: float) -> None:
    """An x axis of 1 / (1 - q) reads p50, p90 and so on."""
    marks = [1, 2, 10, 20, 100, 1000, 10**4, 10**5, 10**6]
    ax.xaxis.set_major_locator(FixedLocator([mark for mark in marks if mark <= furthest]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda one_in, _position: percentile_text(one_in))


def label_parameter(ax: Axes, values) -> None:
    """An x axis of a parameter: shares in per cent; what spans four doublings, by ratio."""
    if max(values) > 1 and min(values) > 0 and max(values) / min(values) >= 16:
        ax.set_xscale("log", base=2)
        ax.xaxis.set_major_locator(FixedLocator(list(values)))
        ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda value, _position: parameter_text(value, values))
