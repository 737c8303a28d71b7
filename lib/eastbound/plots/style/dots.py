"""Points of several groups, told apart by colour and marker."""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd
from matplotlib.axes import Axes

from eastbound.plots.style import canvas

_MARKERS: Final = ("o", "s", "^", "D", "v", "P")


def groups(ax: Axes, table: pd.DataFrame, *, by: str, y: str, legend: Literal["upper left", "upper right"]) -> None:
    """Draw points told apart by colour and marker, with a legend.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        With a column x.
    by, y : str
        Columns that name the group and give the height.
    legend : {"upper left", "upper right"}
    """
    parts = list(table.groupby(by, sort=False))
    colors = canvas.palette(len(parts))
    for k, (name, part) in enumerate(parts):
        marker = _MARKERS[k % len(_MARKERS)]
        ax.scatter(part["x"], part[y], s=26, color=colors[k], marker=marker, label=str(name), zorder=4)
    if parts:
        ax.legend(frameon=False, fontsize=8.5, loc=legend)
