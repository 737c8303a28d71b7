"""What the charts of use beside a schematic map share: rows of use on the right, lines and colours of the map."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from eastbound.ensemble.subjects.logistics import FULL
from eastbound.language import _
from eastbound.plots.chart import Facts
from eastbound.plots.style import canvas
from eastbound.plots.style.axes import finish

UNKNOWN: Final = "#8a8a8a"
HIGH: Final = 60.0  # percent; between there and `FULL` a line fills in the season or in some futures
_LINES: Final = Path(__file__).with_name("map_lines.csv")
_GREY: Final = "#555555"


def use_color(use: float) -> str:
    """Return the colour of a use in percent: unknown (NaN), full, high or low.

    Examples
    --------
    >>> use_color(float("nan"))
    '#8a8a8a'
    """
    blue, red, green = canvas.palette(3)
    if np.isnan(use):
        return UNKNOWN
    return red if use >= FULL else blue if use >= HIGH else green


def draw_use(ax: Axes, row: float, *, name: str, interval: tuple[float, float, float], marker: str, none: str) -> None:
    """Draw one row of use right of zero, with its name left of it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        To draw into.
    row : float
        Height.
    name : str
        Number on the map and name.
    interval : tuple of float
        Lower end, median and upper end, percent; a median of NaN draws `none` instead.
    marker : str
        Of the median, as matplotlib names it.
    none : str
        Words where there is no use.
    """
    low, use, high = interval
    color = use_color(use)
    if np.isnan(use):
        ax.annotate(none, (2, row), va="center", fontsize=8.5, color=_GREY)
    else:
        ax.plot([low, high], [row, row], color=color, linewidth=3.0, alpha=0.45, solid_capstyle="butt")
        ax.plot([use], [row], marker=marker, color=color, markersize=8, linestyle="none")
    ax.annotate(name, (-3, row), ha="right", va="center", fontsize=8.5)


def frame_use(ax: Axes, facts: Facts, *, rows: int, span: tuple[float, float], end: float, label: str) -> None:
    """Set limits, ticks, lines and names of the axes whose part right of zero shows use.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        To set up.
    facts : Facts
        Of the chart.
    rows : int
        Number of rows.
    span : tuple of float
        Of the horizontal axis: map and names left of zero, use right of it.
    end : float
        Where the line of the axis ends, percent.
    label : str
        Of the axis.
    """
    ax.axvline(100.0, color=_GREY, linewidth=0.8, linestyle=":")
    ax.axvline(0.0, color=_GREY, linewidth=0.8)
    ax.set(xlim=span, ylim=(-0.7, rows - 0.3), xticks=range(0, 101, 20), yticks=[])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, end)
    finish(ax, facts, time=False)
    ax.set_xlabel(label, loc="right")
    ax.set_ylabel(_("left: schematic map; right: use in %"))


@cache
def map_lines() -> dict[str, pd.DataFrame]:
    """Return the lines of both maps by name: columns kind, lon and lat in degrees.

    Kinds are border, coast and pipeline, and close border and close coast for the map of the crossings.
    """
    table = pd.read_csv(_LINES, usecols=["line", "kind", "lon", "lat"])
    return {str(name): part for name, part in table.groupby("line", sort=False)}
