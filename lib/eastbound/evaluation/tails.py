"""Compare the tails of a forecast with the widest change among comparable cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound import names
from eastbound.core.share.shares import share_of
from eastbound.ensemble.summary import quantiles
from eastbound.errors import InputError
from eastbound.evidence.choice import chosen
from eastbound.models.primorye.readings import analogues, share_readings
from eastbound.scenarios.inputs import load_inputs

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.evidence.book import Evidence

BAND: Final = (0.025, 0.975)
_MONTHS: Final = 12


@dataclass(frozen=True)
class Tails:
    """The central 95 % of a forecast beside what the widest cases would make of the last known figure.

    Parameters
    ----------
    year : int
        Year of the forecast.
    since : int
        Year of the last known figure.
    band, cases : (float, float)
        Lower and upper end in the unit of the series: of the forecast, and of the widest fall and rise.
    count : int
        Number of cases.
    """

    year: int
    since: int
    band: tuple[float, float]
    cases: tuple[float, float]
    count: int

    @property
    def wider(self) -> tuple[bool, bool]:
        """Return whether the lower and the upper tail reach beyond every case."""
        return self.band[0] < self.cases[0], self.band[1] > self.cases[1]


def tails(ens: xr.Dataset, series: str, *, book: Evidence, year: int, home: Path | None = None) -> Tails:
    """Compare the central 95 % of a year with the widest changes that cases have shown over as many years.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario counts.
    series : str
        China's share of Primorye's trade, or total trade of China and Russia.
    book : Evidence
        The evidence of the simulation.
    year : int
        Year of the forecast.
    home : pathlib.Path, optional
        The workspace with the parameters.

    Returns
    -------
    Tails
        For the share, cases are the windows of the reference class (METHODS 2.2), changes of the log ratio. For trade,
        they are all pairs of yearly totals of the book at most as far apart as the forecast, changes of the log.

    Raises
    ------
    InputError
        For another series, which has no cases.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> result = tails(eb.simulate("baseline", book=book, draws=256), "trade.china_russia.total", book=book, year=2035)
    >>> result.since, result.count > 20
    (2025, True)
    """
    if series == names.CHINA_SHARE:
        since, cases, count = _share_cases(book, home=home)
    elif series == names.TRADE_TOTAL:
        since, cases, count = _trade_cases(book, year=year)
    else:
        message = f"`{series}` has no comparable cases; use `{names.CHINA_SHARE}` or `{names.TRADE_TOTAL}`."
        raise InputError(message)
    table = quantiles(ens, series, levels=BAND)
    table = table[
        (table["period"].astype(str) == str(year)) & (table["scenario"] == str(ens["scenario"].to_numpy()[0]))
    ]
    low, high = table.sort_values("level")["value"].tolist()
    return Tails(year, since, (low, high), cases, count)


def _share_cases(book: Evidence, *, home: Path | None) -> tuple[int, tuple[float, float], int]:
    settings = load_inputs("primorye", home=home)
    shares = share_readings(book, settings, last_year=book.as_of.year)
    last = int(np.argmax(shares.years))
    stated = (shares.low[last] + shares.high[last]) / 2.0
    reference = analogues(book, settings, shares)
    low, high = (100.0 * float(share_of(stated + change)) for change in reference.changes)
    return int(shares.years[last]), (low, high), reference.cases


def _trade_cases(book: Evidence, *, year: int) -> tuple[int, tuple[float, float], int]:
    rows = chosen(book, names.TRADE_TOTAL)
    rows = rows[(rows["months"] == _MONTHS) & (rows["start"].dt.month == 1)]
    totals = dict(zip(rows["start"].dt.year.tolist(), np.log(rows["value"].to_numpy(float)).tolist(), strict=True))
    since = max(totals)
    changes = [totals[last] - totals[first] for first in totals for last in totals if 0 < last - first <= year - since]
    low, high = (float(np.exp(totals[since] + change)) for change in (min(changes), max(changes)))
    return since, (low, high), len(changes)
