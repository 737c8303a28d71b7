"""Tables of the Primorye page: what goes with a share, and what a share needs in imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr

from eastbound.ensemble.subjects import primorye as regional
from eastbound.ensemble.with_views import held_text
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_TITLES: Final = ("with China", "with others", "all trade", "China in exports", "China in imports")


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
        row = {"share": f"{share:g} %", "year": str(year)}
        for level, title in zip(part.to_dict("records"), _TITLES, strict=True):
            unit = str(level["unit"])
            row[title] = (
                f"{numbers.plain(level['median'], unit)} ({numbers.interval(level['low'], level['high'], unit)})"
            )
        rows.append(row | {"simulated futures": str(part["draws"].iloc[0])})
    caption = f"Levels that go with a share in {year}: median and central 80 %"
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
            "share in all trade": [f"{share:g} %" for share in table["share"]],
            "exports' part of trade": [f"{part:g} %" for part in table["exports_part"]],
            "China's share in exports": [f"{part:g} %" for part in table["china_in_exports"]],
            "needed in imports": [f"{n:.1f} %{': not possible' if n > 100 else ''}" for n in table["needed"]],
        }
    )
    caption = "China's share in imports that a share in all trade needs, exports as last stated"
    return Table(frame, caption=caption)
