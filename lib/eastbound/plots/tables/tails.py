"""Table of how far the tails of a forecast reach beside comparable cases, with a sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound import names
from eastbound.ensemble.with_views import held_text
from eastbound.evaluation.tails import Tails
from eastbound.evaluation.tails import tails as compare
from eastbound.language import _, mark
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_CASES = {
    names.CHINA_SHARE: mark("the {count} windows of the reference class"),
    names.TRADE_TOTAL: mark("the {count} pairs of yearly totals in the book that lie no farther apart"),
}
_TAILS = (mark("lower"), mark("upper"))


def tails(ens: xr.Dataset, series: str, *, book: Evidence, at: int = 2035, scenario: str | None = None) -> Table:
    """Tabulate the central 95 % of a year beside the widest fall and rise among comparable cases.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series : str
        China's share of Primorye's trade, or total trade of China and Russia.
    book : Evidence
        The evidence of the simulation.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    scenario : str, optional
        Default is the first of the ensemble.

    Returns
    -------
    Table
        One row for each tail; the caption says which tail is wider than any case.
    """
    year = years_in(ens, [at])[0]
    result = compare(only(ens, scenario_of(ens, scenario)), series, book=book, year=year)
    unit = str(ens[series].attrs["unit"])
    rows = [
        {
            "tail": _(tail),
            _("end of the 95 % band of {year}", year=year): numbers.number(end, unit),
            "widest case": numbers.number(case, unit),
            "wider than any case": _("yes") if wider else _("no"),
        }
        for tail, end, case, wider in zip(_TAILS, result.band, result.cases, result.wider, strict=True)
    ]
    return Table(pd.DataFrame(rows), caption=caption_with(_sentence(result, series), held_text(ens)))


def _sentence(result: Tails, series: str) -> str:
    cases = _(_CASES[series], count=result.count)
    message = {
        (True, True): mark("Both tails are wider than any case: changes from {since} to {year} beside {cases}"),
        (True, False): mark("The lower tail is wider than any case: changes from {since} to {year} beside {cases}"),
        (False, True): mark("The upper tail is wider than any case: changes from {since} to {year} beside {cases}"),
        (False, False): mark("Neither tail is wider than any case: changes from {since} to {year} beside {cases}"),
    }[result.wider]
    return _(message, since=result.since, year=result.year, cases=cases)
