"""Planned dates by the day on which they were stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from eastbound.evidence.slips import slip_rates, slip_table
from eastbound.plots.chart import Chart, Form
from eastbound.plots.main_series import evidence_facts
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.dots import groups

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


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
    facts = evidence_facts(book, title="Planned dates by the day of the statement", label="planned dates")
    by_name = {_milestone(str(name)): float(row["slope"]) for name, row in rates.iterrows()}
    return Chart(table[columns].reset_index(drop=True), facts, _FORM, options={"rates": by_name})


def _milestone(name: str) -> str:
    return name.replace("_", " ").replace("pos2", "Power of Siberia 2:").replace("fareast", "Far Eastern route:")


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    ax.vlines(table["x"], table["low"], table["high"], color="#999999", linewidth=1.0, zorder=2)
    groups(ax, table, by="milestone", y="middle", legend="upper left")
    if len(table):
        start = table[["x", "middle"]].min()
        ax.axline((start["x"], start["middle"]), slope=1, color="#999999", linestyle=":", linewidth=1.0, zorder=1)
    finish(ax, chart.facts)
    ax.set_xlabel("stated in")
    ax.set_ylabel("planned for; dotted: a year later each year")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:.0f}"))


def _caption(chart: Chart) -> str:
    rates = [f"{name} by {numbers.signed(rate)} years" for name, rate in chart.options["rates"].items()]
    if not rates:
        return "No planned date was stated on two days."
    return f"For each year that passed the planned date moved: {', '.join(rates)}."


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = chart.table
    moved = [numbers.NONE if pd.isna(value) else f"{numbers.signed(value)} years" for value in rows["moved"]]
    columns = rows[["milestone", "period", "by", "planned"]].set_axis(["milestone", "stated", "by", "planned"], axis=1)
    return columns.assign(moved=moved)


_FORM = Form("Dot chart of planned dates by the day of the statement", _draw, _caption, _text_table)
