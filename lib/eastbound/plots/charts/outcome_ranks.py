"""Where outcomes fell among the draws: the histogram of probability integral transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from eastbound.core.verification.calibration import rank_histogram
from eastbound.language import _, mark
from eastbound.plots.chart import Chart, Form
from eastbound.plots.style import numbers
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.verification import all_scored, scored_facts

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

BINS: Final = 5  # with some dozens of outcomes, ten bins would hold a handful each
LEAST_OUTCOMES: Final = 10  # two a bin; fewer are no histogram


def outcome_ranks(tables: Sequence[pd.DataFrame], *, book: Evidence) -> Chart:
    """Chart where outcomes fell among the draws, with the band of a calibrated forecast.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`, one per subject.
    book : Evidence

    Returns
    -------
    Chart
        Table with columns left, right (in [0, 1]), count, low, high: the 95 % band in which a bin of a calibrated
        forecast of as many independent outcomes lies. Empty with under `LEAST_OUTCOMES` outcomes, which
        ``options["outcomes"]`` counts.

    References
    ----------
    Gneiting, Balabdaoui and Raftery (2007), J. R. Stat. Soc. B 69.
    """
    rows = all_scored(tables)
    values = rows["pit"].to_numpy(dtype=float)
    table = pd.DataFrame(columns=["left", "right", "count", "low", "high"], dtype=float)
    if len(values) >= LEAST_OUTCOMES:
        histogram = rank_histogram(values, bins=BINS)
        left = np.arange(BINS) / BINS
        bounds = {"low": histogram.low, "high": histogram.high}
        table = pd.DataFrame({"left": left, "right": left + 1 / BINS, "count": histogram.counts, **bounds})
    series = sorted(rows["series_id"].unique())
    title = mark("Where outcomes fell among the draws")
    facts = scored_facts(book, series, title=title, label=mark("outcomes among the draws"))
    return Chart(table, facts, _FORM, options={"outcomes": len(values)})


def _draw(ax: Axes, chart: Chart) -> None:
    rows = chart.table
    if len(rows):
        ax.axhspan(rows["low"].iloc[0], rows["high"].iloc[0], color="#E8EEF4", linewidth=0, zorder=0)
        ax.bar(rows["left"], rows["count"], width=1 / len(rows), align="edge", color=HUE, edgecolor="white")
        ax.axhline(chart.options["outcomes"] / len(rows), color="#222222", linewidth=1.0, linestyle=(0, (4, 3)))
        text = _("95 % band of a calibrated forecast; dashed: its mean")
        ax.annotate(text, (0.02, rows["high"].iloc[0]), (0, 3), textcoords="offset points", fontsize=8.5)
    finish(ax, chart.facts, time=False)
    ax.set_xlabel(_("forecast probability of a value below the outcome"))
    ax.set_ylabel(_("outcomes"))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))


def _caption(chart: Chart) -> str:
    count, table = chart.options["outcomes"], chart.table
    if table.empty:
        return _("Outcomes known so far: {count}, too few for a histogram.", count=count or _("none"))
    out = table[(table["count"] < table["low"]) | (table["count"] > table["high"])]
    inside = {"inside": len(table) - len(out), "bins": len(table)}
    words = _("All bins lie inside the band of a calibrated forecast") if out.empty else _(_SOME, **inside)
    first, last = int(table["count"].iloc[0]), int(table["count"].iloc[-1])
    return _(_ENDS, words=words, count=count, first=first, last=last)


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = chart.table
    spans = [
        numbers.with_unit(f"{100 * a:.0f}–{100 * b:.0f}", "percent")
        for a, b in zip(rows["left"], rows["right"], strict=True)
    ]
    band = [f"{low:.0f}–{high:.0f}" for low, high in zip(rows["low"], rows["high"], strict=True)]
    counts = [f"{count:.0f}" for count in rows["count"]]
    return pd.DataFrame({"forecast probability": spans, "outcomes": counts, "if calibrated (95 %)": band})


_SOME: Final = mark("{inside} of {bins} bins lie inside the band of a calibrated forecast")
_ENDS: Final = mark(
    "{words}; of {count} outcomes {first} fell in the lowest bin and {last} in the highest. Outcomes of overlapping "
    "forecasts are not independent, so the band is too narrow."
)
_FORM = Form(
    mark("Histogram of probability integral transforms with a 95 % binomial band"), _draw, _caption, _text_table
)
