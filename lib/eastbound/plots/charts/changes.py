"""How much of a change of China's imports from Russia is price and how much is volume."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound import names
from eastbound.ensemble import summary
from eastbound.language import _, mark
from eastbound.plots.bands import EDGES, facts_of, only, scenario_of, years_in
from eastbound.plots.chart import Chart, Form
from eastbound.plots.scenario_rows import signed_cell
from eastbound.plots.style import canvas, marks, numbers
from eastbound.plots.style.axes import finish

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

PRICED: Final = {
    mark("crude oil"): (names.OIL_VALUE, names.OIL_VOLUME),
    mark("coal"): (names.COAL_VALUE, names.COAL_VOLUME),
}
OTHERS: Final = {mark("pipeline gas"): names.GAS_VALUE, mark("other goods"): names.IMPORTS_REST}
SIDES: Final = ("low", "high")
UNKNOWN: Final = mark("At this date too few months of energy were known, so imports are one series without parts.")


def changes(
    ens: xr.Dataset, *, end: int | None = None, scenario: str | None = None, book: Evidence | None = None
) -> Chart:
    """Chart how prices, volumes and unpriced goods contribute to a change of China's imports from Russia.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    end : int, optional
        The year compared with the first year of the ensemble; by default the year after it.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    book : Evidence, optional
        Gives the last data date and the source line.

    Returns
    -------
    Chart
        Table with one row per contribution (price and volume of crude oil and of coal, pipeline gas, other goods) and
        a last row for all imports; columns part, period, value (the mean over draws) and low_50 … high_95 (central
        50, 80 and 95 % of draws), in USD bn. Means add up, quantiles do not. The table is empty at dates for which
        imports by commodity are unknown.

    Notes
    -----
    METHODS 2.1. In each draw, with V = P Q, the change of V is the change of P at the mean Q plus that of Q at the
    mean P: exact, and symmetric in time.
    """
    name = scenario_of(ens, scenario)
    part = only(ens, name)
    years = [int(year) for year in summary.annual(part, names.CHINA_IMPORTS)["year"].to_numpy()]
    first, last = years[0], years_in(ens, [end or years[min(1, len(years) - 1)]])[0]
    rows = [
        {"part": _(item), "period": f"{first}–{last}", "value": change.mean(), **_bands(change)}
        for item, change in _changes(part, first, last).items()
    ]
    table = pd.DataFrame(rows, columns=["part", "period", "value", *_bands(np.zeros(1))])
    facts = facts_of(ens, names.CHINA_IMPORTS, scenario=name, book=book)
    title = _("{label}, change {first} to {last}", label=facts.label, first=first, last=last)
    return Chart(table, replace(facts, title=title), _FORM, options={"span": (first, last)})


def known_apart(ens: xr.Dataset) -> bool:
    """Return whether the ensemble simulates the parts of imports."""
    return bool(np.isfinite(ens[names.IMPORTS_REST][0, 0, 0]))


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    colors = canvas.palette(max(len(table), 1))
    for index, (color, (_key, row)) in enumerate(zip(colors, table.iterrows(), strict=False)):
        marks.interval(ax, index, row, color=color)
    if len(table):
        ax.axhline(0.0, color="0.4", linewidth=0.8, zorder=0)
        ax.set_xticks(range(len(table)), [part.replace(", ", ",\n") for part in table["part"]])
        ax.set_xlim(-0.5, len(table) - 0.3)
    finish(ax, chart.facts, time=False)
    for index, (_key, row) in enumerate(table.iterrows()):
        marks.interval_labels(ax, index, row, unit=chart.facts.unit, sign=True)
    ax.set_xlabel(_("dot: mean; bars: central 95, 80 and 50 % of futures"))


def _caption(chart: Chart) -> str:
    table, unit = chart.table, chart.facts.unit
    if table.empty:
        return _(UNKNOWN)
    whole = table.iloc[-1]
    order = table.iloc[:-1].sort_values("value", key=np.abs, ascending=False)
    largest = [f"{row['part']} {numbers.signed(row['value'], unit)}" for _key, row in order.head(3).iterrows()]
    mean, low, high = (numbers.signed(whole[name], unit) for name in ("value", "low_80", "high_80"))
    first, last = chart.options["span"]
    words = {"first": first, "last": last, "mean": mean, "unit": numbers.unit_text(unit), "low": low, "high": high}
    return _(_WORDS, **words, largest=_(", ").join(largest))


def _text_table(chart: Chart) -> pd.DataFrame:
    cells = [signed_cell(row, chart.facts.unit) for _key, row in chart.table.iterrows()]
    head = _("mean change, {unit} (central 80 %)", unit=numbers.unit_text(chart.facts.unit))
    return pd.DataFrame({"part": list(chart.table["part"]), head: cells})


def _changes(ens: xr.Dataset, first: int, last: int) -> dict[str, np.ndarray]:
    """Return the change of each part by draw, and that of all imports; nothing where parts are not known."""
    if not known_apart(ens):
        return {}
    changed = {}
    for part, (value, volume) in PRICED.items():
        price, volume_part = _PRICES[part]
        (v0, q0), (v1, q1) = ((_year(ens, value, year), _year(ens, volume, year)) for year in (first, last))
        changed[price] = (v1 / q1 - v0 / q0) * (q0 + q1) / 2.0
        changed[volume_part] = (q1 - q0) * (v0 / q0 + v1 / q1) / 2.0
    for part, series in (*OTHERS.items(), (mark("all imports"), names.CHINA_IMPORTS)):
        changed[part] = _year(ens, series, last) - _year(ens, series, first)
    return changed


def _year(ens: xr.Dataset, series: str, year: int) -> np.ndarray:
    return summary.annual(ens, series).sel(year=year).to_numpy().ravel().astype(np.float64)


def _bands(change: np.ndarray) -> dict[str, float]:
    """Return the edges of the bands, named as in every table."""
    edges = [(f"{side}_{mass}", edge) for mass, pair in EDGES.items() for side, edge in zip(SIDES, pair, strict=True)]
    result = np.quantile(change, [edge for _key, edge in edges])
    return {name: float(value) for (name, _), value in zip(edges, result, strict=True)}


_WORDS: Final = mark(
    "From {first} to {last} imports change by {mean} {unit} on average (80 % of futures: {low} to {high}); largest: "
    "{largest}."
)
_PRICES: Final = {
    "crude oil": (mark("crude oil, price"), mark("crude oil, volume")),
    "coal": (mark("coal, price"), mark("coal, volume")),
}
_FORM = Form(mark("Interval chart of what a change consists of"), _draw, _caption, _text_table)
