"""Alerts: ``params/alerts.yml``, and the rule by which an answer raises one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from eastbound.catalogue import cards, short_names
from eastbound.errors import EastboundError, InputError, nearest
from eastbound.scenarios.expressions import series_in
from eastbound.scenarios.quantities import Entry, Id, Number, Text, Title
from eastbound.scenarios.reader import parse_question
from eastbound.scenarios.reporting import SeriesId
from eastbound.scenarios.typed_file import params_path, read_typed, repeated
from eastbound.typing import Record

FILE: Final = Path("params", "alerts.yml")
# Monte-Carlo standard errors between an answer and its limit before an alert changes: of two runs that differ only in
# their seed, one in 700 then contradicts the other, where the answer lies exactly on the limit.
MARGIN: Final = 3.0


def _question(text: str) -> str:
    try:
        question = parse_question(text)
    except InputError as error:
        raise ValueError(str(error)) from None
    # ids with a point may name a draw variable, which only the ensemble knows
    for name in sorted({series.id for series in series_in(question)} - cards().keys()):
        if "." not in name:
            message = (
                f"unknown series `{name}`; {nearest(name, short_names())}`eastbound ask --names` lists short names"
            )
            raise ValueError(message)
    return text


class Alert(Entry):
    """A limit on the answer to a question.

    Attributes
    ----------
    id : str
    expr : str
        In the language of `eastbound.scenarios.reader`.
    above, below : float, optional
        The limit, one of the two, in `unit`.
    unit : str
        Unit of the answer: ``probability``, or that of a quantity.
    scenario : str
        The scenario that the question speaks of.
    page : str
        Notebook, and heading after ``#``, that a reader of the mail should open.
    why : str
        Why the limit is where it is.
    """

    id: Id
    expr: Annotated[str, Field(strict=True, min_length=1), AfterValidator(_question)]
    above: Number | None = None
    below: Number | None = None
    unit: Title
    scenario: Id = "baseline"
    page: Title = ""
    why: Text

    @model_validator(mode="after")
    def _check(self) -> Alert:
        if (self.above is None) == (self.below is None):
            message = "an alert has one limit, `above` or `below`"
            raise ValueError(message)
        return self

    @property
    def limit(self) -> float:
        """The limit, in `unit`."""
        limit = self.below if self.above is None else self.above
        assert limit is not None  # checked when read
        return limit

    def as_record(self) -> Record:
        """Return what identifies the alert: a run carries a state over only while none of this changes."""
        side = "below" if self.above is None else "above"
        return {
            "id": self.id,
            "scenario": self.scenario,
            "expr": self.expr,
            "side": side,
            "limit": self.limit,
            "unit": self.unit,
        }


class AgeLimit(Entry):
    """The age in months, on the day of a run, from which the newest figure of a series is stale."""

    series: SeriesId
    months: Annotated[int, Field(strict=True, ge=0, le=1200)]
    why: Text


class ReleaseLimit(Entry):
    """The number of days without any published figure after which the evidence is stale."""

    days: Annotated[int, Field(strict=True, ge=1, le=3650)]
    why: Text


class Mail(Entry):
    """Sender, recipients and address of published runs."""

    sender: Title = Field(alias="from")
    to: Annotated[tuple[Title, ...], Field(min_length=1)]
    address: Title = ""


class AlertFile(Entry):
    """Everything that a run watches, each id and series once."""

    format: Literal[1] = 1
    mail: Mail | None = None
    alerts: tuple[Alert, ...] = ()
    ages: tuple[AgeLimit, ...] = ()
    release: ReleaseLimit | None = None

    @model_validator(mode="after")
    def _check(self) -> AlertFile:
        for names in ([alert.id for alert in self.alerts], [limit.series for limit in self.ages]):
            if twice := repeated(names):
                message = f"`{twice}` stands twice; keep one entry"
                raise ValueError(message)
        return self


def load_alerts(home: str | Path | None = None) -> AlertFile:
    """Read the alerts of a workspace.

    Parameters
    ----------
    home : path, optional
        Workspace; one without the file takes that of the package.

    Raises
    ------
    ScenarioError
        If the file breaks its format or an expression cannot be read: file, line and position.

    Examples
    --------
    >>> load_alerts().alerts[0].limit
    0.25
    """
    return read_typed(AlertFile, params_path(FILE, home))


@dataclass(frozen=True)
class Checked:
    """Report the state of an alert in a run.

    Parameters
    ----------
    alert : Alert
    state : {"raised", "clear", "unknown"}
        ``unknown`` when there is no answer; `reason` then has the cause.
    value, mcse : float or None
        The answer and its Monte-Carlo standard error; None for an event that does not come.
    near : bool
        Whether the answer is too close to the limit to decide, so that the state is that of the earlier run.
    since : str
        Id of the run that raised it; empty unless raised.
    reason : str
    """

    alert: Alert
    state: Literal["raised", "clear", "unknown"]
    value: float | None = None
    mcse: float | None = None
    near: bool = False
    since: str = ""
    reason: str = ""

    def as_record(self) -> Record:
        """Return the state as a JSON record."""
        own = {"state": self.state, "value": self.value, "mcse": self.mcse, "near": self.near, "since": self.since}
        return {**self.alert.as_record(), **own, "reason": self.reason, "why": self.alert.why, "page": self.alert.page}


def beyond(value: float, mcse: float, limit: float, *, above: bool, earlier: bool) -> tuple[bool, bool]:
    """Decide whether an answer is beyond its limit, in a way that Monte-Carlo noise cannot undo.

    Parameters
    ----------
    value, mcse : float
        The answer and its standard error.
    limit : float
    above : bool
        Whether values above the limit raise the alert, else those below.
    earlier : bool
        Whether the alert was raised in the earlier run.

    Returns
    -------
    raised, near : bool
        `near` when the distance is at most `MARGIN` standard errors: the earlier state then stays.

    Examples
    --------
    >>> beyond(0.52, 0.01, 0.5, above=True, earlier=False), beyond(0.52, 0.01, 0.5, above=True, earlier=True)
    ((False, True), (True, True))
    >>> beyond(0.54, 0.01, 0.5, above=True, earlier=False)
    (True, False)
    """
    distance = value - limit if above else limit - value
    if abs(distance) <= MARGIN * mcse:
        return earlier, True
    return distance > 0, False


def check_alerts(
    alerts: Iterable[Alert], answer: Callable[[Alert], Record], *, run: str, earlier: Iterable[Mapping[str, object]]
) -> list[Checked]:
    """Return the state of each alert.

    Parameters
    ----------
    alerts : iterable of Alert
    answer : callable
        Gives the answer to an alert's question, a record of `ask`; an `EastboundError` makes the state ``unknown``.
    run : str
        Id of this run.
    earlier : iterable of mapping
        Records of `Checked.as_record` from the earlier run.
    """
    before = {str(record.get("id")): record for record in earlier}
    return [_checked(alert, answer, run=run, before=before.get(alert.id, {})) for alert in alerts]


def _checked(alert: Alert, answer: Callable[[Alert], Record], *, run: str, before: Mapping[str, object]) -> Checked:
    try:
        result = answer(alert)
    except EastboundError as error:
        return Checked(alert, "unknown", reason=str(error))
    if result["unit"] != alert.unit:
        reason = f"the answer is in {result['unit'] or 'no unit'}, the limit in {alert.unit}; correct the limit"
        return Checked(alert, "unknown", reason=reason)
    value, mcse = result["value"], result["mcse"]
    same = all(before.get(key) == value for key, value in alert.as_record().items())
    earlier = str(before.get("since") or "") if same else ""
    above = alert.above is not None
    # the first year of an event that does not come is later than every limit
    number = inf if value is None else value
    raised, near = beyond(number, mcse or 0.0, alert.limit, above=above, earlier=bool(earlier))
    state: Literal["raised", "clear"] = "raised" if raised else "clear"
    return Checked(alert, state, value, mcse, near, (earlier or run) if raised else "")
