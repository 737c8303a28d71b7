"""Tables of the track record: coverage of the bands, widths, forecasts made before a shock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound.constants import BANDS
from eastbound.core.verification.calibration import coverage
from eastbound.ensemble import summary
from eastbound.evaluation.backtest import NO_ORIGIN
from eastbound.evaluation.counted import counted
from eastbound.evaluation.widening import HUMILITY, required_widening
from eastbound.language import _, mark
from eastbound.plots.citations import cell_notes
from eastbound.plots.retold import retold
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.verification import series_label as _label
from eastbound.plots.verification import years_ahead
from eastbound.plots.words import dated
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_NO_FORECAST: Final = mark("no forecast from the figures known then")
_FAR: Final = 3  # years ahead from which on horizons are pooled: each has a handful of origins


def hit_table(tables: Sequence[pd.DataFrame], *, book: Evidence) -> Table:
    """Return how often outcomes lay inside the bands, with the range that chance allows.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`, one a subject.
    book : Evidence

    Returns
    -------
    Table
        Columns series, years ahead, outcomes, origins and one for each band, in percent with its 95 %
        Clopper-Pearson range.
    """
    lines = []
    for table in tables:
        scored = counted(table)
        for series_id, rows in scored.groupby("series_id", sort=False):
            for ahead, part in rows.groupby(rows["horizon"].astype(int).clip(upper=_FAR)):
                years = years_ahead(int(ahead), last=_FAR)
                line = {"series": _label(book, str(series_id)), "years ahead": years}
                line |= {"outcomes": str(len(part)), "origins": str(part["origin"].nunique())}
                lines.append(line | {_("{mass} % band", mass=band): _hits(part[f"inside{band}"]) for band in BANDS})
    columns = ["series", "years ahead", "outcomes", "origins", *(_("{mass} % band", mass=band) for band in BANDS)]
    caption = _("Outcomes inside each band, percent, with the range that chance allows")
    return Table(pd.DataFrame(lines, columns=columns), caption)


def width_table(tables: Sequence[pd.DataFrame], *, book: Evidence) -> Table:
    """Return how much wider the 80 % bands would have had to be, one year ahead and more.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`, one per subject.
    book : Evidence

    Returns
    -------
    Table
        Columns series, outcomes, percent inside the 80 % band, inside one `HUMILITY` times as wide, and the
        widening by which 80 % of the outcomes would have been inside.
    """
    lines = []
    for table in tables:
        ahead = counted(table[table["horizon"].astype(float) >= 1])
        for series_id, part in ahead.groupby("series_id", sort=False):
            width = required_widening(part)
            lines.append(
                {
                    "series": _label(book, str(series_id)),
                    "outcomes": str(width["outcomes"]),
                    "inside the 80 % band": fmt.with_unit(f"{100 * width['held']:.0f}", "percent"),
                    _("inside one {ratio} times as wide", ratio=fmt.general(HUMILITY)): fmt.with_unit(
                        f"{100 * width['held_wider']:.0f}", "percent"
                    ),
                    "80 % inside when widened by": fmt.fixed(width["factor"], 1),
                }
            )
    return Table(pd.DataFrame(lines), _("Outcomes one year ahead and more, and the width that would have held them"))


def stress_table(tables: Sequence[pd.DataFrame], series_ids: Sequence[str], *, book: Evidence) -> Table:
    """Return the forecasts made on each day before a shock for the years that followed, and the outcomes.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`.
    series_ids : sequence of str
        One series of each.
    book : Evidence
        The one whose outcomes were scored; gives the sources.

    Returns
    -------
    Table
        Columns series, origin with what followed, year, forecast (median and central 80 %), outcome (cited), inside.
    """
    before = {
        str(origin.date): _("before {event}", event=_(origin.before)) for origin in load_reporting().stress_origins
    }
    lines, cited = [], []
    for table, series_id in zip(tables, series_ids, strict=True):
        known = set(summary.history(book, series_id)["period"])
        for _key, row in table[(table["series_id"] == series_id) & table["stress"].astype(bool)].iterrows():
            day = str(row["origin"])
            origin = _("{day}, {event}", day=dated(day), event=before[day]) if day in before else dated(day)
            lines.append({"series": _label(book, series_id), "origin": origin, **_stressed(row)})
            shown = row["period"] in known and row["status"] == "scored"
            cited.append([(series_id, str(row["period"]))] if shown else [])
    frame = pd.DataFrame(lines, columns=["series", "origin", "year", "forecast (80 %)", "outcome", "80 % band"])
    notes = cell_notes(frame, "outcome", cited, book=book)
    return Table(frame, _("Forecasts made before a shock, and outcomes"), observed=notes)


def _stressed(row: pd.Series) -> dict[str, str]:
    """Return year, forecast, outcome and verdict of one row of a backtest, or why there is no forecast."""
    year = str(row["period"]) or fmt.NONE
    if row["status"] != "scored":
        why = retold(str(row["status"]), NO_ORIGIN, otherwise=_NO_FORECAST)
        return {"year": year, "forecast (80 %)": why, "outcome": fmt.NONE, "80 % band": fmt.NONE}
    unit = str(row["unit"])
    forecast = f"{fmt.plain(row['median'], unit)} ({fmt.interval(row['low80'], row['high80'], unit)})"
    verdict = _("inside") if row["inside80"] else _("missed")
    return {"year": year, "forecast (80 %)": forecast, "outcome": fmt.general(row["outcome"], 4), "80 % band": verdict}


def _hits(inside: pd.Series) -> str:
    share = coverage(inside.to_numpy(dtype=bool))
    return f"{100 * share.share:.0f} ({100 * share.low:.0f}–{100 * share.high:.0f})"
