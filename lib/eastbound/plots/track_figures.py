"""The figures of the track record: each takes axes or makes them, draws one table and returns the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from eastbound.plots import track
from eastbound.plots.style import canvas, marks
from eastbound.plots.style import numbers as fmt
from eastbound.plots.style.axes import HUE, finish_axes
from eastbound.plots.style.canvas import styled
from eastbound.plots.track_words import share_words

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


@styled
def track_record(table: pd.DataFrame, series_id: str, *, book: Evidence, ax: Axes | None = None) -> Axes:
    """Draw the medians that past origins gave, the 80 % bands of the stress origins, and what was observed.

    Parameters
    ----------
    table, series_id, book
        As in `track_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    rows = track.track_table(table, series_id, book=book)
    ax = canvas.new_axes(ax)
    said = rows[rows["part"] == "said"]
    origins = [part for _, part in said.groupby("origin", sort=True)]
    colors = sns.light_palette(HUE, n_colors=len(origins) + 3).as_hex()[3:]
    for k, part in enumerate(origins):
        stress = bool(part["stress"].iloc[0])
        if stress:
            ax.fill_between(part["x"], part["low_80"], part["high_80"], color=colors[k], alpha=0.18, linewidth=0)
        width, dashes = (1.8, canvas.DASHES[0]) if stress else (1.0, canvas.DASHES[1])
        ax.plot(part["x"], part["value"], color=colors[k], marker="o", markersize=3, linewidth=width, dashes=dashes)
    marks.observed_line(ax, rows[(rows["part"] == "observed") & (rows["x"] >= _start(said))], text="observed")
    if len(said):
        ax.set_xlim(_start(said), said["x"].max() + 0.3)
        ends = said[said["stress"].astype(bool)].groupby("origin").last()
        texts = [f"from {str(origin)[:7]}" for origin in ends.index]
        canvas.end_labels(ax, list(ends["value"]), texts, colors=[HUE] * len(ends))
    return finish_axes(ax, rows, title=f"What past origins said: {rows.attrs['label']}")


@styled
def pit(tables: Sequence[pd.DataFrame], *, book: Evidence, ax: Axes | None = None) -> Axes:
    """Draw where outcomes fell among the draws, with the band of a calibrated forecast.

    Parameters
    ----------
    tables, book
        As in `pit_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        Empty when there are too few outcomes.
    """
    rows = track.pit_table(tables, book=book)
    ax = canvas.new_axes(ax)
    if len(rows):
        ax.axhspan(rows["low"].iloc[0], rows["high"].iloc[0], color="#E8EEF4", linewidth=0, zorder=0)
        ax.bar(rows["left"], rows["count"], width=1 / len(rows), align="edge", color=HUE, edgecolor="white")
        ax.axhline(rows.attrs["outcomes"] / len(rows), color="#222222", linewidth=1.0, linestyle=(0, (4, 3)))
        text = "95 % band of a calibrated forecast; dashed: its mean"
        ax.annotate(text, (0.02, rows["high"].iloc[0]), (0, 3), textcoords="offset points", fontsize=8.5)
    finish_axes(ax, rows, title="Where outcomes fell among the draws", time=False)
    ax.set_xlabel("probability that was given to less than what came")
    ax.set_ylabel("outcomes")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


@styled
def scores(table: pd.DataFrame, series_id: str, *, book: Evidence, ax: Axes | None = None) -> Axes:
    """Draw the mean CRPS by years ahead, ours and that of a random walk with drift; lower is better.

    Parameters
    ----------
    table, series_id, book
        As in `score_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    rows = track.score_table(table, series_id, book=book)
    ax = canvas.new_axes(ax)
    if len(rows):
        grey = "#555555"
        ax.plot(rows["ahead"], rows["crps"], color=HUE, marker="o")
        ax.plot(rows["ahead"], rows["crps_reference"], color=grey, marker="s", dashes=canvas.DASHES[1])
        ax.set_ylim(0, None)
        ends = [float(rows["crps"].iloc[-1]), float(rows["crps_reference"].iloc[-1])]
        canvas.end_labels(ax, ends, ["ours", "random walk"], colors=[HUE, grey])
        for _, row in rows.iterrows():
            at = (row["ahead"], row["crps"])
            ax.annotate(f"{row['origins']:.0f}", at, (0, 6), textcoords="offset points", ha="center", fontsize=8)
    finish_axes(ax, rows, title=f"Mean CRPS by years ahead: {rows.attrs['label']}", time=False)
    ax.set_ylabel(f"mean CRPS, {rows.attrs['unit']}")
    ax.set_xlabel("years ahead; figures: number of origins")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


@styled
def rungs(ladder: pd.DataFrame, series_id: str, *, book: Evidence, ax: Axes | None = None) -> Axes:
    """Draw the median and the central 80 % of each rung of a ladder, each with all sources below it.

    Parameters
    ----------
    ladder, series_id, book
        As in `rung_table`.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
        The data conflict stands apart and lighter: it is the forecast from another book.
    """
    rows = track.rung_table(ladder, series_id, book=book)
    ax = canvas.new_axes(ax)
    for place, (_, row) in enumerate(rows.iterrows()):
        conflict = row["rung"] == "data conflict"
        ax.hlines(place, row["low80"], row["high80"], color=HUE, linewidth=9, alpha=0.35 if conflict else 0.85)
        ax.plot(row["median"], place, marker="o", color="white", markeredgecolor=HUE, markersize=7, zorder=5)
        text = (
            f"median {fmt.signed(row['shift'], rows.attrs['unit'])}" if conflict else share_words(row["added_variance"])
        )
        ax.annotate(text, (row["high80"], place), (6, 0), textcoords="offset points", va="center", fontsize=8.5)
    names = [str(name) if k == 0 or name == "data conflict" else f"+ {name}" for k, name in enumerate(rows["rung"])]
    ax.set_yticks(range(len(rows)), names)
    ax.invert_yaxis()
    ax.margins(x=0.14, y=0.12)
    finish_axes(
        ax, rows, title=f"Sources of uncertainty in {rows['period'].iloc[0]}: {rows.attrs['label']}", time=False
    )
    ax.set_xlabel(
        f"{fmt.unit_text(rows.attrs['unit'])}; central 80 %, at its end the share of the variance that is added"
    )
    ax.set_ylabel("")
    return ax


def _start(said: pd.DataFrame) -> float:
    return float(said["x"].min()) - 6.0 if len(said) else 2000.0
