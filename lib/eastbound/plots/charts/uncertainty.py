"""Sources of uncertainty: the central 80 % of one year as one source after the other is added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes

from eastbound.language import _, mark
from eastbound.plots.chart import Chart, Form
from eastbound.plots.sentences import interval_head
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.verification import scored_facts
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_NOTHING: Final = -0.005  # of the variance; less rounds to nothing
_CONFLICT: Final = "data conflict"


def uncertainty(decomposition: pd.DataFrame, series_id: str, *, book: Evidence) -> Chart:
    """Chart median and central 80 % of each step of an uncertainty decomposition.

    Parameters
    ----------
    decomposition : DataFrame
        From `eastbound.uncertainty_decomposition`.
    series_id : str
        One of its series.
    book : Evidence

    Returns
    -------
    Chart
        Table with the rows of the decomposition in its order. The data conflict is drawn lighter: it is the forecast
        from another book.
    """
    rows = decomposition[decomposition["series_id"] == series_id].reset_index(drop=True)
    rows = rows.assign(period=rows["year"].astype(str))
    origin = _("Own simulation, {count} draws.", count=decomposition.attrs["draws"])
    facts = scored_facts(book, [series_id], title="", origin="")
    title = _("Sources of uncertainty in {year}: {label}", year=rows["period"].iloc[0], label=facts.label)
    return Chart(rows, replace(facts, title=title, footer=joined(facts.footer, origin)), _FORM)


def share_words(value: float) -> str:
    """Return a share of the variance in percent, possibly negative.

    Examples
    --------
    >>> share_words(0.231), share_words(-0.002)
    ('23 %', '0 %')
    """
    text = f"{100 * value:.0f}".replace("-", numbers.MINUS)
    return numbers.with_unit("0" if text == f"{numbers.MINUS}0" else text, "percent")


def _draw(ax: Axes, chart: Chart) -> None:
    unit = chart.facts.unit
    for index, (_key, row) in enumerate(chart.table.iterrows()):
        conflict = row["step"] == _CONFLICT
        ax.hlines(index, row["low80"], row["high80"], color=HUE, linewidth=9, alpha=0.35 if conflict else 0.85)
        ax.plot(row["median"], index, marker="o", color="white", markeredgecolor=HUE, markersize=7, zorder=5)
        text = (
            _("median {value}", value=numbers.signed(row["shift"], unit))
            if conflict
            else share_words(row["added_variance"])
        )
        ax.annotate(text, (row["high80"], index), (6, 0), textcoords="offset points", va="center", fontsize=8.5)
    steps = chart.table["step"]
    names = [_(name) if k == 0 or name == _CONFLICT else f"+ {_(name)}" for k, name in enumerate(steps)]
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.margins(x=0.14, y=0.12)
    finish(ax, chart.facts, time=False)
    ax.set_xlabel(_(_AXIS, unit=numbers.unit_text(unit)))
    ax.set_ylabel("")


def _caption(chart: Chart) -> str:
    table, unit = chart.table, chart.facts.unit
    top, conflict = table[table["step"] != _CONFLICT], table[table["step"] == _CONFLICT]
    steps = [f"{_(row['step'])} {share_words(row['added_variance'])}" for _key, row in top.iterrows()]
    end = top.iloc[-1]
    band = numbers.interval(end["low80"], end["high80"], unit)
    words = [_("In {year} the central 80 % with all sources is {band}.", year=end["year"], band=band)]
    words.append(_("Share of the variance, in this order: {steps}.", steps=_(", ").join(steps)))
    if (top["added_variance"] < _NOTHING).any():
        words.append(_("A negative share means that the interval became narrower with this source."))
    if len(conflict):
        moved = numbers.signed(float(conflict["shift"].iloc[0]), unit)
        words.append(_(_SECOND, change=moved, unit=numbers.points(unit)))
    return joined(*words)


def _text_table(chart: Chart) -> pd.DataFrame:
    unit, rows = chart.facts.unit, chart.table
    shares = [numbers.NONE if pd.isna(value) else share_words(value) for value in rows["added_variance"]]
    return pd.DataFrame(
        {
            "source": rows["step"].map(_),
            "what it is": rows["meaning"].map(_),
            "median": [numbers.plain(value, unit) for value in rows["median"]],
            interval_head(80): [
                numbers.interval(a, b, unit) for a, b in zip(rows["low80"], rows["high80"], strict=True)
            ],
            "added width": [numbers.signed(value, unit) for value in rows["added_width"]],
            "added variance": shares,
            "shift of the median": [numbers.signed(value, unit) for value in rows["shift"]],
        }
    )


_AXIS: Final = mark("{unit}; bar: central 80 %, figure: share of the variance that the step adds")
_SECOND: Final = mark("Taking the second choice wherever sources differ moves the median by {change} {unit}.")
_FORM = Form(mark("Interval chart of an uncertainty decomposition"), _draw, _caption, _text_table)
