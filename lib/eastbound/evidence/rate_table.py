"""One table of exchange rates: yuan per dollar, roubles per dollar and roubles per yuan by month.

Roubles per dollar come from several witnesses. A printed mean of the month comes before the mean of the reference
rates of the European Central Bank (to February 2022), and that before the mean of the two ends of the month. Roubles
per yuan are the ratio of the other two, so that an amount converted by way of either currency is the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pandas as pd

from eastbound import names
from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import chosen

RATES: Final = (names.USD_CNY, names.USD_RUB, names.CNY_RUB)
READS: Final = (names.USD_CNY, names.USD_RUB, names.USD_RUB_ECB, names.USD_RUB_MONTH_END)
PRINTED: Final = "printed mean"
REFERENCE: Final = "mean of ECB reference rates"
ENDS: Final = "mean of the month's two ends"


@lru_cache(maxsize=8)
def monthly_rates(book: Evidence) -> pd.DataFrame:
    """Return the exchange rates of every month for which one is known.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    DataFrame
        One row a month without gaps (a `PeriodIndex`), with a column for each of `RATES`, NaN where unknown, and
        ``basis``: what roubles per dollar rest on, empty where unknown. Do not write to it: it is cached.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = monthly_rates(load_evidence("2026-10-30"))
    >>> float(table.loc["2026-06", "driver.usd_rub"]), table.loc["2026-06", "basis"]
    (73.52, 'printed mean')
    """
    yuan, printed, reference, ends = (_months(book, series) for series in READS)
    middles = (ends + ends.shift(1)) / 2.0  # close to the mean of days: 1.6 % apart in a typical month of 2013-2022
    witnesses = {PRINTED: printed, REFERENCE: reference, ENDS: middles}
    months = pd.period_range(min(s.index[0] for s in (yuan, reference, ends, printed) if len(s)), _last(book), freq="M")
    rouble, basis = pd.Series(float("nan"), index=months), pd.Series("", index=months)
    for name, values in witnesses.items():
        values = values.reindex(months)
        basis = basis.mask(rouble.isna() & values.notna(), name)
        rouble = rouble.fillna(values)
    yuan = yuan.reindex(months)
    table = pd.DataFrame({names.USD_CNY: yuan, names.USD_RUB: rouble, names.CNY_RUB: rouble / yuan, "basis": basis})
    return table.rename_axis("month")


def yearly_rates(book: Evidence) -> pd.DataFrame:
    """Return the mean rates of each calendar year, and how many of its months are known.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    DataFrame
        One row a year, with a column for each of `RATES`, NaN where no month is known, and ``months``: the smaller of
        the numbers of months with yuan and with roubles per dollar. Roubles per yuan are the ratio of the means.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> yearly_rates(load_evidence("2026-10-30")).loc[2025].round(2).tolist()
    [7.19, 83.48, 11.61, 12.0]
    """
    months = monthly_rates(book)
    by_year = months[[names.USD_CNY, names.USD_RUB]].groupby(pd.PeriodIndex(months.index).year)
    table = by_year.mean()
    table[names.CNY_RUB] = table[names.USD_RUB] / table[names.USD_CNY]
    return table.assign(months=by_year.count().min(axis=1)).rename_axis("year")


def _months(book: Evidence, series: str) -> pd.Series:
    """Return the chosen monthly figures of a series, NaN in gaps."""
    rows = chosen(book, series)
    rows = rows[(rows["months"] == 1) & rows["value"].notna()]
    index = pd.PeriodIndex(rows["start"], freq="M")
    values = pd.Series(rows["value"].to_numpy(float), index=index)
    return values.reindex(pd.period_range(index[0], index[-1], freq="M")) if len(values) else values


def _last(book: Evidence) -> pd.Period:
    return pd.Period(max(_months(book, series).index[-1] for series in READS if len(_months(book, series))), freq="M")
