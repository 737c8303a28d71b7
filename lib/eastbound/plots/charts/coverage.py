"""How much of each year the figures of the main series cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch

from eastbound.evidence.choice import chosen
from eastbound.language import _, mark
from eastbound.periods import parse_period
from eastbound.plots.chart import Chart, Form
from eastbound.plots.main_series import evidence_facts, main_series
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.verification import series_label
from eastbound.plots.words import joined

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

LEVELS: Final = (mark("nothing"), mark("part of the year"), mark("the whole year"), mark("every month"))
FIRST_YEAR: Final = 2000  # most series of the book begin with it
_SINGLE: Final = 2  # months of the longest figure that still counts as monthly: January and February come as one


def coverage(book: Evidence, *, first: int = FIRST_YEAR) -> Chart:
    """Chart how much of each year the figures of each main series cover: darker is more.

    Parameters
    ----------
    book : Evidence
    first : int
        First year shown.

    Returns
    -------
    Chart
        Table with columns series, period (a year), months (0–12, covered by figures of at most a year) and level, one
        of `LEVELS`; "every month" also holds where January and February come as one figure.
    """
    rows = []
    for series_id in main_series(book):
        spans = [parse_period(str(text)) for text in chosen(book, series_id)["period"]]
        single, covered = (_months(spans, longest) for longest in (_SINGLE, 12))
        label = series_label(book, series_id)
        for year in range(first, book.as_of.year + 1):
            months = set(range(12 * year, 12 * year + 12))
            count = len(months & covered)
            level = 3 if months <= single else 2 if count == 12 else 1 if count else 0
            rows.append((label, str(year), count, LEVELS[level]))
    table = pd.DataFrame(rows, columns=["series", "period", "months", "level"])
    return Chart(
        table, evidence_facts(book, title=_("What the figures cover"), label=_("figures of the main series")), _FORM
    )


def _months(spans: list[Any], longest: int) -> set[int]:
    return {m for span in spans if span.months <= longest for m in range(span.first_month, span.last_month + 1)}


def _draw(ax: Axes, chart: Chart) -> None:
    table = chart.table
    grid = table.assign(level=table["level"].map(LEVELS.index))
    grid = grid.pivot(index="series", columns="period", values="level").loc[table["series"].unique()]
    import seaborn as sns  # only here, because it takes longer to import than other charts to draw

    colors = ["#ffffff", *sns.light_palette(HUE, n_colors=4).as_hex()[1:]]
    norm = BoundaryNorm([level - 0.5 for level in range(len(colors) + 1)], len(colors))
    years = grid.columns.astype(int)
    edges = [*(years - 0.5), years[-1] + 0.5]
    style: dict[str, Any] = {"cmap": ListedColormap(colors), "norm": norm, "edgecolor": "#d5dadf", "linewidth": 0.4}
    ax.pcolormesh(edges, range(len(grid) + 1), grid, **style)
    ax.set_yticks([row + 0.5 for row in range(len(grid))], list(grid.index))
    ax.invert_yaxis()
    ax.tick_params(length=0)
    keys = [Patch(facecolor=c, edgecolor="#8a96a3", label=_(n)) for c, n in zip(colors, LEVELS, strict=True)]
    ax.legend(handles=keys, ncols=len(keys), loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=8.5)
    finish(ax, chart.facts)
    ax.set_title(chart.facts.title, pad=26)
    ax.set_ylabel("")


def _caption(chart: Chart) -> str:
    table = chart.table
    full = table[table["level"] == LEVELS[-1]].groupby("series", sort=False)["period"]
    spans = [f"{name} ({len(years)})" for name, years in full]
    last = table[table["period"] == table["period"].max()]
    now = int((last["months"] > 0).sum())
    head = _(_MONTHLY, spans=", ".join(spans)) if spans else ""
    year = last["period"].iloc[0]
    return joined(head, _("{now} of {count} series have a figure for {year}.", now=now, count=len(last), year=year))


def _text_table(chart: Chart) -> pd.DataFrame:
    counts = chart.table.pivot_table(index="series", columns="level", values="period", aggfunc="count", sort=False)
    counts = counts.reindex(columns=list(LEVELS)).fillna(0).astype(int).astype(str)
    return (
        counts.rename(columns={name: _("years: {name}", name=_(name)) for name in LEVELS})
        .rename_axis(columns=None)
        .reset_index()
    )


_MONTHLY: Final = mark("Series with years in which every month is covered (number of years): {spans}.")
_FORM = Form(mark("Map of coverage by series and year"), _draw, _caption, _text_table, size=(8.4, 7.2))
