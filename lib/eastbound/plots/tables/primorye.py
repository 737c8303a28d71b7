"""Tables of the Primorye page: what goes with a share, and what a share needs in imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr

from eastbound.ensemble.subjects import primorye as regional
from eastbound.ensemble.with_views import held_text
from eastbound.language import _
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_TITLES: Final = ("with China", "with others", "all trade", "China in exports", "China in imports")  # in `words`


def implied_levels(
    ens: xr.Dataset, *, shares: Sequence[float] = regional.IMPLIED, at: int = 2035, scenario: str | None = None
) -> Table:
    """Tabulate the trade levels that go with a China share in one year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    shares : sequence of float
        In percent.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row a share: median and central 80 % of the flows and of China's parts in the draws within a point of it.
    """
    year = years_in(ens, [at])[0]
    table = regional.implied_levels(only(ens, scenario_of(ens, scenario)), shares=shares, at=year)
    rows = []
    for share, part in table.groupby("share", sort=True):
        row = {"share": _percent(float(str(share))), "year": str(year)}
        for level, title in zip(part.to_dict("records"), _TITLES, strict=True):
            unit = str(level["unit"])
            row[title] = (
                f"{numbers.plain(level['median'], unit)} ({numbers.interval(level['low'], level['high'], unit)})"
            )
        rows.append(row | {"simulated futures": str(part["draws"].iloc[0])})
    caption = _("Levels that go with a share in {year}: median and central 80 %", year=year)
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def needed_shares(book: Evidence, *, shares: Sequence[float] = regional.IMPLIED) -> Table:
    """Tabulate the share in imports that a share in all trade needs, with exports as last stated.

    Parameters
    ----------
    book : Evidence
    shares : sequence of float
        In all trade, percent.

    Returns
    -------
    Table
        One row a share; none without the two figures.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> needed_shares(load_evidence("2026-11-21")).frame["needed in imports"].tolist()
    ['90.1 %', '96.7 %', '103.2 %: not possible']
    """
    table = regional.needed_in_imports(book, shares=shares)
    frame = pd.DataFrame(
        {
            "share in all trade": [_percent(share) for share in table["share"]],
            "exports' part of trade": [_percent(part) for part in table["exports_part"]],
            "China's share in exports": [_percent(part) for part in table["china_in_exports"]],
            "needed in imports": [_needed(share) for share in table["needed"]],
        }
    )
    caption = _("China's share in imports that a share in all trade needs, exports as last stated")
    return Table(frame, caption=caption)


def _percent(share: float) -> str:
    return numbers.with_unit(numbers.general(share), "percent")


def _needed(share: float) -> str:
    text = numbers.with_unit(numbers.fixed(share, 1), "percent")
    return _("{share}: not possible", share=text) if share > 100 else text
