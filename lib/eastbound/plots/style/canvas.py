"""What every figure shares: style, axes, footer, labels beside the lines, readable colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import ParamSpec, TypeVar

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure

from eastbound.language import current
from eastbound.plots.style.letters import chinese_font, wrapped

P = ParamSpec("P")
R = TypeVar("R")

STYLE = Path(__file__).with_name("eastbound.mplstyle")
SIZE = (8.4, 4.6)  # inches: the text width of a report page at 144 dpi
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 1.5), (7, 2, 1.5, 2), (3, 1, 1, 1), (9, 3))
LABEL_GAP = 0.058  # of the height of the axes, between two lines of text
CONTRAST = 4.5  # WCAG 2.1 AA for text
# seaborn's "colorblind" palette, with yellow and pale pink last. Importing seaborn takes longer than drawing a figure.
_COLORS = ["#0173b2", "#d55e00", "#029e73", "#cc78bc", "#de8f05", "#ca9161", "#56b4e9", "#949494", "#fbafe4", "#ece133"]
_NEARLY_WHITE = "#f0f1f3"


def style() -> matplotlib.RcParams:
    """Return the house style, to be used as a context that leaves matplotlib's own settings alone."""
    return _style(current())


@lru_cache(maxsize=4)
def _style(language: str) -> matplotlib.RcParams:
    settings = matplotlib.rc_params_from_file(STYLE, use_default_template=False)
    if language == "zh":
        settings["font.family"] = [*settings["font.family"], chinese_font()]
    return settings


def new_axes(ax: Axes | None, *, size: tuple[float, float] = SIZE) -> Axes:
    """Return `ax`, or the axes of a new figure that pyplot does not know, so nothing global is touched.

    Examples
    --------
    >>> new_axes(None).figure.get_size_inches().tolist()
    [8.4, 4.6]
    """
    if ax is not None:
        return ax
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def footer(ax: Axes, text: str, *, drop: float = 40, across: bool = False) -> None:
    """Write the last data date and the source `drop` points under the axes.

    With `across` the text begins at the left edge of the figure: names beside the axes leave too little room under it.
    """
    figure = ax.get_figure(root=True)
    inches = figure.get_figwidth() if figure is not None else SIZE[0]
    share = 0.96 if across else ax.get_position().width
    width = int(share * inches * 17)  # characters that fit at this size
    ax.annotate(
        wrapped(text, max(width, 40)),
        xy=(0.02 if across else 0, 0),
        xycoords=("figure fraction", "axes fraction") if across else "axes fraction",
        xytext=(0, -drop),
        textcoords="offset points",
        va="top",
        fontsize=7.5,
        color="#555555",
        annotation_clip=False,
    )


def end_labels(ax: Axes, heights: Sequence[float], texts: Sequence[str], *, colors: Sequence[str]) -> None:
    """Label the right ends of lines directly, pushed apart so that they never overlap.

    Parameters
    ----------
    ax : Axes
        With final limits.
    heights : sequence of float
        Where the lines end, in data units.
    texts, colors : sequence of str
        One per line; a text may have several lines.
    """
    low, high = ax.get_ylim()
    gap = LABEL_GAP * max((text.count("\n") + 1 for text in texts), default=1)
    places = spread([(height - low) / (high - low) for height in heights], gap=gap)
    for index, text, color in zip(places, texts, colors, strict=True):
        ax.annotate(
            text,
            xy=(1.0, index),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=text_color(color),
            annotation_clip=False,
        )


def spread(places: Sequence[float], *, gap: float) -> list[float]:
    """Return places from 0 to 1 moved as little as needed to be `gap` apart, in the same order and inside if all fit.

    Examples
    --------
    >>> [round(p, 3) for p in spread([0.5, 0.5, 0.9], gap=0.1)]
    [0.45, 0.55, 0.9]
    >>> [round(p, 3) for p in spread([1.0, 1.0], gap=0.1)]
    [0.9, 1.0]
    """
    order = np.argsort(places, kind="stable")
    wanted = np.asarray(places, dtype=float)[order] - gap * np.arange(len(order))
    blocks: list[list[float]] = []  # pooled [sum, count]: least squares under the ordering
    for value in wanted:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    fitted = np.concatenate([np.full(int(count), total / count) for total, count in blocks]) if blocks else wanted
    room = 1.0 - gap * (len(order) - 1)
    if room >= 0.0:
        fitted = np.clip(fitted, 0.0, room)  # clipping a least-squares fit under an ordering meets bounds exactly
    moved = np.empty(len(order))
    moved[order] = fitted + gap * np.arange(len(order))
    return [float(value) for value in moved]


def palette(count: int) -> list[str]:
    """Return colours of seaborn's colorblind palette as hex, those that are easy to see as thin lines first."""
    return [_COLORS[k % len(_COLORS)] for k in range(count)]


def tints(color: str, count: int) -> list[str]:
    """Return shades from nearly white to a colour, as hex.

    Examples
    --------
    >>> tints("#0173b2", 3)
    ['#f0f1f3', '#78b2d2', '#0173b2']
    """
    scale = LinearSegmentedColormap.from_list("tints", [_NEARLY_WHITE, color])
    return [to_hex(scale(float(share))) for share in np.linspace(0, 1, count)]


def text_color(color: str) -> str:
    """Return the colour, darkened until it can be read as text on white.

    Examples
    --------
    >>> text_color("#000000"), text_color("#ece133") == "#ece133"
    ('#000000', False)
    """
    rgb = np.asarray(to_rgb(color))
    while contrast(rgb) < CONTRAST:
        rgb = rgb * 0.93
    return to_hex(tuple(rgb))


def contrast(rgb: Sequence[float] | np.ndarray) -> float:
    """Return the WCAG contrast ratio of a colour against white.

    Examples
    --------
    >>> round(contrast([0, 0, 0]), 1), contrast([1, 1, 1])
    (21.0, 1.0)
    """
    channels = np.asarray(rgb, dtype=float)
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05))
