"""Planned dates by the day on which they were stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from eastbound.evidence.slips import slip_rates, slip_table
from eastbound.language import _, mark
from eastbound.plots.chart import Chart, Form
from eastbound.plots.main_series import evidence_facts
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.dots import groups
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_MOVED: Final = mark("{value} years")


def slips(book: Evidence) -> Chart:
    """Chart planned dates by the day of the statement, with a line along which a date recedes a year each year.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Chart
        Table of the dates that were stated on two or more days, with columns milestone, period (the day of the
        statement), by, planned (as written), x (that day as a decimal year), middle, low, high (of the planned date,
        decimal years) and moved (years since the statement before). ``options["rates"]`` holds years per year.
    """
    rates = slip_rates(book).set_index("milestone_id")
    table = slip_table(book)
    table = table[table["milestone_id"].isin(rates.index) & table["ahead"].notna()]
    half = (table["latest"] - table["earliest"]).dt.days / 365.25 / 2
    table = table.assign(
        milestone=[_milestone(name) for name in table["milestone_id"]],
        x=table["middle"] - table["ahead"],
        low=table["middle"] - half,
        high=table["middle"] + half,
    ).rename(columns={"said": "period"})
    columns = ["milestone", "period", "by", "planned", "x", "middle", "low", "high", "moved"]
    facts = evidence_facts(book, title=_("Planned dates by the day of the statement"), label=_("planned dates"))
    by_name = {_milestone(str(name)): float(row["slope"]) for name, row in rates.iterrows()}
    return Chart(table[columns].reset_index(drop=True), facts, _FORM, options={"rates": by_name})


def _milestone(name: str) -> str:
    words = name.replace("_", " ").replace("pos2", "Power of Siberia 2:").replace("fareast", "Far Eastern route:")
    return _(words)


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    ax.vlines(table["x"], table["low"], table["high"], color="#999999", linewidth=1.0, zorder=2)
    groups(ax, table, by="milestone", y="middle", legend="upper left")
    if len(table):
        start = table[["x", "middle"]].min()
        ax.axline((start["x"], start["middle"]), slope=1, color="#999999", linestyle=":", linewidth=1.0, zorder=1)
    finish(ax, chart.facts)
    ax.set_xlabel(_("stated in"))
    ax.set_ylabel(_("planned for; dotted: a year later each year"))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _at: f"{y:.0f}"))


def _caption(chart: Chart) -> str:
    rates = [
        _("{name} by {value} years", name=name, value=numbers.signed(rate))
        for name, rate in chart.options["rates"].items()
    ]
    if not rates:
        return _("No planned date was stated on two days.")
    return _("For each year that passed the planned date moved: {rates}.", rates=_("; ").join(rates))


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = chart.table
    moved = [numbers.NONE if pd.isna(value) else _(_MOVED, value=numbers.signed(value)) for value in rows["moved"]]
    days = {head: rows[name].map(dated) for head, name in (("stated", "period"), ("planned", "planned"))}
    return rows[["milestone", "by"]].assign(**days, moved=moved)[["milestone", "stated", "by", "planned", "moved"]]


_NAME: Final = mark("Dot chart of planned dates by the day of the statement")
_FORM = Form(_NAME, _draw, _caption, _text_table, english=("by",))
