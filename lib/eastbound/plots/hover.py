"""What an interactive page adds to a chart: its values where they are drawn, and its scenarios as lines to switch off.

The picture stays as it is, so a page without scripts, a print and a screen reader lose nothing. Positions are
fractions of the picture, from its upper left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from eastbound.language import _
from eastbound.plots.probability_curves import curve_name
from eastbound.plots.sentences import band_words, chance_words, observed_words
from eastbound.plots.style import numbers
from eastbound.plots.words import worded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from eastbound.plots.chart import Chart
    from eastbound.typing import Floats

_DIGITS: Final = 4
_MOST: Final = 400  # points of a picture; more would stand closer together than a pointer can tell apart
_NAMES: Final = ("title", "measure", "definition", "label")


class Point(NamedTuple):
    """One value of a chart: where it is drawn, in data units, and what it says."""

    x: float
    y: float
    text: str


def hover_layer(chart: Chart, figure: Figure) -> dict[str, Any]:
    """Return the points and switchable lines of a drawn chart.

    Parameters
    ----------
    chart : Chart
    figure : Figure
        After it was saved, so that its layout is final.

    Returns
    -------
    dict
        ``points``: lists of x, y and text, in reading order; ``lines``, with the ``frame`` they are drawn in, where
        the chart has a line for each of several scenarios. Empty for a chart without values to point at.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2025-12-31"), until=2027, quick=True)
    >>> chart = eb.plots.fan(ens, "trade.china_russia.total")
    >>> figure = chart.draw().figure
    >>> figure.draw_without_rendering()
    >>> [point[2].split(":")[0] for point in hover_layer(chart, figure)["points"]]
    ['2025', '2026', '2027']
    """
    fans = chart.options.get("fans")
    pairs = list(zip(fans, figure.axes[1:], strict=False)) if fans else [(chart, figure.axes[0])]
    points = [point for each, ax in pairs for point in _placed(list(points_of(each)), ax, figure)]
    if not points or len(points) > _MOST:
        return {}
    lines = _lines(figure.axes[0], figure)
    return {"points": points, **({"lines": lines, **_frame(figure.axes[0], figure)} if len(lines) > 1 else {})}


def points_of(chart: Chart) -> Iterator[Point]:
    """Yield the values of a chart: what its kind states, or the rows of a table over time."""
    if chart.form.points is not None:
        yield from chart.form.points(chart)
        return
    table = chart.table
    if "x" not in table or not {"value", "probability"} & set(table):
        return
    unit = chart.facts.unit
    for _key, row in table.iterrows():
        if "probability" in row:
            yield Point(row["x"], 100 * row["probability"], _chance_text(row, unit))
        elif np.isfinite(row["value"]):
            yield Point(row["x"], row["value"], _value_text(row, unit))


def _chance_text(row: pd.Series, unit: str) -> str:
    name = curve_name(row["threshold"], unit) if "threshold" in row else _name(row)
    words = chance_words(row) if "mcse" in row else numbers.probability(row["probability"], 0)
    return _("{period}, {name}: {value}", period=row["period"], name=name, value=words)


def _value_text(row: pd.Series, unit: str) -> str:
    name = _name(row)
    if row.get("part") == "observed":
        return name + _("observed: {value}", value=observed_words(row, unit))
    words = band_words(row, unit) if "low_80" in row else numbers.number(row["value"], unit)
    return name + _("{period}: median {value}", period=row["period"], value=words)


def _name(row: pd.Series) -> str:
    return next((_("{name}, ", name=worded(row[key])) for key in _NAMES if isinstance(row.get(key), str)), "")


def _placed(points: Sequence[Point], ax: Axes, figure: Figure) -> list[list[Any]]:
    """Return points as fractions of the picture, without those outside the axes."""
    if not points:
        return []
    inside = [point for point in points if np.isfinite([point.x, point.y]).all()]
    places = _fractions([(point.x, point.y) for point in inside], ax, figure)
    return [
        [x, y, point.text] for (x, y), point in zip(places, inside, strict=True) if 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0
    ]


def _fractions(values: Sequence[tuple[float, float]] | Floats, ax: Axes, figure: Figure) -> list[list[float]]:
    pixels = ax.transData.transform(np.asarray(values, dtype=float).reshape(-1, 2))
    places = figure.transFigure.inverted().transform(pixels)
    return [[round(float(x), _DIGITS), round(1.0 - float(y), _DIGITS)] for x, y in places]


def _lines(ax: Axes, figure: Figure) -> list[dict[str, Any]]:
    """Return the lines that a mark has named, each with its colour and corners."""
    named = [line for line in ax.lines if line.get_gid()]
    corners = [_fractions(_finite(line), ax, figure) for line in named]
    return [
        {"name": str(line.get_gid()), "color": to_hex(line.get_color()), "at": at}
        for line, at in zip(named, corners, strict=True)
    ]


def _frame(ax: Axes, figure: Figure) -> dict[str, Any]:
    """Return the corners of the axes and the observed values, which stay when scenarios are switched off."""
    box = ax.get_position()
    corners = (box.x0, 1.0 - box.y1, box.x1, 1.0 - box.y0)
    steady = [_finite(line) for line in ax.lines if not line.get_gid()]
    past = [_fractions(path, ax, figure) for path in steady if len(path) > 2]
    return {"frame": [round(float(corner), _DIGITS) for corner in corners], "past": past}


def _finite(line: Line2D) -> Floats:
    """Return the corners of a line that exist: a page cannot read a value that is none."""
    path = np.asarray(line.get_xydata(), dtype=float)
    return path[np.isfinite(path).all(axis=1)]
