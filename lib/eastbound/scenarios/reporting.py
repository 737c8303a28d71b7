"""What reports show and test: ``params/reporting.yml``, read into frozen values."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from eastbound.catalogue import cards
from eastbound.errors import nearest
from eastbound.scenarios.quantities import Entry, Id, Number, Text
from eastbound.scenarios.typed_file import params_path, read_typed, repeated

FILE: Final = Path("params", "reporting.yml")


def _known_series(name: str) -> str:
    if name not in cards():
        hint = nearest(name, cards())
        message = f"unknown series `{name}`; {hint}`eastbound data list` shows all"
        raise ValueError(message)
    return name


SeriesId: TypeAlias = Annotated[str, Field(strict=True), AfterValidator(_known_series)]
Year: TypeAlias = Annotated[int, Field(strict=True, ge=1990, le=2200)]


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        message = f"expected a date such as 2024-12-31, got `{value}`"
        raise ValueError(message) from None


class _InUnit(Entry):
    """An entry whose numbers are in the unit of its series."""

    series: SeriesId
    unit: Text

    @model_validator(mode="after")
    def _check_unit(self) -> _InUnit:
        unit = cards()[self.series].unit
        if self.unit != unit:
            message = f"`unit` is `{self.unit}`, but `{self.series}` is in `{unit}`; convert the numbers"
            raise ValueError(message)
        return self


class Claim(_InUnit):
    """A published projection: the annual value of a series lies in a band in a year.

    Attributes
    ----------
    series : str
        Series id.
    low, high : float
        Ends of the band, both included, in `unit`.
    year : int
        The year of the annual value.
    unit : str
        Unit of the series.
    stated_by : str
        Publisher, for sentences such as "The Saratoga Foundation expects …".
    source_id : str
        Card of the source in the evidence book.
    """

    low: Number
    high: Number
    year: Year
    stated_by: Text
    source_id: Text

    @model_validator(mode="after")
    def _check(self) -> Claim:
        if self.low >= self.high:
            message = f"`low` must be below `high`, got {self.low:g} and {self.high:g}"
            raise ValueError(message)
        return self


class PublishedTarget(_InUnit):
    """A published target: the annual value of a series reaches a level by the end of a year.

    Attributes
    ----------
    series : str
        Series id.
    value : float
        The level, in `unit`.
    year : int
        Last year in which it counts.
    unit : str
        Unit of the series.
    stated_by, source_id : str
        Who stated it, and the card of the source in the evidence book.
    """

    value: Number
    year: Year
    stated_by: Text
    source_id: Text


class StressOrigin(Entry):
    """An origin of past forecasts that a shock followed.

    Attributes
    ----------
    date : datetime.date
        Only figures available by this day enter the forecast.
    before : str
        The shock, to follow the word "before".
    """

    date: Annotated[date, BeforeValidator(_day)]
    before: Text


class Thresholds(_InUnit):
    """Levels of a series whose probabilities are reported, ascending, in `unit`."""

    values: Annotated[tuple[Number, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Thresholds:
        if list(self.values) != sorted(set(self.values)):
            message = f"`values` must ascend, got {', '.join(f'{value:g}' for value in self.values)}"
            raise ValueError(message)
        return self


class HeadlineNumber(Entry):
    """One number at the top of a report.

    Attributes
    ----------
    number : str
        ``median`` of `series` in `year`, or the probability of the published ``target`` or ``claim``.
    series, year
        Only with ``median``.
    phrase : str, optional
        Name of the series in a sentence, to open it; default is its label.
    of : str, optional
        What a percentage is a part of, to follow the value in a sentence.
    """

    number: Literal["median", "target", "claim"]
    series: SeriesId | None = None
    year: Year | None = None
    phrase: Text | None = None
    of: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> HeadlineNumber:
        given = (self.series is not None, self.year is not None)
        if given != (self.number == "median",) * 2:
            message = "a `median` needs `series` and `year`; `target` and `claim` have neither, they state their own"
            raise ValueError(message)
        return self


class Reporting(Entry):
    """The settings of all reports.

    Attributes
    ----------
    claim : Claim
        The projection for Primorye's share that reports test.
    target : PublishedTarget
        The officials' target for trade.
    stress_origins : tuple of StressOrigin
        In order of date.
    thresholds : tuple of Thresholds
        One entry per series; `thresholds_of` looks one up.
    headline : tuple of HeadlineNumber
        In the order of the page.
    scenarios : tuple of str
        Names of the scenarios of a report that names none, in the order of the page.
    """

    format: Literal[1] = 1
    claim: Claim
    target: PublishedTarget
    stress_origins: Annotated[tuple[StressOrigin, ...], Field(min_length=1)]
    thresholds: Annotated[tuple[Thresholds, ...], Field(min_length=1)]
    headline: Annotated[tuple[HeadlineNumber, ...], Field(min_length=1)]
    scenarios: Annotated[tuple[Id, ...], Field(min_length=1)] = ("baseline",)

    @model_validator(mode="after")
    def _check(self) -> Reporting:
        # The first, middle and last origin stand for all in a quick backtest, so their order matters.
        days = [origin.date for origin in self.stress_origins]
        if days != sorted(set(days)):
            message = "`stress_origins` must be in order of date, each date once"
            raise ValueError(message)
        if twice := repeated(entry.series for entry in self.thresholds):
            message = f"`thresholds` has two entries for `{twice}`; join them"
            raise ValueError(message)
        return self

    def thresholds_of(self, series_id: str) -> tuple[float, ...]:
        """Return the thresholds of a series, none when it has no entry.

        Examples
        --------
        >>> load_reporting().thresholds_of("trade.primorye.china_share_turnover")
        (75.0, 80.0, 85.0, 90.0)
        """
        return next((entry.values for entry in self.thresholds if entry.series == series_id), ())


def load_reporting(home: str | Path | None = None) -> Reporting:
    """Read ``params/reporting.yml``: the published claim and target, stress origins, thresholds, headline numbers.

    Parameters
    ----------
    home : path, optional
        Workspace, as in `eastbound.scenarios.home.find_home`. A workspace without
        the file takes the one that comes with the package.

    Returns
    -------
    Reporting
        Frozen; values are in the units of the file.

    Raises
    ------
    ScenarioError
        If the file breaks its format; one line per mistake, with file, line and key.

    Examples
    --------
    >>> claim = load_reporting().claim
    >>> claim.low, claim.high, claim.year, claim.stated_by
    (80.0, 90.0, 2035, 'The Saratoga Foundation')
    >>> [str(origin.date) for origin in load_reporting().stress_origins][-1]
    '2024-12-31'
    """
    return read_typed(Reporting, params_path(FILE, home))
