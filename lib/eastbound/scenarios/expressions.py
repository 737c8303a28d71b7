"""Values of parsed questions: terms, events and what is asked about them.

Each value prints itself in canonical form, which parses to an equal value. Positions in the text serve messages alone
and do not count when two values are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias


class Bound(NamedTuple):
    """A comparison with a value."""

    op: str
    value: float


MIRROR = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


@dataclass(frozen=True)
class When:
    """The time of a figure: one year or month, or any of those up to it.

    Parameters
    ----------
    word : {"", "in", "by"}
        ``in`` is the figure of the period itself, ``by`` that of any period from the first forecast one to it; empty
        where a quantity has no period, such as the date of a milestone.
    period : str
        ``2035``, ``2035-06``, or ``+12`` for the month that many months after the last observed one.
    at : int
        First character in the text.
    """

    word: Literal["", "in", "by"] = ""
    period: str = ""
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f" {self.word} {self.period}" if self.word else ""


@dataclass(frozen=True)
class Series:
    """A variable of the ensemble, by id."""

    id: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class Number:
    """A number without a unit."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:.12g}"


@dataclass(frozen=True)
class Call:
    """A function of a term: ``change`` on the year before in percent, ``sum12`` of the twelve months to a month."""

    name: str
    of: Term
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.name}({self.of})"


@dataclass(frozen=True)
class Arithmetic:
    """Two terms joined by ``+``, ``-``, ``*`` or ``/``, period by period."""

    op: str
    left: Term
    right: Term
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        left, right = _wrapped(self.left, self.op, right=False), _wrapped(self.right, self.op, right=True)
        return f"{left} {self.op} {right}"


Term: TypeAlias = Series | Number | Call | Arithmetic


@dataclass(frozen=True)
class Comparison:
    """A term that lies above or below a value, or between two, at some time."""

    term: Term
    bounds: tuple[Bound, ...]
    when: When = When()
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        if len(self.bounds) == 2:
            (low_op, low), (high_op, high) = self.bounds
            return f"{low:.12g} {MIRROR[low_op]} {self.term} {high_op} {high:.12g}{self.when}"
        if not self.bounds:
            return f"{self.term}{self.when}"
        return f"{self.term} {self.bounds[0].op} {self.bounds[0].value:.12g}{self.when}"


@dataclass(frozen=True)
class Branch:
    """A scenario that holds as a branch of its axis of the scenario tree."""

    scenario: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"happens({self.scenario})"


@dataclass(frozen=True)
class Joint:
    """Events joined by ``and`` or ``or``, or one negated by ``not``."""

    word: Literal["and", "or", "not"]
    events: tuple[Event, ...]

    def __str__(self) -> str:
        parts = [f"({event})" if isinstance(event, Joint) else str(event) for event in self.events]
        return f"not {parts[0]}" if self.word == "not" else f" {self.word} ".join(parts)


Event: TypeAlias = Comparison | Branch | Joint


@dataclass(frozen=True)
class Probability:
    """``P(event given condition)``: in what share of the draws an event holds."""

    event: Event
    given: Event | None = None

    def __str__(self) -> str:
        return f"P({self.event}{_given(self.given)})"


@dataclass(frozen=True)
class Expectation:
    """``E(term in period)`` or ``Q(level, term in period)``: the mean of a term, or a quantile.

    Parameters
    ----------
    term : Term
    when : When
    level : float or None
        Level of the quantile, between 0 and 1; None for the mean.
    given : Event or None
        Only over the draws in which it holds.
    """

    term: Term
    when: When
    level: float | None = None
    given: Event | None = None

    def __str__(self) -> str:
        start = "E(" if self.level is None else f"Q({self.level:.12g}, "
        return f"{start}{self.term}{self.when}{_given(self.given)})"


@dataclass(frozen=True)
class First:
    """``first(event, by period)``: the first year or month in which an event without period holds."""

    event: Event
    when: When

    def __str__(self) -> str:
        return f"first({self.event}, by {self.when.period})"


@dataclass(frozen=True)
class Difference:
    """``diff(question, A, B)``: the answer under scenario A less that under scenario B."""

    question: Probability | Expectation
    scenario: str
    base: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"diff({self.question}, {self.scenario}, {self.base})"


@dataclass(frozen=True)
class Contribution:
    """``contrib(series from period to period)``: the mean change of a total, by its parts."""

    series: Series
    first: str
    last: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"contrib({self.series} from {self.first} to {self.last})"


@dataclass(frozen=True)
class Rank:
    """``rank(question, A, B, ...)``: scenarios in the order of their difference from the baseline, lowest first."""

    question: Probability | Expectation
    scenarios: tuple[str, ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"rank({self.question}, {', '.join(self.scenarios)})"


Question: TypeAlias = Probability | Expectation | First | Difference | Contribution | Rank


def series_in(value: object) -> Iterator[Series]:
    """Yield every series in a question, event or term, in the order of the text.

    Examples
    --------
    >>> [series.id for series in series_in(Arithmetic("-", Series("a"), Number(3.0)))]
    ['a']
    """
    if isinstance(value, Series):
        yield value
    elif isinstance(value, tuple) and not isinstance(value, Bound):
        for item in value:
            yield from series_in(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from series_in(getattr(value, name))


def _given(event: Event | None) -> str:
    return "" if event is None else f" given {event}"


def _wrapped(term: Term, op: str, *, right: bool) -> str:
    if not isinstance(term, Arithmetic):
        return str(term)
    # Operators of one rank bind from the left.
    rank, outer = (sign in "*/" for sign in (term.op, op))
    return f"({term})" if rank < outer or (right and rank == outer) else str(term)
