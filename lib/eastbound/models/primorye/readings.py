"""Readings of Primorye's share and level from the evidence, and its reference class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy.special import logit

from eastbound import names
from eastbound.core.share.censored import Readings, WalkPrior
from eastbound.core.share.shares import ReferenceClass, log_ratio, reference_class, share_of
from eastbound.errors import EvidenceError
from eastbound.evidence.analogues import comparable
from eastbound.evidence.choice import chosen
from eastbound.typing import Floats, Ints

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

GROWTH: Final = ".yoy"  # a series' change on a year earlier
RECONSTRUCTION: Final = "trade.primorye.china_share_turnover_recon"  # one graded, judged range a year
READS: Final = (
    RECONSTRUCTION,
    names.CHINA_SHARE,
    names.CHINA_TURNOVER,
    names.PRIMORYE_TURNOVER,
    names.TRADE_TOTAL,
    *(series + GROWTH for series in (names.CHINA_TURNOVER, names.PRIMORYE_TURNOVER)),
)
_INTERPOLATED: Final = "grade D"  # no figure for the year, so no information
_UNSURE: Final = "doubt"  # the note of a figure whose year or wording is in doubt
_MONTHS: Final = 12


def share_readings(book: Evidence, settings: Mapping[str, Any], *, last_year: int) -> Readings:
    """Return the readings of China's share by year, as intervals of the log ratio.

    Parameters
    ----------
    book : Evidence
        Holds the graded reconstruction; its grade D years are left out. For
        later years, the running year included, the latest statement counts, and so
        does a statement about a whole graded year that the judged range has not weighed.
    settings : mapping
        Of ``params/models/primorye.yml``.
    last_year : int
        Later years are left out.

    Returns
    -------
    Readings
        In log ratio. Errors are given in percentage points and divided by the
        slope of the share, s (1 - s), at the middle of the range.

    Raises
    ------
    EvidenceError
        If no year has a reading.
    """
    rows = _yearly(book, RECONSTRUCTION, first_year=settings["first_year"], last_year=last_year)
    rows = rows[~rows["note"].fillna("").str.contains(_INTERPOLATED, case=False)]
    _need(rows, RECONSTRUCTION, book)
    news = unjudged_statements(book, settings, rows)
    rows = pd.concat([rows[~rows["start"].isin(news["start"])], news])
    words = _latest_statements(book, first_year=int(rows["start"].dt.year.max()) + 1, last_year=last_year)
    error = np.repeat([settings["reading_error_pp"], settings["part_year_error_pp"]], [len(rows), len(words)])
    rows = pd.concat([rows, words])
    years = _years(rows)
    low, high = (rows[end].to_numpy(np.float64) / 100.0 for end in ("low", "high"))
    middle = (low + high) / 2.0
    slope = middle * (1.0 - middle)
    shared = np.isin(years, settings["shared_error_years"]) * settings["shared_error_pp"]
    return Readings(
        years=years,
        low=log_ratio(low),
        high=log_ratio(high),
        sd=error / 100.0 / slope,
        shared_sd=shared / 100.0 / slope,
    )


def share_changes(book: Evidence, settings: Mapping[str, Any], shares: Readings, *, last_year: int) -> Readings:
    """Return the changes of the log ratio implied by growth rates.

    Parameters
    ----------
    book : Evidence
        Holds the growth of the trade with China and of all trade; of a year
        with several statements the span from the lowest to the highest counts.
    settings : mapping
        Of ``params/models/primorye.yml``.
    shares : Readings
        From `share_readings`: the share of the year before splits total growth.
    last_year : int
        Later years are left out.

    Returns
    -------
    Readings
        In log ratio; none where one of the two rates is missing.

    Notes
    -----
    With share s before, growth factors g of the trade with China and G of all
    trade, the trade with others grows by (G - s g) / (1 - s). Rates of a part of a
    year stand for the whole year, which adds an error: METHODS 2.2.
    """
    first_year = int(settings["change_first_year"])
    china, total = (
        _growth(book, series_id, first_year=first_year, last_year=last_year)
        for series_id in (names.CHINA_TURNOVER, names.PRIMORYE_TURNOVER)
    )
    before = dict(zip(shares.years.tolist(), share_of((shares.low + shares.high) / 2.0), strict=True))
    years = [year for year in china.index.intersection(total.index) if year - 1 in before]
    share = np.array([before[year - 1] for year in years], dtype=np.float64)
    china, total = china.loc[years], total.loc[years]
    low = _change(share, china["low"].to_numpy(np.float64), total["high"].to_numpy(np.float64))
    high = _change(share, china["high"].to_numpy(np.float64), total["low"].to_numpy(np.float64))
    error = settings["growth_error"] / (1.0 - share)
    return Readings(np.asarray(years, dtype=np.int64), low, high, error, np.zeros(len(years)))


def share_prior(book: Evidence, settings: Mapping[str, Any], *, weight: float) -> WalkPrior:
    """Return the priors of the log ratio: normal level and volatility, and a shift from a known year on.

    Parameters
    ----------
    book : Evidence
        Its as-of date: before the shift was known, there is none.
    settings : mapping
        Of ``params/models/primorye.yml``.
    weight : float
        Power of the reference class in the priors of normal level and volatility: 1 as learnt from its partners,
        0 the vague judgement for which the region's own history decides.

    Returns
    -------
    WalkPrior

    Notes
    -----
    A power prior (Ibrahim and Chen 2000, doi 10.1214/ss/1009212673): the precisions of both priors add up, each times
    its weight.
    """
    known = shift_known(book, settings)
    learnt, vague = (
        ((settings[f"{of}normal_mean"], settings[f"{of}normal_sd"]), _log_normal(settings, f"{of}volatility"))
        for of in ("", "own_")
    )
    normal, log_volatility = (_weighed(*pair, weight=weight) for pair in zip(learnt, vague, strict=True))
    return WalkPrior(
        normal=normal,
        log_volatility=log_volatility,
        pull=float(settings["pull"]),
        noise=float(settings["noise"]),
        jump=(settings["shift_mean"], settings["shift_sd"]) if known else (0.0, 0.0),
        jump_year=int(settings["shift_first_year"]) if known else None,
        slowing=(float(logit(settings["shift_slowing"])), settings["shift_slowing_logit_sd"]),
    )


def _log_normal(settings: Mapping[str, Any], name: str) -> tuple[float, float]:
    return float(np.log(settings[f"{name}_median"])), float(settings[f"{name}_log_sd"])


def _weighed(learnt: tuple[float, float], vague: tuple[float, float], *, weight: float) -> tuple[float, float]:
    """Return mean and sd of the product of two normal densities, to the powers of `weight` and of what it leaves."""
    precision = np.array([weight / learnt[1] ** 2, (1.0 - weight) / vague[1] ** 2])
    mean = precision @ [learnt[0], vague[0]] / precision.sum()
    return float(mean), float(precision.sum() ** -0.5)


def shift_known(book: Evidence, settings: Mapping[str, Any]) -> bool:
    """Return whether the exit of Japan and Korea had begun on the as-of date."""
    return bool(book.as_of >= date.fromisoformat(str(settings["shift_known_from"])))


def level_readings(book: Evidence, settings: Mapping[str, Any], *, last_year: int) -> tuple[Readings, float]:
    """Return the readings of the trade with China, relative to national trade, and the national anchor.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/primorye.yml``.
    last_year : int
        Later years are left out.

    Returns
    -------
    readings : Readings
        Of log(region's trade) - beta log(national trade); conflicting
        statements of a year span one interval.
    national : float
        National trade in `last_year`, USD bn.

    Raises
    ------
    EvidenceError
        If no year has a reading, or the national total of `last_year` is missing.
    """
    national = _national(book)
    if last_year not in national.index:
        message = f"`{names.TRADE_TOTAL}` of {last_year} is not known as of {book.as_of}; choose a later as-of date."
        raise EvidenceError(message)
    rows = _yearly(book, names.CHINA_TURNOVER, first_year=settings["level_first_year"], last_year=last_year)
    rows = rows[rows["start"].dt.year.isin(national.index)]
    _need(rows, names.CHINA_TURNOVER, book)
    spans = rows.groupby(rows["start"].dt.year)["value"].agg(["min", "max"])
    spans = pd.concat([spans, _levels_of_turnover(book, settings, known=set(spans.index), last_year=last_year)])
    spans = spans[spans.index.isin(national.index)].sort_index()
    years = spans.index.to_numpy(np.int64)
    scale = settings["national_beta_mean"] * np.log(national.loc[years].to_numpy(np.float64))
    error = np.full(years.size, float(settings["level_error"]))
    low, high = (np.log(spans[end].to_numpy(np.float64)) - scale for end in ("min", "max"))
    # An interval of no width has no probability; a tenth of the error changes nothing.
    readings = Readings(years, low - 0.1 * error, high + 0.1 * error, error, np.zeros(years.size))
    return readings, float(national.loc[last_year])


def _levels_of_turnover(
    book: Evidence, settings: Mapping[str, Any], *, known: set[int], last_year: int
) -> pd.DataFrame:
    """Return the trade with China that published turnover and the share imply, for years without a figure of its own.

    Estimates are left out: they were computed from the trade with China.
    """
    rows = _yearly(book, names.PRIMORYE_TURNOVER, first_year=settings["level_first_year"], last_year=last_year)
    rows = rows[(rows["kind"] == "observed") & ~rows["start"].dt.year.isin(known)]
    shares = share_readings(book, settings, last_year=last_year)
    ranges = dict(zip(shares.years.tolist(), zip(shares.low, shares.high, strict=True), strict=True))
    table = {
        year: (group["value"].min() * share_of(ranges[year][0]), group["value"].max() * share_of(ranges[year][1]))
        for year, group in rows.groupby(rows["start"].dt.year)
        if year in ranges
    }
    return pd.DataFrame.from_dict(table, orient="index", columns=["min", "max"], dtype=float)


def level_prior(readings: Readings, settings: Mapping[str, Any]) -> WalkPrior:
    """Return the prior of the relative level: a walk without pull, vague where it starts."""
    first = int(np.argmin(readings.years))
    middle = float(readings.low[first] + readings.high[first]) / 2.0
    return WalkPrior(normal=(middle, 0.5), log_volatility=_log_normal(settings, "level_volatility"))


def analogues(book: Evidence, settings: Mapping[str, Any], shares: Readings) -> ReferenceClass:
    """Return the reference class: how turnover shares of comparable partners near the share last stated moved.

    Parameters
    ----------
    book : Evidence
        Its analogues have home, partner, year, flow and value in percent.
    settings : mapping
        Of ``params/models/primorye.yml``.
    shares : Readings
        From `share_readings`; the middle of the last reading, in whole points, is the share last stated.

    Returns
    -------
    ReferenceClass
    """
    last = int(np.argmax(shares.years))
    stated = round(100.0 * float(share_of((shares.low[last] + shares.high[last]) / 2.0)))
    reach = float(settings["analogue_reach"])
    table = comparable(book.analogues)
    # Printed shares of 0 and 100 percent have no log ratio.
    table = table[(table["flow"] == "turnover") & table["share"].between(0.5, 99.5)]
    return reference_class(
        np.asarray(table.groupby(["home", "partner"]).ngroup(), dtype=np.int64),
        table["year"].to_numpy(np.int64),
        table["share"].to_numpy(np.float64) / 100.0,
        band=((stated - reach) / 100.0, (stated + reach) / 100.0),
        horizon=(int(settings["analogue_shortest"]), int(settings["analogue_longest"])),
    )


def _yearly(book: Evidence, series_id: str, *, first_year: int, last_year: int) -> pd.DataFrame:
    rows = book.observations
    year = rows["start"].dt.year
    keep = (rows["series_id"] == series_id) & (rows["months"] == _MONTHS) & rows["kind"].isin(["observed", "estimate"])
    return rows[keep & year.between(first_year, last_year)]


def unjudged_statements(book: Evidence, settings: Mapping[str, Any], judged: pd.DataFrame) -> pd.DataFrame:
    """Return the latest statement about each judged year that its range has not weighed.

    Parameters
    ----------
    book : Evidence
    settings : mapping
        Of ``params/models/primorye.yml``; `ranges_known_to` is the day of the judgement.
    judged : pandas.DataFrame
        Rows of the reconstruction with `start`, `low` and `high`.

    Returns
    -------
    pandas.DataFrame
        Observations of whole years, at most one for each year. A range has weighed what was published by the day of
        the judgement, unless a statement lies wholly outside it.
    """
    years = judged["start"].dt.year
    words = _statements(book, first_year=int(years.min()), last_year=int(years.max()))
    words = words[words["months"] == _MONTHS]
    ranges = judged.set_index("start").reindex(words["start"])
    outside = (words["low"].to_numpy() > ranges["high"].to_numpy()) | (
        words["high"].to_numpy() < ranges["low"].to_numpy()
    )
    full_dates = words["published"].where(words["published"].str.len() == len("2026-01-01"), "")
    words = words[outside | (full_dates > str(settings["ranges_known_to"]))]
    words = words[words["start"].isin(judged["start"])]
    return words.sort_values(["available", "published", "low"], kind="stable").groupby("start").tail(1)


def _latest_statements(book: Evidence, *, first_year: int, last_year: int) -> pd.DataFrame:
    """Return the latest statement about each year, which may cover only a part of it."""
    rows = _statements(book, first_year=first_year, last_year=last_year)
    return rows.sort_values(["available", "end", "low"], kind="stable").groupby(rows["start"].dt.year).tail(1)


def _statements(book: Evidence, *, first_year: int, last_year: int) -> pd.DataFrame:
    """Return the statements about the share in each year or a part of it that are beyond doubt."""
    rows = book.observations
    year = rows["start"].dt.year
    keep = (rows["series_id"] == names.CHINA_SHARE) & (rows["kind"] == "observed") & rows["value"].notna()
    keep &= (year == rows["end"].dt.year) & year.between(first_year, last_year)
    keep &= ~rows["note"].fillna("").str.contains(_UNSURE)
    rows = rows[keep]
    # A figure printed without a range is rounded to whole points.
    return rows.assign(low=rows["low"].fillna(rows["value"] - 0.5), high=rows["high"].fillna(rows["value"] + 0.5))


def _growth(book: Evidence, series_id: str, *, first_year: int, last_year: int) -> pd.DataFrame:
    """Return the lowest and highest growth factor stated for each year or a part of it."""
    rows = book.observations
    year = rows["start"].dt.year
    keep = (rows["series_id"] == series_id + GROWTH) & (rows["kind"] == "observed") & rows["value"].notna()
    rows = rows[keep & (year == rows["end"].dt.year) & year.between(first_year, last_year)]
    factor = 1.0 + rows["value"].to_numpy(np.float64) / 100.0
    return (
        pd.DataFrame({"low": factor, "high": factor}, index=_years(rows))
        .groupby(level=0)
        .agg({"low": "min", "high": "max"})
    )


def _change(share: Floats, china: Floats, total: Floats) -> Floats:
    """Return the change of the log ratio when the trade with China and all trade grow by these factors."""
    rest = (total - share * china) / (1.0 - share)
    return np.asarray(np.log(china) - np.log(rest), dtype=np.float64)


def _national(book: Evidence) -> pd.Series:
    """Return national trade with China by year, the chosen figure of each year."""
    rows = chosen(book, names.TRADE_TOTAL)
    rows = rows[rows["months"] == _MONTHS]
    return pd.Series(rows["value"].to_numpy(np.float64), index=_years(rows))


def _years(rows: pd.DataFrame) -> Ints:
    return np.asarray(rows["start"].dt.year.to_numpy(np.int64))


def _need(rows: pd.DataFrame, series_id: str, book: Evidence) -> None:
    if rows.empty:
        message = (
            f"no yearly figure of `{series_id}` is known as of {book.as_of}; choose a later as-of date or add one."
        )
        raise EvidenceError(message)
