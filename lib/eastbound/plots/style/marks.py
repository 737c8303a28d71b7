"""Marks: the small parts every figure is composed of. Each draws on the axes it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from eastbound.constants import BANDS
from eastbound.language import _
from eastbound.plots.style import numbers
from eastbound.plots.style.canvas import DASHES, LABEL_GAP, end_labels, palette, spread, text_color, tints

GREY = "#555555"
RUST = "#8A3B00"
HALO = (withStroke(linewidth=2.5, foreground="white"),)  # keeps words readable on a band
# filled: customs or two agreeing sources; hollow: rounded or inferred; cross: interpolated
_GRADES = {"A": ("o", True), "B": ("o", True), "C": ("o", False), "D": ("x", False)}


def fan(ax: Axes, table: pd.DataFrame, *, color: str, label: bool = True) -> None:
    """Draw the median, filled inner bands and the outer band as lines, each named at its right end.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns x, value and low_50, high_50 … for each of the bands.
    color : str
        The one hue; wider bands are lighter.
    label : bool
        Whether to name bands and median.
    """
    shades = tints(color, len(BANDS) + 5)[1:-4]
    outer, *filled = sorted(BANDS, reverse=True)
    for mass, tint in zip(filled, shades[1:], strict=True):
        ax.fill_between(table["x"], table[f"low_{mass}"], table[f"high_{mass}"], color=tint, linewidth=0)
    for side in ("low", "high"):  # a filled outer band would dominate the picture with its rarest futures
        ax.plot(table["x"], table[f"{side}_{outer}"], color=color, linewidth=0.8, linestyle=(0, (4, 2)))
    ax.plot(table["x"], table["value"], color=color)
    if label and len(table):
        last = table.iloc[-1]
        heights = [last["value"], *(last[f"high_{mass}"] for mass in BANDS)]
        texts = [_("median"), *(_("{mass} % band", mass=mass) for mass in BANDS)]
        end_labels(ax, heights, texts, colors=[color] * len(texts))


def observed_line(ax: Axes, table: pd.DataFrame, *, text: str = "") -> None:
    """Draw observed values as a dark line; ranges as thin bars; markers by grade where there is one.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns x, value, low, high, grade.
    text : str
        Written beside the middle point, e.g. ``"observed"``.
    """
    # no line across years or months without a figure
    breaks = np.flatnonzero(np.diff(table["x"]) > 1.5 * np.diff(table["x"]).min(initial=np.inf)) + 1
    places, values = (np.insert(table[c].to_numpy(dtype=float), breaks, np.nan) for c in ("x", "value"))
    ax.plot(places, values, color="#222222", linewidth=1.4, zorder=4)
    ranged = table[table["high"] > table["low"]]
    ax.vlines(ranged["x"], ranged["low"], ranged["high"], color="#999999", linewidth=1.0, zorder=3)
    for grade, part in table.groupby("grade"):
        marker, filled = _GRADES.get(str(grade), ("o", True))
        face = "#222222" if filled else "white"
        style: dict[str, Any] = {"color": "#222222"} if marker == "x" else {"facecolor": face, "edgecolor": "#222222"}
        ax.scatter(part["x"], part["value"], s=16, marker=marker, linewidth=1.0, zorder=5, **style)
    if text and len(table):
        # above and left of a middle point: free space, as most series here rise, and never on the axis below
        middle = table.iloc[len(table) // 2]
        at, side = (middle["x"], middle["value"]), -1 if len(table) > 2 else 1  # few points stand at the axis
        placement: dict[str, Any] = {"textcoords": "offset points", "ha": "right" if side < 0 else "left"}
        ax.annotate(text, at, (7 * side, 7), fontsize=8.5, path_effects=HALO, **placement)


def gap(ax: Axes, last: pd.Series, first: pd.Series) -> None:
    """Say between the last observed and the first simulated year that none was published for those between.

    Parameters
    ----------
    ax : Axes
    last, first : Series
        Rows of a fan table, with x and value.
    """
    middle = ((last["x"] + first["x"]) / 2, (last["value"] + first["value"]) / 2)
    years = f"{last['x'] + 1:.0f}–{first['x'] - 1:.0f}"
    text = _("no yearly figure\n{years}", years=years)
    ax.annotate(text, middle, ha="center", va="center", fontsize=8.5, color=GREY, path_effects=HALO)


def threshold_line(ax: Axes, value: float, text: str) -> None:
    """Draw a labelled horizontal threshold."""
    ax.axhline(value, color=RUST, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
    _name_at_left(ax, value, text)


def target_band(ax: Axes, low: float, high: float, *, text: str) -> None:
    """Shade a published range and name it at the left."""
    ax.axhspan(low, high, facecolor="none", edgecolor="#D9A066", hatch="////", linewidth=0, alpha=0.55, zorder=0)
    for edge in (low, high):
        ax.axhline(edge, color=RUST, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    _name_at_left(ax, high, text)


def _name_at_left(ax: Axes, y: float, text: str) -> None:
    ax.annotate(
        text,
        xy=(0.005, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        fontsize=8.5,
        color=RUST,
        path_effects=HALO,
        zorder=6,
    )


def event_marker(ax: Axes, x: float, text: str) -> None:
    """Draw a dated event as a thin vertical line with its name along it."""
    ax.axvline(x, color="#999999", linewidth=0.9, linestyle=":", zorder=1)
    ax.annotate(
        text,
        xy=(x, 1.0),
        xycoords=ax.get_xaxis_transform(),
        xytext=(-3, -3),
        textcoords="offset points",
        rotation=90,
        ha="right",
        va="top",
        fontsize=8,
        color=GREY,
    )


def scenario_lines(ax: Axes, table: pd.DataFrame, *, band_top: float | None = None) -> None:
    """Draw one line per scenario, told apart by colour and dash pattern and named at its right end.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns scenario, title, x and value; scenarios keep the order of their first row.
    band_top : float, optional
        Upper end of a band around the first scenario, to be named too.
    """
    parts = list(table.groupby("scenario", sort=False))
    colors = palette(len(parts))
    ends = []
    for k, (_key, part) in enumerate(parts):
        title = str(part["title"].iloc[0])  # the name under which a page can switch the line off
        ax.plot(part["x"], part["value"], color=colors[k], dashes=DASHES[k % len(DASHES)], gid=title)
        ends.append(part.iloc[-1])
    heights, texts = [end["value"] for end in ends], [str(end["title"]) for end in ends]
    if band_top is not None:
        heights, texts, colors = [*heights, band_top], [*texts, _("80 % band of the solid line")], [*colors, GREY]
    end_labels(ax, heights, texts, colors=colors)


def curves(ax: Axes, x: np.ndarray, heights: Sequence[np.ndarray], *, texts: Sequence[str], color: str) -> None:
    """Draw a family of curves in shades of one hue, darkest first, each named at its right end."""
    shades = tints(color, len(heights) + 2)[::-1]
    for k, height in enumerate(heights):
        ax.plot(x, height, color=shades[k], dashes=DASHES[k % len(DASHES)], marker="o", markersize=3)
    ends = [height[-1] for height in heights]
    end_labels(ax, ends, texts, colors=[text_color(shade) for shade in shades[: len(texts)]])


def interval(ax: Axes, position: float, row: pd.Series, *, color: str) -> None:
    """Draw median, 50, 80 and 95 % intervals of one quantity as nested vertical bars."""
    for mass, width in zip(sorted(BANDS, reverse=True), (1.2, 4.0, 9.0), strict=True):
        ax.vlines(position, row[f"low_{mass}"], row[f"high_{mass}"], color=color, linewidth=width, alpha=0.85)
    ax.plot(position, row["value"], marker="o", color="white", markeredgecolor=color, markersize=7, zorder=5)


def interval_labels(ax: Axes, position: float, row: pd.Series, *, unit: str, sign: bool = False) -> None:
    """Write the centre and the 80 % limits beside an interval, moved apart where they would overlap.

    Parameters
    ----------
    ax : Axes
        With final limits.
    position : float
        Of the interval on the horizontal axis.
    row : Series
        value, low_80, high_80.
    unit : str
        Decides the digits.
    sign : bool
        Whether the numbers are differences.
    """
    low, high = ax.get_ylim()
    columns = ("value", "low_80", "high_80")
    heights = spread([(row[column] - low) / (high - low) for column in columns], gap=LABEL_GAP)
    for column, height in zip(columns, heights, strict=True):
        text = numbers.signed(row[column], unit) if sign else numbers.plain(row[column], unit)
        at = (position, low + height * (high - low))
        ax.annotate(text, at, (10, 0), textcoords="offset points", va="center", fontsize=8.5, path_effects=HALO)
