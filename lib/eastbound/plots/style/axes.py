"""What figures of one kind share: a fan with its history, curves of probabilities, titles and axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator, ScalarFormatter

from eastbound.language import _, digits
from eastbound.plots.style import canvas, marks
from eastbound.plots.style import numbers as fmt

if TYPE_CHECKING:
    from eastbound.plots.chart import Facts

HUE = canvas.palette(1)[0]
_UNEXPLAINED_GAP = 6.0  # years between history and fan from which on a reader would take the chart for broken


def fan_and_history(ax: Axes, table: pd.DataFrame, *, freq: str = "Y", label: bool = True) -> None:
    """Draw the observed line and the fan of a fan table, tied together where one follows the other."""
    seen, ahead = table[table["part"] == "observed"], table[table["part"] == "simulated"]
    if len(seen):
        marks.observed_line(ax, seen, text=_("observed"))
    marks.fan(ax, joined(seen, ahead, freq=freq), color=HUE, label=label)
    if freq == "Y" and _UNEXPLAINED_GAP <= _gap(seen, ahead) < np.inf:
        marks.gap(ax, seen.iloc[-1], ahead.iloc[0])


def joined(seen: pd.DataFrame, ahead: pd.DataFrame, *, freq: str = "Y") -> pd.DataFrame:
    """Return a fan that opens at the last observed point where it follows it, so the eye sees one path.

    Parameters
    ----------
    seen, ahead : DataFrame
        The observed and the simulated rows of a fan table.
    freq : {"Y", "M"}
    """
    if _gap(seen, ahead) >= (0.3 if freq == "M" else 1.5):
        return ahead
    point = seen.iloc[[-1]].copy()
    for column in [c for c in ahead.columns if c.startswith(("low_", "high_"))]:
        point[column] = point["value"]
    return pd.concat([point, ahead], ignore_index=True)


def _gap(seen: pd.DataFrame, ahead: pd.DataFrame) -> float:
    """Return the years between history and fan, infinite without one of them."""
    return float(ahead["x"].min() - seen["x"].max()) if len(seen) and len(ahead) else np.inf


def finish(ax: Axes, facts: Facts, *, time: bool = True, change: bool = False, named: bool = False) -> None:
    """Write title, scenario, axis labels with unit, and the footer of a chart.

    Parameters
    ----------
    ax : Axes
    facts : Facts
    time : bool
        Whether the horizontal axis is time; it then shows whole years or half years.
    change : bool
        Whether the chart shows differences, whose unit for shares is the percentage point.
    named : bool
        Whether names stand on the vertical axis; the unit then belongs to the horizontal one.
    """
    ax.set_title(facts.title, wrap=True)  # two lines where names on the left leave too little room for one
    if facts.scenario:
        under: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": 8.5}
        ax.annotate(_("Scenario: {title}", title=facts.scenario), (0, 1), (0, 6), **under)
    unit = fmt.unit_text(facts.unit, aggregate=facts.aggregate, freq=facts.freq)
    ax.set_ylabel("" if named else _difference(unit) if change else unit)
    if time:
        _time_axis(ax, facts.freq)
    for axis in (ax.xaxis, ax.yaxis):
        if type(axis.get_major_formatter()) is ScalarFormatter and digits("0.5") != "0.5":
            axis.set_major_formatter(_Digits())
    canvas.footer(ax, facts.footer, drop=40 if time and facts.freq == "Y" else 54, across=named)


class _Digits(ScalarFormatter):
    """Write the numbers of an axis with the separators of the language; the locale of the machine plays no part."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return digits(super().__call__(x, pos))


def _difference(unit: str) -> str:
    return _("percentage points") if unit == "%" else _("difference, {unit}", unit=unit)


def _time_axis(ax: Axes, freq: str) -> None:
    ax.set_xlabel(_("year") if freq == "Y" else _("month"))
    if freq == "Y":
        ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, steps=[1, 2, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _key: f"{x:.0f}"))
        return
    ax.xaxis.set_major_locator(MultipleLocator(0.5))
    ax.xaxis.set_major_formatter(FuncFormatter(_month_name))


def _month_name(x: float, _key: int | None = None) -> str:
    year, half = divmod(round(x * 2), 2)
    name = _("Jul") if half else _("Jan")
    return f"{name}\n{year}"


def mark_months(ax: Axes, *, months: Sequence[int], text: str) -> None:
    """Mark calendar months (1 to 12) in every year of a monthly chart, with a text at the first of them."""
    low, high = ax.get_xlim()
    positions = [year + (month - 0.5) / 12 for year in range(int(low), int(high) + 1) for month in months]
    for index, position in enumerate(sorted(x for x in positions if low < x < high)):
        marks.event_marker(ax, position, "" if index else text)
