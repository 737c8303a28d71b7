"""Read ``params/claims.yml``: published projections, plans and targets, each with the rule by which it is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from eastbound.errors import InputError
from eastbound.scenarios import schema_errors
from eastbound.scenarios.expressions import Comparison, Probability
from eastbound.scenarios.located_yaml import LocatedMap, Problem
from eastbound.scenarios.quantities import Entry, Id, Number, Text
from eastbound.scenarios.reader import parse_question
from eastbound.scenarios.typed_file import params_path, read_typed, repeated

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

FILE: Final = Path("params", "claims.yml")
_DAY: Final = re.compile(r"\d{4}(-\d{2}){0,2}")


def _event(text: str) -> str:
    try:
        question = parse_question(f"P({text})")
    except InputError as error:
        raise ValueError(str(error)) from None
    if not isinstance(question, Probability) or not isinstance(question.event, Comparison) or question.given:
        message = "expected one comparison with a time, such as `trade >= 300 by 2030`"
        raise ValueError(message)
    return text


def _date(value: object) -> object:
    text = str(value)
    if not _DAY.fullmatch(text):
        message = f"expected a day, month or year such as 2023-11-21, got `{value}`"
        raise ValueError(message)
    return text


Day = Annotated[str, BeforeValidator(_date, json_schema_input_type=str | int)]  # a year alone is a number in YAML


class Resolution(Entry):
    """A decision that no series of the evidence gives.

    Attributes
    ----------
    met : bool
    decided : str
        Day, month or year.
    source, why : str
        Publication, and the reason in a sentence.
    outcome : float or None
        The figure, in the unit of the claim's series.
    judgement : bool
        Whether the decision is inferred, because the source does not print the outcome itself.
    """

    met: Annotated[bool, Field(strict=True)]
    decided: Day
    source: Text
    why: Text
    outcome: Number | None = None
    judgement: Annotated[bool, Field(strict=True)] = False


class PublishedClaim(Entry):
    """A published projection, plan or target.

    Attributes
    ----------
    id, claim, stated_by : str
        The claim in words, and its author.
    source_id, source : str
        Card of the evidence, or a publication that has none; one of the two.
    made : str
        Day, month or year of the statement.
    event : str
        One comparison in the language of questions; its period is the deadline.
    rule : str
        How the claim is decided.
    resolved : Resolution or None
    """

    id: Id
    claim: Text
    stated_by: Text
    source_id: str = ""
    source: str = ""
    made: Day
    event: Annotated[str, Field(strict=True, min_length=1), AfterValidator(_event)]
    rule: Text
    resolved: Resolution | None = None

    @model_validator(mode="after")
    def _check(self) -> PublishedClaim:
        if bool(self.source_id) == bool(self.source):
            message = "a claim has either `source_id`, a card of the evidence, or `source`, a publication without one"
            raise ValueError(message)
        return self

    @property
    def comparison(self) -> Comparison:
        """The event, parsed."""
        question = parse_question(f"P({self.event})")
        assert isinstance(question, Probability)
        assert isinstance(question.event, Comparison)
        return question.event

    @property
    def deadline(self) -> str:
        """Year or month in which the claim falls due."""
        return self.comparison.when.period


class ClaimFile(Entry):
    """All published claims, each id once."""

    format: Literal[1] = 1
    claims: Annotated[tuple[PublishedClaim, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> ClaimFile:
        if twice := repeated(claim.id for claim in self.claims):
            message = f"the id `{twice}` stands twice; give each claim its own"
            raise ValueError(message)
        return self


def load_claims(home: str | Path | None = None, *, book: Evidence | None = None) -> tuple[PublishedClaim, ...]:
    """Read the published claims of a workspace.

    Parameters
    ----------
    home : path, optional
        Workspace; one without the file takes that of the package.
    book : Evidence, optional
        Refuses a claim whose source has no card in it.

    Raises
    ------
    ScenarioError
        If the file breaks its format, such as a claim without a rule; one line per mistake, with file and line.

    Examples
    --------
    >>> next(claim.deadline for claim in load_claims() if claim.id == "trade_300_2030")
    '2030'
    """
    check = None if book is None else partial(_without_card, book=book)
    return read_typed(ClaimFile, params_path(FILE, home), check=check).claims


def _without_card(content: ClaimFile, data: LocatedMap, *, book: Evidence) -> Iterator[Problem]:
    for index, claim in enumerate(content.claims):
        if claim.source_id and claim.source_id not in book.sources.index:
            location, _ = schema_errors.locate(data, ("claims", index, "source_id"))
            text = f"no source card `{claim.source_id}`; name a card, or a publication in `source`"
            yield Problem(location, text)
