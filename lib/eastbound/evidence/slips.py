"""Planned dates by who said them when, and how fast they recede.

Every statement is kept. Its date is the middle of the stretch it names, as a decimal year; the
slip of a milestone is how many years the planned date moved for each year that passed between
statements: 1 means that it stays as far away as ever.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from eastbound.evidence.book import Evidence
from eastbound.periods import last_day

_FIT: Final = 3  # statements that a line needs
_Z90: Final = 1.2815515655446004  # standard normal quantile at 90 %
_CONTEXT: Final = "context only"  # the note of a digest that names no source
_COLUMNS: Final = ("milestone_id", "said", "by", "kind", "planned", "earliest", "latest", "middle", "ahead")


def slip_table(book: Evidence) -> pd.DataFrame:
    """Return every planned date, by milestone and by the day it was said.

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
    >>> table = slip_table(load_evidence())
    >>> table[table["milestone_id"] == "kraskino_opening"]["moved"].round(1).tolist()
    [nan, 1.5]
    """
    rows = book.milestones
    middle = (_decimal_years(rows["earliest"]) + _decimal_years(rows["latest"] + pd.Timedelta(days=1))) / 2.0
    table = rows.assign(middle=middle, ahead=middle - _said_years(rows["said"]))
    day = table["middle"] - table["ahead"]
    table = table.assign(day=day).sort_values(["milestone_id", "day", "middle"], ignore_index=True)
    table["moved"] = table.groupby("milestone_id")["middle"].diff()
    return table[[*_COLUMNS, "moved", "source_id", "note"]]


def slip_rates(book: Evidence) -> pd.DataFrame:
    """Return how fast the planned date of each milestone recedes.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        By `milestone_id`, all with statements on two or more days; those that are undated, look
        back or come from a digest without a source are left out. `n` statements, `first_said,
        last_said` and `first_middle, last_middle` (decimal years; of several on one day the
        mean), `ends`: last less first date, over the years between the statements; `slope` and
        `slope_se`: of a least-squares line through all, NaN below three. Both in years per year.

    Notes
    -----
    Different speakers stand in one line: an agency's sober guess after a company's promise looks
    like a slip. The standard error shows how well the statements agree; the table shows who spoke.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> row = slip_rates(load_evidence()).set_index("milestone_id").loc["pos2_first_gas"]
    >>> int(row["n"]), round(float(row["slope"]), 1)
    (9, 1.3)
    """
    table = slip_table(book)
    table = table.assign(day=table["middle"] - table["ahead"])
    rows = []
    table = table[table["ahead"].gt(0) & table["note"].ne(_CONTEXT)]
    for milestone, part in table.groupby("milestone_id"):
        if part["day"].nunique() > 1:
            rows.append((milestone, len(part), *_rates(part["day"].to_numpy(float), part["middle"].to_numpy(float))))
    columns = ["first_said", "last_said", "first_middle", "last_middle", "ends", "slope", "slope_se"]
    return pd.DataFrame(rows, columns=["milestone_id", "n", *columns])


def _rates(day: np.ndarray, middle: np.ndarray) -> tuple[float, ...]:
    first, last = float(day.min()), float(day.max())
    began, ended = float(middle[day == first].mean()), float(middle[day == last].mean())
    return first, last, began, ended, (ended - began) / (last - first), *_line(day, middle)


def _line(day: np.ndarray, middle: np.ndarray) -> tuple[float, float]:
    """Return slope and standard error of a least-squares line."""
    if len(day) < _FIT:
        return np.nan, np.nan
    x, y = day - day.mean(), middle - middle.mean()
    slope = float(x @ y / (x @ x))
    rest = y - slope * x
    return slope, float(np.sqrt(rest @ rest / (len(day) - 2) / (x @ x)))


def _said_years(said: pd.Series) -> pd.Series:
    """Return the day of each statement as a decimal year; a month or year means its last day."""
    days = pd.Series([last_day(text) if text else None for text in said], index=said.index)
    return _decimal_years(pd.to_datetime(days))


def _decimal_years(days: pd.Series) -> pd.Series:
    return days.dt.year + (days.dt.day_of_year - 1) / (365 + days.dt.is_leap_year)


def dates_restated(book: Evidence, milestone_id: str) -> pd.DataFrame:
    """Return every planned date of a milestone, moved on by its slip since it was said.

    Parameters
    ----------
    book : Evidence
    milestone_id : str

    Returns
    -------
    pandas.DataFrame
        The rows of `slip_table` that look ahead and name a source, with `restated` (decimal
        year): `middle` plus the slip times the years from the statement to the day of the book.
        The slip is `ends` of `slip_rates`, the move from the first to the last statement; none
        where all statements fall on one day.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = dates_restated(load_evidence(), "pos2_first_gas")
    >>> len(table), round(float(table["restated"].median()), 1)
    (9, 2033.3)
    """
    table = slip_table(book)
    table = table[table["milestone_id"].eq(milestone_id) & table["ahead"].gt(0) & table["note"].ne(_CONTEXT)]
    rates = slip_rates(book).set_index("milestone_id")["ends"]
    slip = float(rates.get(milestone_id, 0.0))
    since = _today(book) - (table["middle"] - table["ahead"])
    return table.assign(restated=table["middle"] + slip * since).reset_index(drop=True)


def date_spread(book: Evidence, milestone_id: str) -> tuple[float, float, float]:
    """Return the date of a milestone that its published dates speak for: 10, 50 and 90 %.

    Parameters
    ----------
    book : Evidence
    milestone_id : str
        With three or more statements.

    Returns
    -------
    tuple of float
        Decimal years.

    Notes
    -----
    METHODS 2.3. Years ahead of the day of the book are lognormal around the median of the
    restated dates. Two things spread them: what the statements differ by, and the standard error
    of the slip over half of the time that is left, since a plan slips until it is agreed and
    construction takes the rest. It is no chance of never, which no statement gives.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> [round(year, 1) for year in date_spread(load_evidence(), "pos2_first_gas")]
    [2031.0, 2033.3, 2036.7]
    """
    ahead = np.log(dates_restated(book, milestone_id)["restated"].to_numpy(float) - _today(book))
    error = float(slip_rates(book).set_index("milestone_id")["slope_se"].loc[milestone_id])
    spread = float(np.hypot(ahead.std(ddof=1), 0.5 * error))  # half the time left, over the time left
    middle = float(np.median(ahead))
    low, mid, high = (_today(book) + float(np.exp(middle + z * spread)) for z in (-_Z90, 0.0, _Z90))
    return low, mid, high


def _today(book: Evidence) -> float:
    return float(_decimal_years(pd.Series([pd.Timestamp(book.as_of)])).iloc[0])
