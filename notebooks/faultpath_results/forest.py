"""A plot of a check: what changed by how much, and how much may change."""
from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .axes import axes
from .check import Check

_COLOURS = {"worse": "#D55E00", "better": "#009E73", "inconclusive": "#E69F00", "same": "#0072B2"}


def forest(check: Check, case: str, ax: Axes | None = None) -> Axes:
    """One row a metric of a case: the change with its interval, over its margin as a grey box. What
    lies inside of the box is the same for practical purposes."""
    rows = check.metrics.loc[case].dropna(subset=["change"])
    ax = axes(ax, 0.9 + 0.26 * len(rows))
    places = np.arange(len(rows))
    lower = [1 / (1 + margin) - 1 for margin in rows["margin"]]  # a margin is a ratio
    ax.barh(places, rows["margin"] - lower, left=lower, height=0.8, color="0.9")
    for verdict, colour in _COLOURS.items():
        chosen = (rows["verdict"] == verdict).to_numpy()
        few = rows[chosen]
        ax.errorbar(few["change"], places[chosen], fmt="o", ms=4, capsize=2, color=colour,
                    xerr=[few["change"] - few["low"], few["high"] - few["change"]])
    ax.axvline(0, color="black", lw=0.8)
    ax.set_yticks(places, rows.index)
    ax.invert_yaxis()
    ax.set_xlabel("change to the baseline")
    ax.xaxis.set_major_formatter(lambda share, _position: _signed(share))
    used = [name for name in _COLOURS if (rows["verdict"] == name).any()]
    ax.legend(handles=[Patch(color=_COLOURS[name], label=name) for name in used], frameon=False,
              ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
    return ax


def _signed(share: float) -> str:
    return f"{100 * share:+.4g} %" if abs(share) > 1e-9 else "0"
