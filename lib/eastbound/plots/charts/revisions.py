"""By how much later figures of a month of trade differ from its first release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from eastbound.evidence.revisions import measured_revision, revision_gaps
from eastbound.language import _, mark
from eastbound.plots.bands import axis_position
from eastbound.plots.chart import Chart, Form
from eastbound.plots.main_series import evidence_facts
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import finish
from eastbound.plots.style.dots import groups
from eastbound.plots.words import dated

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
    labels = table["series_id"].map(book.series["label"]).map(_)
    table = table.assign(series=labels, x=[axis_position(str(period)) for period in table["period"]])
    typical = float(measured_revision(book)["mean_abs"].to_dict()["all"])
    title = _("Later figure less first release, months of trade")
    facts = evidence_facts(book, title=title, label=_("trade by month"), unit="USD_bn")
    return Chart(table, facts, _FORM, options={"typical": typical})


def _draw(ax: Axes, chart: Chart) -> None:
    groups(ax, chart.table, by="series", y="gap", legend="upper right")
    ax.axhline(0, color="#999999", linewidth=0.9, zorder=1)
    finish(ax, chart.facts)
    ax.set_ylabel(numbers.unit_word("USD_bn"))
    ax.set_xlabel(_("month of trade"))


def _caption(chart: Chart) -> str:
    table = chart.table
    if table.empty:
        return _("No month was published twice.")
    largest = table.iloc[int(table["gap"].abs().argmax())]
    gap = numbers.with_unit(numbers.signed(largest["gap"]), "USD_bn")
    where = _("{gap} ({series}, {period})", gap=gap, series=largest["series"], period=dated(str(largest["period"])))
    if len(table) == 1:
        return _("One month was published twice; the later figure differs by {where}.", where=where)
    up = float((table["gap"] > 0).mean())
    typical = numbers.with_unit(numbers.fixed(chart.options["typical"], 2), "USD_bn")
    return _(_DIFFER, count=len(table), typical=typical, share=f"{100 * up:.0f}", where=where)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = chart.table
    return pd.DataFrame(
        {
            "month": rows["period"].map(dated),
            "series": rows["series"],
            "first release": [numbers.fixed(value, 2) for value in rows["printed"]],
            "later figure": [numbers.fixed(value, 2) for value in rows["difference"]],
            "difference": [numbers.signed(value) for value in rows["gap"]],
        }
    )


_DIFFER = mark(
    "In {count} months of a flow with both figures the later one differs by {typical} on average and is higher in "
    "{share} % of them; the largest difference is {where}."
)
_FORM = Form(mark("Dot chart of later figures less first releases"), _draw, _caption, _text_table)
