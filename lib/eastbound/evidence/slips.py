"""Planned dates of milestones by speaker and day, and the rate at which they slip.

The date of a statement is the midpoint of the interval it names, as a decimal year. The slip of a
milestone is the number of years by which the planned date moved per year between statements; at 1
the milestone stays equally far away. Statements of the same twelve months repeat the same news, so
their mean counts as one reading: six statements of autumn 2025 are no six independent figures.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from eastbound.evidence.book import Evidence
from eastbound.periods import last_day

_FIT: Final = 3  # fewest readings for a standard error
_APART: Final = 1.0  # years that a reading spans
_REMAINING: Final = 0.5  # share of the remaining time in which a plan still slips (judgement)
_CONTEXT: Final = "context only"  # the note of a digest that names no source
_COLUMNS: Final = ("milestone_id", "said", "by", "kind", "planned", "earliest", "latest", "middle", "ahead")


def slip_table(book: Evidence) -> pd.DataFrame:
    """Return every planned date by milestone and day of the statement.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        `milestone_id, said` (as written; empty when the page is undated), `by, kind, planned`
        (as written), `earliest, latest` (days), `middle` (decimal year), `ahead` (years from
        statement to `middle`; NaN when undated), `moved` (years `middle` moved since the
        statement before of the same milestone), `source_id, note`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = slip_table(load_evidence("2026-10-30"))
    >>> table[table["milestone_id"] == "kraskino_opening"]["moved"].round(1).tolist()
    [nan, 1.5]
    """
    rows = book.milestones
    middle = (_decimal_years(rows["earliest"]) + _decimal_years(rows["latest"] + pd.Timedelta(days=1))) / 2.0
    table = rows.assign(middle=middle, ahead=middle - _statement_years(rows["said"]))
    day = table["middle"] - table["ahead"]
    table = table.assign(day=day).sort_values(["milestone_id", "day", "middle"], ignore_index=True)
    table["moved"] = table.groupby("milestone_id")["middle"].diff()
    return table[[*_COLUMNS, "moved", "source_id", "note"]]


def slip_rates(book: Evidence) -> pd.DataFrame:
    """Return the rate at which the planned date of each milestone slips.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        By `milestone_id`, for milestones with two or more readings. Statements that are
        undated, refer to the past or come from a digest without a source are excluded. `n`
        statements; `readings`, means over statements of the same twelve months; `slope` and `slope_se` of
        a least-squares line through the readings, in years per year; the standard error is NaN below three.

    Notes
    -----
    The line mixes speakers: an agency's cautious estimate after a company's promise looks like a
    slip. `slip_table` names the speakers.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> row = slip_rates(load_evidence("2026-10-30")).set_index("milestone_id").loc["pos2_first_gas"]
    >>> int(row["n"]), int(row["readings"]), round(float(row["slope"]), 1), round(float(row["slope_se"]), 1)
    (9, 3, 1.5, 0.5)
    """
    table = slip_table(book)
    table = table.assign(day=table["middle"] - table["ahead"])
    rows = []
    table = table[table["ahead"].gt(0) & table["note"].ne(_CONTEXT)]
    for milestone, part in table.groupby("milestone_id"):
        day, middle = _readings(part["day"].to_numpy(float), part["middle"].to_numpy(float))
        if len(day) > 1:
            rows.append((milestone, len(part), len(day), *_line(day, middle)))
    return pd.DataFrame(rows, columns=["milestone_id", "n", "readings", "slope", "slope_se"])


def _readings(day: np.ndarray, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean day and mean planned date of statements that lie within a year of the first of their group."""
    groups: list[list[int]] = []
    for index in np.argsort(day, kind="stable"):
        if groups and day[index] - day[groups[-1][0]] < _APART:
            groups[-1].append(int(index))
        else:
            groups.append([int(index)])
    return np.array([day[group].mean() for group in groups]), np.array([middle[group].mean() for group in groups])


def _line(day: np.ndarray, middle: np.ndarray) -> tuple[float, float]:
    """Return slope and standard error of a least-squares line."""
    x, y = day - day.mean(), middle - middle.mean()
    slope = float(x @ y / (x @ x))
    if len(day) < _FIT:
        return slope, np.nan
    residuals = y - slope * x
    return slope, float(np.sqrt(residuals @ residuals / (len(day) - 2) / (x @ x)))


def _statement_years(dates: pd.Series) -> pd.Series:
    """Return the day of each statement as a decimal year; a month or year means its last day."""
    days = pd.Series([last_day(text) if text else None for text in dates], index=dates.index)
    return _decimal_years(pd.to_datetime(days))


def _decimal_years(days: pd.Series) -> pd.Series:
    return days.dt.year + (days.dt.day_of_year - 1) / (365 + days.dt.is_leap_year)


def dates_restated(book: Evidence, milestone_id: str) -> pd.DataFrame:
    """Return the planned dates of a milestone, each moved by the slip since its statement.

    Parameters
    ----------
    book : Evidence
    milestone_id : str

    Returns
    -------
    pandas.DataFrame
        The rows of `slip_table` that refer to the future and name a source, with `restated` (decimal
        year): `middle` plus the slip times the years from the statement to the as-of date.
        The slip is the `slope` of `slip_rates`, zero with a single reading.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = dates_restated(load_evidence("2026-10-30"), "pos2_first_gas")
    >>> len(table), round(float(table["restated"].median()), 1)
    (9, 2034.4)
    """
    table = slip_table(book)
    table = table[table["milestone_id"].eq(milestone_id) & table["ahead"].gt(0) & table["note"].ne(_CONTEXT)]
    rates = slip_rates(book).set_index("milestone_id")["slope"]
    slip = float(rates.get(milestone_id, 0.0))
    since = _today(book) - (table["middle"] - table["ahead"])
    return table.assign(restated=table["middle"] + slip * since).reset_index(drop=True)


def date_spread(book: Evidence, milestone_id: str) -> tuple[float, float, float]:
    """Return the 10, 50 and 90 % quantiles of a milestone's date implied by its published dates.

    Parameters
    ----------
    book : Evidence
    milestone_id : str
        With three or more readings.

    Returns
    -------
    tuple of float
        Decimal years.

    Notes
    -----
    METHODS 2.3. Years after the as-of date are lognormal about the median of the restated dates.
    The spread has two sources: the differences between statements, and the error of the
    slip over half of the remaining time, because a plan slips until it is agreed and construction
    takes the rest. The slip has a t distribution with two degrees of freedom fewer than it has readings.
    Centre and spread use the same slip. The chance of never is not included, because no statement gives one.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> [round(year, 1) for year in date_spread(load_evidence("2026-10-30"), "pos2_first_gas")]
    [2030.0, 2034.4, 2044.9]
    """
    ahead = np.log(dates_restated(book, milestone_id)["restated"].to_numpy(float) - _today(book))
    rate = slip_rates(book).set_index("milestone_id").loc[milestone_id]
    speakers = ndtri(0.9) * ahead.std(ddof=1)
    slip = stdtrit(rate["readings"] - 2, 0.9) * _REMAINING * rate["slope_se"]
    half, middle = float(np.hypot(speakers, slip)), float(np.median(ahead))
    low, mid, high = (_today(book) + float(np.exp(middle + side * half)) for side in (-1.0, 0.0, 1.0))
    return low, mid, high


def _today(book: Evidence) -> float:
    return float(_decimal_years(pd.Series([pd.Timestamp(book.as_of)])).iloc[0])
