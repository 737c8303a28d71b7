"""The figures of the evidence page: each takes axes or makes them, draws one table and returns the axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from eastbound.plots import evidence
from eastbound.plots.style import canvas
from eastbound.plots.style.axes import HUE, finish_axes
from eastbound.plots.style.canvas import styled

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_MARKERS = ("o", "s", "^", "D", "v", "P")


@styled
def coverage(book: Evidence, *, ax: Axes | None = None, first: int = evidence.FIRST_YEAR) -> Axes:
    """Draw, for each main series, how much of each year its figures cover: darker is more.

    Parameters
    ----------
    book, first
        As in `coverage_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = evidence.coverage_table(book, first=first)
    grid = table.assign(level=table["level"].map(evidence.LEVELS.index))
    grid = grid.pivot(index="series", columns="period", values="level").loc[table["series"].unique()]
    ax = canvas.new_axes(ax, size=(8.4, 1.6 + 0.26 * len(grid)))
    colors = ["#ffffff", *sns.light_palette(HUE, n_colors=4).as_hex()[1:]]
    edges = [level - 0.5 for level in range(len(colors) + 1)]
    norm = BoundaryNorm(edges, len(colors))
    years = grid.columns.astype(int)
    places = [*(years - 0.5), years[-1] + 0.5]
    ax.pcolormesh(
        places, range(len(grid) + 1), grid, cmap=ListedColormap(colors), norm=norm, edgecolor="#d5dadf", linewidth=0.4
    )
    ax.set_yticks([row + 0.5 for row in range(len(grid))], list(grid.index))
    ax.invert_yaxis()
    ax.tick_params(length=0)
    keys = [Patch(facecolor=c, edgecolor="#8a96a3", label=n) for c, n in zip(colors, evidence.LEVELS, strict=True)]
    ax.legend(handles=keys, ncols=len(keys), loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=8.5)
    finish_axes(ax, table, title="")
    ax.set_title("What the figures cover", pad=26)
    ax.set_ylabel("")
    return ax


@styled
def revisions(book: Evidence, *, ax: Axes | None = None) -> Axes:
    """Draw by how much later figures of a month of trade differ from its first print.

    Parameters
    ----------
    book : Evidence
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = evidence.revision_table(book)
    ax = canvas.new_axes(ax)
    _groups(ax, table, by="series", y="gap", legend="upper right")
    ax.axhline(0, color="#999999", linewidth=0.9, zorder=1)
    finish_axes(ax, table, title="Later figure less first print, months of trade")
    ax.set_ylabel("USD bn")
    ax.set_xlabel("month of trade")
    return ax


@styled
def slips(book: Evidence, *, ax: Axes | None = None) -> Axes:
    """Draw planned dates by the day they were said, with a line that recedes a year each year.

    Parameters
    ----------
    book : Evidence
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    table = evidence.slips_table(book)
    ax = canvas.new_axes(ax)
    ax.vlines(table["x"], table["low"], table["high"], color="#999999", linewidth=1.0, zorder=2)
    _groups(ax, table, by="milestone", y="middle", legend="upper left")
    if len(table):
        start = table[["x", "middle"]].min()
        ax.axline((start["x"], start["middle"]), slope=1, color="#999999", linestyle=":", linewidth=1.0, zorder=1)
    finish_axes(ax, table, title="Planned dates by the day they were said")
    ax.set_xlabel("said in")
    ax.set_ylabel("planned for; dotted: a year later each year")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:.0f}"))
    return ax


def _groups(ax: Axes, table: pd.DataFrame, *, by: str, y: str, legend: Literal["upper left", "upper right"]) -> None:
    """Draw points told apart by colour and marker, with a legend."""
    parts = list(table.groupby(by, sort=False))
    colors = canvas.palette(len(parts))
    for k, (name, part) in enumerate(parts):
        ax.scatter(
            part["x"], part[y], s=26, color=colors[k], marker=_MARKERS[k % len(_MARKERS)], label=str(name), zorder=4
        )
    if parts:
        ax.legend(frameon=False, fontsize=8.5, loc=legend)
