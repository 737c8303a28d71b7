"""The format of scenario files: frozen models with closed keys.

Every number has its unit, in the key or beside it, and a `source` or a
`judgement`, its own or that of the enclosing entry.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, model_validator

from eastbound.catalogue import cards, event_targets
from eastbound.errors import nearest, suggestion
from eastbound.periods import month_ordinal
from eastbound.scenarios.limits import size_problem
from eastbound.scenarios.openings import CONTRACT, MilestoneDate, Opening
from eastbound.scenarios.quantities import Based, Entry, Id, Month, Quantity, Share, Text, Title, When, needs_basis

SEVERITY_CAP: Final = 8.0  # severities above this size have no precedent to scale from
_STRONGEST: Final = 5.0  # log effect: a flow that shrinks to under a hundredth
_RULE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+ (>|>=|<|<=) -?\d+(\.\d+)?")


def _one_of(kind: str, allowed: tuple[str, ...]) -> Any:
    def check(name: str) -> str:
        if name not in allowed:
            message = f"unknown {kind} `{name}`; {suggestion(name, allowed)}"
            raise ValueError(message)
        return name

    return Annotated[str, Field(strict=True, json_schema_extra={"enum": list(allowed)}), AfterValidator(check)]


Target: TypeAlias = _one_of("target", event_targets())  # type: ignore[valid-type]


def _declared(kind: str) -> AfterValidator:
    """Return a check against the names that the loader found in the workspace; without them any name passes."""

    def check(name: str, info: ValidationInfo) -> str:
        known = (info.context or {}).get(kind)
        if known is not None and name not in known:
            message = f"unknown {kind} `{name}`; {suggestion(name, known)}"
            raise ValueError(message)
        return name

    return AfterValidator(check)


MilestoneId: TypeAlias = Annotated[Id, _declared("milestone")]
Axis: TypeAlias = Annotated[Id, _declared("axis")]


class Hazard(Based):
    """How often an event happens by chance, at most once a month: a rate, or the cases seen since a month."""

    per_year: Quantity | None = None
    since: Month | None = Field(None, description="First month in which the event could have been seen.")
    seen: tuple[Month, ...] | None = Field(None, description="Months since then in which it happened.")

    @model_validator(mode="after")
    def _check(self) -> Hazard:
        if (self.per_year is None) == (self.since is None) or (self.since is None) != (self.seen is None):
            message = "needs either `per_year` (a rate) or `since` and `seen` (the cases since a month), not both"
            raise ValueError(message)
        if self.per_year is not None and not self.per_year.inside(0, 120):
            message = "`per_year` must lie between 0 and 120; cut a normal distribution with `min: 0`"
            raise ValueError(message)
        if self.since is not None and any(month < self.since for month in self.seen or ()):
            message = f"`seen` has a month before `since`, {self.since}"
            raise ValueError(message)
        if self.per_year is None or not self.per_year.based:
            needs_basis(self)
        return self

    def rate(self, until: float) -> dict[str, Any] | None:
        """Return the distribution of the yearly rate, as `eastbound.core.simulation.distributions.quantile` takes it.

        Parameters
        ----------
        until : float
            Time to which cases and exposure count, in months as `eastbound.periods.month_ordinal` counts them; a
            fraction is part of a month.

        Returns
        -------
        dict or None
            None before the first month of exposure: nobody knew of such an event then.

        Notes
        -----
        METHODS 2.4: k cases in T years and Jeffreys' half a case give Gamma(k + 1/2, T).

        Examples
        --------
        >>> hazard = Hazard(since="2022-01", seen=["2024-03", "2024-11"], source="a page")
        >>> hazard.rate(until=month_ordinal("2024-07"))
        {'dist': 'gamma', 'shape': 1.5, 'rate': 2.5}
        >>> hazard.rate(until=month_ordinal("2021-07")) is None
        True
        """
        if self.since is None or self.seen is None:
            return self.per_year.spec() if self.per_year is not None else None
        years = (until - month_ordinal(self.since)) / 12.0
        if years <= 0.0:
            return None
        cases = sum(month_ordinal(month) + 1 <= until for month in self.seen)
        return {"dist": "gamma", "shape": cases + 0.5, "rate": years}


class Diversion(Entry):
    """Another flow that takes over part of the loss.

    `factor` is the diverted share of the loss times the size of the losing
    flow relative to the gaining one.
    """

    to: Target
    factor: Quantity

    @model_validator(mode="after")
    def _check(self) -> Diversion:
        if not self.factor.inside(0, 10):
            message = "`factor` must lie between 0 and 10"
            raise ValueError(message)
        return self


def _mergeable(key: str, **optional: dict[str, Any]) -> Any:
    """Let the editor schema accept an entry that states only what differs from the inherited one, or removes it."""

    def extend(schema: dict[str, Any]) -> None:
        schema["required"] = [key]
        schema["properties"]["remove"] = {"const": True, "description": "Drop the inherited entry."}
        schema["properties"].update(optional)

    return extend


class Effect(Based):
    """What an event of severity 1 does to one target."""

    model_config = ConfigDict(json_schema_extra=_mergeable("target"))

    target: Target
    trough: Quantity = Field(description="Largest log effect at severity 1; negative for a loss.")
    lag_months: Annotated[float, Field(strict=True, ge=0, le=120)] = 0.0
    rise_months: Annotated[float, Field(strict=True, ge=0, le=120)] = 0.0
    half_life_months: Annotated[float, Field(strict=True, gt=0, le=600)] | None = None
    transitory: Share
    divert: tuple[Diversion, ...] = ()
    extreme: Text | None = Field(None, description="Why a loss may exceed log 1.5 or a gain log 0.7.")

    @model_validator(mode="after")
    def _check(self) -> Effect:
        if self.trough.unit != "log":
            message = "`trough` needs `unit: log` (a change of the natural logarithm)"
            raise ValueError(message)
        if not self.trough.inside(-_STRONGEST, _STRONGEST):
            message = f"`trough` must lie between -{_STRONGEST:g} and {_STRONGEST:g}"
            raise ValueError(message)
        if self.transitory > 0 and self.half_life_months is None:
            message = "`half_life_months` is needed, because `transitory` is above 0"
            raise ValueError(message)
        if self.target in {diversion.to for diversion in self.divert}:
            message = f"`{self.target}` cannot divert to itself"
            raise ValueError(message)
        if not self.trough.based:
            needs_basis(self)
        return self


class Probability(Entry):
    """A probability with its basis."""

    value: Share
    basis: Literal["judgement", "source"]
    why: Text


_REPLACES: Final = {
    "pattern": "^[a-z][a-z0-9_]*$",
    "type": "string",
    "description": "Inherited event that this one takes the place of; a dated event otherwise comes on top.",
}


class Event(Based):
    """A shock, dated (`onset`) or random (`hazard`), with one severity for all its targets."""

    model_config = ConfigDict(json_schema_extra=_mergeable("id", replaces=_REPLACES))

    id: Id
    title: Title | None = None
    hazard: Hazard | None = None
    onset: When | None = None
    probability: Probability | None = Field(None, description="That a dated event happens at all.")
    severity: Quantity = Field(description="1 is the reference event; cut at 8.")
    effects: tuple[Effect, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Event:
        if (self.hazard is None) == (self.onset is None):
            message = "needs either `hazard` (random) or `onset` (dated), not both"
            raise ValueError(message)
        if self.probability is not None and self.onset is None:
            message = "`probability` belongs to a dated event; use `hazard.per_year` for a random event"
            raise ValueError(message)
        if self.severity.unit is not None or not self.severity.inside(0, float("inf")):
            message = "`severity` must be a pure number of at least 0"
            raise ValueError(message)
        targets = [effect.target for effect in self.effects]
        if len(set(targets)) < len(targets):
            message = "has two effects on the same target; join them"
            raise ValueError(message)
        too_large = [text for effect in self.effects if (text := size_problem(self, effect))]
        if too_large:
            raise ValueError(too_large[0])
        self._check_basis(covered=bool(info.context and info.context.get("covered")))
        return self

    def _check_basis(self, *, covered: bool) -> None:
        # The probability of a scenario covers the date and strength that it assumes.
        stated = [("severity", self.severity.based)]
        if self.onset is not None:
            stated.append(("onset", self.onset.based))
        gaps = [f"`{name}`" for name, based in stated if not based]
        if gaps and not self.based and not covered:
            message = f"{' and '.join(gaps)} without `source` or `judgement`; state it there or for the whole event"
            raise ValueError(message)


class Never(Entry):
    """The probability that a milestone is never reached, judged over the months until `by`.

    Of an `opening` it is the share of projects that are lost, beside those whose date lies after `by`.
    """

    value: Share
    by: Month


class Milestone(Based):
    """A change of capacity or regime with an uncertain month."""

    model_config = ConfigDict(json_schema_extra=_mergeable("id"))

    id: MilestoneId
    title: Title | None = None
    date: MilestoneDate
    never: Never | None = Field(None, description="Probability that it does not happen; `by` says until when.")

    @model_validator(mode="after")
    def _check(self) -> Milestone:
        if not self.date.based:
            needs_basis(self)
        return self


class Expiry(Entry):
    """When a scenario expires: after a month, or once a series passes a level."""

    after: Month | None = None
    when: Text | None = Field(None, description="A series, a comparison and a number.")

    @model_validator(mode="after")
    def _check(self) -> Expiry:
        if self.after is None and self.when is None:
            message = "needs `after` (a month) or `when` (such as `driver.brent_price > 120`)"
            raise ValueError(message)
        if self.when is not None and not _RULE.fullmatch(self.when):
            message = (
                f"`when` must be a series, a comparison and a number, as `driver.brent_price > 120`; got `{self.when}`"
            )
            raise ValueError(message)
        if self.when is not None and self.when.split()[0] not in cards():
            series = self.when.split()[0]
            message = (
                f"`when` names the unknown series `{series}`; {nearest(series, cards())}`eastbound data list` shows all"
            )
            raise ValueError(message)
        return self


class Scenario(Entry):
    """A named set of events and milestones.

    Attributes
    ----------
    events, milestones : tuple
        With everything inherited.
    event_titles, milestone_titles : dict of str to str
        Title by id; the id in words where the file gives none.
    axis : str or None
        Scenarios of one axis exclude each other.
    stress_test : bool
        Whether it tests the tail and is no forecast.
    digest : str
        SHA-256 of the content, the same for the same content.
    """

    format: Literal[1] = Field(1, description="Version of this file format.")
    name: Id
    title: Title
    note: Text | None = None
    extends: Id | None = Field(None, description="Scenario whose events and milestones are inherited.")
    parts: tuple[Id, ...] = Field((), description="Files of `parts/` that are mixed in.")
    axis: Axis | None = None
    probability: Probability | None = None
    stress_test: bool = Field(False, description="A test of the tail: no forecast, and no part of the tree.")
    expires: Expiry | None = None
    events: tuple[Event, ...] = ()
    milestones: tuple[Milestone, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Scenario:
        # The branches of an axis sum to one, which needs a probability of each.
        if self.axis is not None and self.probability is None:
            message = "a scenario with an `axis` needs a `probability`"
            raise ValueError(message)
        if self.stress_test and (self.axis is not None or self.probability is not None):
            message = "a `stress_test` is no forecast: it has neither an `axis` nor a `probability`"
            raise ValueError(message)
        return self

    @property
    def event_titles(self) -> dict[str, str]:
        """Title of each event by its id."""
        return {event.id: event.title or _in_words(event.id) for event in self.events}

    @property
    def milestone_titles(self) -> dict[str, str]:
        """Title of each milestone by its id, and of each contract that is yet to be signed."""
        titles = {milestone.id: milestone.title or _in_words(milestone.id) for milestone in self.milestones}
        for milestone in self.milestones:
            if isinstance(milestone.date, Opening) and not milestone.date.signed:
                titles[f"{milestone.id}{CONTRACT}"] = f"{titles[milestone.id]} (contract)"
        return titles

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the resolved content."""
        return self._digest(set())

    @cached_property
    def numbers_digest(self) -> str:
        """SHA-256 of the resolved content without title and note, which move no number."""
        return self._digest({"title", "note"})

    def _digest(self, without: set[str]) -> str:
        # A file with its inheritance written out has the same content as one that extends another.
        content = self.model_dump(mode="json", exclude={"extends", "parts"} | without)
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()
