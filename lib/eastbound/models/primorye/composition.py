"""Composition of Primorye's trade: exports, imports and partners by name.

Exports are a part of the trade with China and another part of the trade with
the rest, so that China's share in exports and in imports follows and stays
between 0 and 100 %. The rest divides into Korea, Japan and others by log
ratios to the others, so that the three close. Figures are few and hold for
years: the parts of a year are the same in all its months (METHODS 2.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from eastbound import names
from eastbound.constants import SEED
from eastbound.core.inference.resampling import systematic
from eastbound.core.share.censored import KEPT, Readings
from eastbound.core.share.shares import log_interval, log_ratio
from eastbound.core.simulation.memory import rounded
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.simulate import normal_tables
from eastbound.evidence.choice import chosen
from eastbound.models.primorye.readings import GROWTH, shift_known
from eastbound.typing import Floats, Paths

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

SERIES: Final = (
    names.PRIMORYE_EXPORTS,
    names.PRIMORYE_IMPORTS,
    names.EXPORTS_TO_CHINA,
    names.IMPORTS_FROM_CHINA,
    names.KOREA_TURNOVER,
    names.JAPAN_TURNOVER,
    names.OTHERS_TURNOVER,
)
READS: Final = (
    names.EXPORT_PART,
    names.CHINA_SHARE_EXPORTS,
    names.CHINA_SHARE_IMPORTS,
    names.PRIMORYE_EXPORTS,
    names.PRIMORYE_IMPORTS,
    *(series + GROWTH for series in (names.PRIMORYE_EXPORTS, names.PRIMORYE_IMPORTS)),
    names.KOREA_SHARE,
    names.JAPAN_SHARE,
    names.OTHERS_SHARE,
)
_SUBJECT: Final = "primorye"
_CANDIDATES: Final = 16  # particles for each draw that is kept


@dataclass(frozen=True)
class Composition:
    """Fitted composition in the year of the share's level.

    Parameters
    ----------
    exports : array, shape (2, KEPT)
        Log odds of exports in the trade with China and in that with the rest; draws of equal weight.
    partners, partners_sd : array, shape (2,)
        Log of the trade with Korea and with Japan over that with the others: mean and error.
    """

    exports: Floats
    partners: Floats
    partners_sd: Floats


@dataclass(frozen=True)
class Division:
    """The parts of one year, one value a draw, each between 0 and 1."""

    exports_in_china: Paths
    exports_in_rest: Paths
    korea_in_rest: Paths
    japan_in_rest: Paths


def fit_parts(book: Evidence, settings: Mapping[str, Any], shares: Readings, *, year: int) -> Composition:
    """Fit the composition of the flows to the few published figures.

    Parameters
    ----------
    book : Evidence
        Exports' part of turnover, China's share in exports and in imports, growth of both; Korea and Japan.
    settings : mapping
        Of ``params/models/primorye.yml``.
    shares : Readings
        China's share by year, in log ratio.
    year : int
        Of the share's level; later figures are left out.

    Returns
    -------
    Composition
    """
    return Composition(_exports(book, settings, shares, year=year), *_partners(book, settings, year=year))


def divisions(parts: Composition, settings: Mapping[str, Any], stream: Stream, *, begun: bool) -> Iterator[Division]:
    """Yield the composition year by year, indefinitely.

    Parameters
    ----------
    parts : Composition
    settings : mapping
        Of ``params/models/primorye.yml``.
    stream : Stream
    begun : bool
        Whether the year of `parts` is the first to yield; else the first comes after it.

    Yields
    ------
    Division
        Walks without drift: what changed since 2018 is not taken for a trend.
    """
    index = (stream.uniforms(_SUBJECT, "parts/posterior", rows=1)[0] * KEPT).astype(np.int64)
    exports = parts.exports[:, index]
    start = stream.normals(_SUBJECT, "parts/partners", rows=2)
    partners = parts.partners[:, None] + parts.partners_sd[:, None] * start
    for year, z in enumerate(normal_tables(stream, _SUBJECT, "parts/walk", rows=5)):
        if year or not begun:
            exports = exports + settings["parts_common_sd"] * z[0] + settings["parts_own_sd"] * z[1:3]
            partners = partners + settings["partners_sd"] * z[3:5]
        weights = np.exp(partners)
        in_china, in_rest = expit(exports)
        yield Division(*rounded(in_china, in_rest, *(weights / (1.0 + weights.sum(axis=0)))))


def write_parts(out: Mapping[str, Paths], division: Division) -> None:
    """Write the parts of one year of the joint posterior into its rows, all in USD bn.

    Parameters
    ----------
    out : mapping of str to array, shape (width,) or (months, width)
        Holds the trade with China, the rest and the turnover; `SERIES` are overwritten.
    division : Division
        Of the year.

    Examples
    --------
    >>> half = np.array([0.5])
    >>> out = {name: np.empty(1) for name in SERIES}
    >>> out |= {names.CHINA_TURNOVER: np.array([7.0]), names.REST_TURNOVER: np.array([3.0])}
    >>> write_parts(out | {names.PRIMORYE_TURNOVER: np.array([10.0])}, Division(half, 0.2 * half, half, 0.4 * half))
    >>> [round(float(out[name][0]), 1) for name in SERIES]
    [3.8, 6.2, 3.5, 3.5, 1.5, 0.6, 0.9]
    """
    china, rest = out[names.CHINA_TURNOVER], out[names.REST_TURNOVER]
    exports, korea, japan = (out[name] for name in (names.PRIMORYE_EXPORTS, names.KOREA_TURNOVER, names.JAPAN_TURNOVER))
    to_china, others = out[names.EXPORTS_TO_CHINA], out[names.OTHERS_TURNOVER]
    np.multiply(china, division.exports_in_china, out=to_china)
    np.subtract(china, to_china, out=out[names.IMPORTS_FROM_CHINA])
    np.multiply(rest, division.exports_in_rest, out=exports)
    exports += to_china
    np.subtract(out[names.PRIMORYE_TURNOVER], exports, out=out[names.PRIMORYE_IMPORTS])
    np.multiply(rest, division.korea_in_rest, out=korea)
    np.multiply(rest, division.japan_in_rest, out=japan)
    np.subtract(rest, korea, out=others)
    others -= japan


def _exports(book: Evidence, settings: Mapping[str, Any], shares: Readings, *, year: int) -> Floats:
    """Filter the log odds of exports in both flows through the years, shape (2, KEPT)."""
    figures = _composition(book, settings, last_year=year)
    stream = Stream(SEED, 0, KEPT)
    first = min([*(figure.year for figure in figures), year])
    state = _normals(stream, "start", rows=2)
    before = _implied(state, _theta(shares, first - 1, stream))["turnover"]
    for current in range(first, year + 1):
        if current > first:
            z = _normals(stream, str(current), rows=3)
            state = state + settings["parts_common_sd"] * z[0] + settings["parts_own_sd"] * z[1:]
        implied = _implied(state, _theta(shares, current, stream))
        before, implied["growth"] = implied["turnover"], implied["turnover"] - before
        weights = [
            log_interval(implied[figure.what], figure.sd, low=np.array(figure.low), high=np.array(figure.high))
            for figure in figures
            if figure.year == current
        ]
        if weights:
            total = np.sum(weights, axis=0)
            chosen_particles = systematic(np.exp(total - total.max()))
            # growth of the next year starts from the part that the same particle has this year
            state, before = state[:, chosen_particles], before[chosen_particles]
    return state[:, :: state.shape[1] // KEPT]


def _implied(state: Floats, theta: Floats) -> dict[str, Floats]:
    """Return the log odds that figures measure: exports in all trade, China in exports and in imports."""
    share, (in_china, in_rest) = expit(theta), expit(state)
    exports = share * in_china + (1.0 - share) * in_rest
    imports = 1.0 - exports
    return {
        "turnover": np.log(exports / imports),
        "exports": np.log(share * in_china) - np.log((1.0 - share) * in_rest),
        "imports": np.log(share * (1.0 - in_china)) - np.log((1.0 - share) * (1.0 - in_rest)),
    }


def _theta(shares: Readings, year: int, stream: Stream) -> Floats:
    """Draw log ratios from the reading of a year or of the nearest; the judged range is a 90 % interval."""
    row = int(np.argmin(np.abs(shares.years - year)))
    sd = (shares.high[row] - shares.low[row]) / 2.0 / 1.645
    middle = (shares.high[row] + shares.low[row]) / 2.0
    return np.asarray(middle + sd * _normals(stream, f"share/{year}", rows=1)[0], dtype=np.float64)


class _Figure(NamedTuple):
    """A figure of a year as an interval of log odds, or of their change."""

    year: int
    what: str
    low: float
    high: float
    sd: float


def _composition(book: Evidence, settings: Mapping[str, Any], *, last_year: int) -> list[_Figure]:
    """Return the readings of exports in all trade and of China in exports and imports."""
    ids = {"turnover": names.EXPORT_PART, "exports": names.CHINA_SHARE_EXPORTS, "imports": names.CHINA_SHARE_IMPORTS}
    first, result = int(settings["first_year"]), []
    for what, series_id in ids.items():
        for year, row in _by_year(book, series_id, first_year=first, last_year=last_year).items():
            given = row[["low", "high"]].fillna({"low": row["value"] - 0.5, "high": row["value"] + 0.5})
            result.append(_odds(year, what, percent=tuple(given), error=settings["reading_error_pp"]))
    # Dollar figures of both directions give the same log odds as a printed part.
    exports, imports = (
        _by_year(book, series_id, first_year=first, last_year=last_year)
        for series_id in (names.PRIMORYE_EXPORTS, names.PRIMORYE_IMPORTS)
    )
    for year in sorted(set(exports) & set(imports)):
        part = 100.0 * exports[year]["value"] / (exports[year]["value"] + imports[year]["value"])
        result.append(_odds(year, "turnover", percent=(part - 0.5, part + 0.5), error=settings["reading_error_pp"]))
    return result + _growth(book, settings, last_year=last_year)


def _odds(year: int, what: str, *, percent: tuple[float, float], error: float) -> _Figure:
    low, high = percent[0] / 100.0, percent[1] / 100.0
    middle = (low + high) / 2.0
    return _Figure(year, what, float(log_ratio(low)), float(log_ratio(high)), error / 100.0 / (middle * (1.0 - middle)))


def _growth(book: Evidence, settings: Mapping[str, Any], *, last_year: int) -> list[_Figure]:
    """Return growth of exports over that of imports, which changes the log odds of exports in all trade."""
    first = int(settings["change_first_year"])
    exports, imports = (
        _by_year(book, series_id + GROWTH, first_year=first, last_year=last_year)
        for series_id in (names.PRIMORYE_EXPORTS, names.PRIMORYE_IMPORTS)
    )
    result = []
    for year in sorted(set(exports) & set(imports)):
        change = float(np.log1p(exports[year]["value"] / 100.0) - np.log1p(imports[year]["value"] / 100.0))
        result.append(_Figure(year, "growth", change - 0.005, change + 0.005, settings["growth_error"]))
    return result


def _by_year(book: Evidence, series_id: str, *, first_year: int, last_year: int) -> dict[int, pd.Series]:
    """Return the chosen figure of each year, or of the longest part of it."""
    rows = chosen(book, series_id)
    year = rows["start"].dt.year
    rows = rows[(year == rows["end"].dt.year) & year.between(first_year, last_year)].sort_values("months")
    return {int(row["start"].year): row for _, row in rows.iterrows()}


def _partners(book: Evidence, settings: Mapping[str, Any], *, year: int) -> tuple[Floats, Floats]:
    """Return mean and error of the log ratios of Korea and Japan to the others."""
    ids = (names.KOREA_SHARE, names.JAPAN_SHARE, names.OTHERS_SHARE)
    korea, japan, others = (
        _by_year(book, series_id, first_year=int(settings["first_year"]), last_year=year) for series_id in ids
    )
    known = sorted(set(korea) & set(japan) & set(others))
    base = known[-1] if known else year
    mean, variance = np.zeros(2), np.ones(2)  # without figures: a third to three times the others (one sd)
    if known:
        mean = np.array([np.log(part[base]["value"] / others[base]["value"]) for part in (korea, japan)])
        variance = np.full(2, float(settings["partners_error"]) ** 2)
    variance = variance + (year - base) * settings["partners_sd"] ** 2
    if base < settings["shift_first_year"] <= year and shift_known(book, settings):
        mean, variance = mean + settings["exit_mean"], variance + settings["exit_sd"] ** 2
    return mean, np.sqrt(variance)


def _normals(stream: Stream, key: str, *, rows: int) -> Floats:
    return stream.normals("primorye/fit/parts", key, rows=rows * _CANDIDATES).reshape(rows, -1)
