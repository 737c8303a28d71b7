"""By how much later figures of a month of trade differ from its first release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from eastbound.evidence.revisions import measured_revision, revision_gaps
from eastbound.plots.bands import axis_position
from eastbound.plots.chart import Chart, Form
from eastbound.plots.main_series import evidence_facts
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.dots import groups

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def revisions(book: Evidence) -> Chart:
    """Chart by how much a month of trade differs from its first release once two years to date give it again.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Chart
        Table with columns series, period, x, printed, difference and gap (USD bn), oldest first.
        ``options["typical"]`` is the mean absolute gap in USD bn.
    """
    table = revision_gaps(book).sort_values(["period", "series_id"], ignore_index=True)
    labels = table["series_id"].map(book.series["label"])
    table = table.assign(series=labels, x=[axis_position(str(period)) for period in table["period"]])
    typical = float(measured_revision(book)["mean_abs"].to_dict()["all"])
    title = "Later figure less first release, months of trade"
    facts = evidence_facts(book, title=title, label="trade by month", unit="USD_bn")
    return Chart(table, facts, _FORM, options={"typical": typical})


def _draw(ax: Axes, chart: Chart) -> None:
    groups(ax, chart.table, by="series", y="gap", legend="upper right")
    ax.axhline(0, color="#999999", linewidth=0.9, zorder=1)
    finish(ax, chart.facts)
    ax.set_ylabel("USD bn")
    ax.set_xlabel("month of trade")


def _caption(chart: Chart) -> str:
    table = chart.table
    if table.empty:
        return "No month was published twice."
    largest = table.iloc[int(table["gap"].abs().argmax())]
    where = f"{numbers.signed(largest['gap'])} USD bn ({largest['series']}, {largest['period']})"
    if len(table) == 1:
        return f"One month was published twice; the later figure differs by {where}."
    up = float((table["gap"] > 0).mean())
    return (
        f"In {len(table)} months of a flow with both figures the later one differs by "
        f"{chart.options['typical']:.2f} USD bn on average and is higher in {100 * up:.0f} % of them; the largest "
        f"difference is {where}."
    )


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = chart.table
    return pd.DataFrame(
        {
            "month": rows["period"],
            "series": rows["series"],
            "first release": [f"{value:.2f}" for value in rows["printed"]],
            "later figure": [f"{value:.2f}" for value in rows["difference"]],
            "difference": [numbers.signed(value) for value in rows["gap"]],
        }
    )


_FORM = Form("Dot chart of later figures less first releases", _draw, _caption, _text_table)
