"""Mean scores by years ahead, of the suite's forecasts and of a random walk with drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from eastbound.core.verification.comparison import skill
from eastbound.evaluation.counted import counted
from eastbound.language import _, mark, plural
from eastbound.plots.chart import Chart, Form
from eastbound.plots.style import canvas, numbers
from eastbound.plots.style.axes import HUE, finish
from eastbound.plots.verification import scored_facts

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_GREY = "#555555"


def scores(table: pd.DataFrame, series_id: str, *, book: Evidence) -> Chart:
    """Chart the mean CRPS by years ahead, ours and that of a random walk with drift; lower is better.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    series_id : str
        One of its series.
    book : Evidence

    Returns
    -------
    Chart
        Table with columns ahead, origins, crps, crps_reference, skill; only horizons that a random walk forecast too.
        Scores are in logs, where 0.1 is about 10 %, or in percentage points for a share.
    """
    rows = counted(table[table["series_id"] == series_id])
    rows = rows[rows["crps_reference"].notna()]
    parts = [
        (int(float(str(ahead))), len(part), float(part["crps"].mean()), float(part["crps_reference"].mean()))
        for ahead, part in rows.groupby("horizon", sort=True)
    ]
    means = pd.DataFrame(parts, columns=["ahead", "origins", "crps", "crps_reference"])
    means["skill"] = np.asarray(skill(means["crps"].to_numpy(float), means["crps_reference"].to_numpy(float)))
    share = str(book.series.loc[series_id, "unit"]) == "percent"
    scale = _("percentage points") if share else _("log points")
    facts = scored_facts(book, [series_id], title=mark("Mean CRPS by years ahead: {label}"))
    return Chart(means, facts, _FORM, options={"scale": scale})


def _draw(ax: Axes, chart: Chart) -> None:
    rows = chart.table
    if len(rows):
        ax.plot(rows["ahead"], rows["crps"], color=HUE, marker="o")
        ax.plot(rows["ahead"], rows["crps_reference"], color=_GREY, marker="s", dashes=canvas.DASHES[1])
        ax.set_ylim(0, None)
        ends = [float(rows["crps"].iloc[-1]), float(rows["crps_reference"].iloc[-1])]
        canvas.end_labels(ax, ends, [_("ours"), _("random walk")], colors=[HUE, _GREY])
        for _key, row in rows.iterrows():
            at = (row["ahead"], row["crps"])
            ax.annotate(f"{row['origins']:.0f}", at, (0, 6), textcoords="offset points", ha="center", fontsize=8)
    finish(ax, chart.facts, time=False)
    ax.set_ylabel(_("mean CRPS, {scale}", scale=chart.options["scale"]))
    ax.set_xlabel(_("years ahead; figures: number of origins"))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _caption(chart: Chart) -> str:
    if chart.table.empty:
        return _("No year ahead has both a forecast and a random walk to compare with.")
    parts = [
        f"{_ahead(int(row['ahead']))} {numbers.signed(row['skill'])} ({row['origins']:.0f})"
        for _key, row in chart.table.iterrows()
    ]
    return _(_SKILL, parts=", ".join(parts))


def _text_table(chart: Chart) -> pd.DataFrame:
    rows = chart.table
    return pd.DataFrame(
        {
            "years ahead": [f"{ahead:.0f}" for ahead in rows["ahead"]],
            "origins": [f"{count:.0f}" for count in rows["origins"]],
            "CRPS": [numbers.fixed(value, 3) for value in rows["crps"]],
            "random walk": [numbers.fixed(value, 3) for value in rows["crps_reference"]],
            "skill": [numbers.signed(value) for value in rows["skill"]],
        }
    )


def _ahead(years: int) -> str:
    return _("running year") if years == 0 else plural("{count} year ahead", "{count} years ahead", years)


_SKILL = mark("Skill against a random walk with drift, number of origins in brackets: {parts}; above zero is better.")
_FORM = Form(
    mark("Line chart of mean CRPS by years ahead, ours and of a random walk with drift"), _draw, _caption, _text_table
)
