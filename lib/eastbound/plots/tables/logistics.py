"""Tables of the logistics page: published claims as probabilities, and places that are tracked without a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr

from eastbound.ensemble.subjects.logistics import claims
from eastbound.ensemble.summary import history
from eastbound.ensemble.with_views import held_text
from eastbound.language import _
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import dated
from eastbound.scenarios.systems import read_systems

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_YEARS: Final = (2030, 2035)


def logistics_claims(ens: xr.Dataset, *, book: Evidence, scenario: str | None = None) -> Table:
    """Tabulate the probability of the published claims on trucks and corridors, in a year and by it.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
        Holds the claims.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        Columns claim, threshold, year, in the year, by the year; probabilities with their Monte-Carlo error.
    """
    first = int(ens["period"].dt.year[0])
    rows = claims(only(ens, scenario_of(ens, scenario)), book=book, at=[first, *years_in(ens, _YEARS)])
    frame = pd.DataFrame(
        {
            "claim": rows["claim"],
            "threshold": [numbers.level(t, u) for t, u in zip(rows["threshold"], rows["unit"], strict=True)],
            "year": rows["period"],
            "in the year": _chances(rows, "in_year"),
            "by the year": _chances(rows, "by_year"),
        }
    )
    caption = _("Published claims: probability, with its Monte-Carlo error")
    return Table(frame, caption=caption_with(caption, held_text(ens)))


def tracked(book: Evidence) -> Table:
    """Tabulate the places that are watched without a forecast, with the newest figure and the one that is missing.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        Columns place, newest figure, of, missing for a forecast.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> frame = tracked(load_evidence("2026-10-30")).frame
    >>> frame[frame["place"] == "Northern Sea Route"]["newest figure"].tolist()
    ['37.0 Mt']
    """
    rows = []
    for item in read_systems().tracked:
        value, period = numbers.NONE, numbers.NONE
        if item.series is not None and len(figures := history(book, item.series)):
            newest = figures.iloc[-1]
            value = numbers.number(float(newest["value"]), str(newest["unit"]))
            period = dated(str(newest["period"]))
        label, missing = _(item.label), _(item.missing)
        rows.append({"place": label, "newest figure": value, "of": period, "missing for a forecast": missing})
    return Table(pd.DataFrame(rows), caption=_("Watched without a forecast, and the figure that a forecast would need"))


def _chances(rows: pd.DataFrame, name: str) -> list[str]:
    return [
        _(
            "{chance} (± {error} points)",
            chance=numbers.probability(chance, error),
            error=numbers.fixed(100 * error, 1),
        )
        for chance, error in zip(rows[name], rows[f"{name}_mcse"], strict=True)
    ]
