"""A recursive-descent reader of terms, events and questions; `eastbound.scenarios.statements` reads views with it.

::

    question   = P(event [given event])
               | E(term when [given event])      | Q(level, term when [given event])
               | first(event, by period)         | diff(question, scenario, scenario)
               | rank(question, scenario, ...)   | contrib(series from period to period)
    event      = comparisons joined by "and", "or" and "not", with parentheses
    comparison = [value op] term [op value] [when]   | milestone by year   | happens(scenario)
    when       = in period | by period
    term       = series, numbers, change(term) and sum12(term), joined by + - * /
    period     = 2035, 2035-06, or +12 for months after the last observed one

``in 2030`` is the figure of 2030; ``by 2030`` is the figure of any year to 2030. A comparison without a time takes that
of the next one in the same event.
"""

from __future__ import annotations

from typing import Final, cast

from eastbound.catalogue import cards, short_names
from eastbound.scenarios.cursor import Cursor
from eastbound.scenarios.expressions import (
    MIRROR,
    Arithmetic,
    Bound,
    Branch,
    Call,
    Comparison,
    Contribution,
    Difference,
    Event,
    Expectation,
    First,
    Joint,
    Number,
    Probability,
    Question,
    Rank,
    Series,
    Term,
    When,
)
from eastbound.scenarios.tokens import Token

OPS: Final = tuple(MIRROR)
FORMS: Final = {
    "P": "P(trade >= 300 in 2030)",
    "E": "E(trade in 2030)",
    "Q": "Q(0.9, trade in 2030)",
    "first": "first(trade >= 300, by 2035)",
    "diff": "diff(E(trade in 2030), price_slump, baseline)",
    "rank": "rank(E(trade in 2030), price_slump, car_fee_shock)",
    "contrib": "contrib(trade from 2026 to 2030)",
}
_CALLS: Final = ("change", "sum12")
_RESERVED: Final = ("and", "or", "not", "in", "by", "given", "from", "to", "happens", *_CALLS)
_SIGNED: Final = "+-"


class Reader(Cursor):
    """Read one text: terms, events and questions."""

    def question(self) -> Question:
        """Read a whole question."""
        result = self.asked()
        self.take("end", "the end of the question")
        return result

    def asked(self) -> Question:
        """Read one question, which may stand inside another."""
        openings = " or ".join(f"`{word}(`" for word in FORMS)
        token = self.take("name", openings, words=tuple(FORMS))
        if token.text not in FORMS:
            self.refuse(openings, token, words=tuple(FORMS))
        before, self.form = self.form, FORMS[token.text]
        self.sign("(")
        result = cast("Question", getattr(self, f"read_{token.text.lower()}")(token))
        self.sign(")")
        self.form = before
        return result

    def read_p(self, _: Token) -> Probability:
        """Read the inside of ``P(...)``."""
        event = self.dated(self.event())
        return Probability(event, self.condition())

    def read_e(self, _: Token) -> Expectation:
        """Read the inside of ``E(...)``."""
        return self.expectation(None)

    def read_q(self, _: Token) -> Expectation:
        """Read the inside of ``Q(...)``."""
        token = self.now
        level = self.number("a level between 0 and 1, such as 0.9")
        if not 0 < level < 1:
            self.refuse("a level between 0 and 1, such as 0.9", token)
        self.sign(",")
        return self.expectation(level)

    def expectation(self, level: float | None) -> Expectation:
        """Read a term with its time and condition."""
        term = self.term()
        when = When() if undated(term) else self.when(("in",))
        return Expectation(term, when, level, self.condition())

    def read_first(self, _: Token) -> First:
        """Read the inside of ``first(...)``."""
        event = self.event()
        for comparison in comparisons(event):
            if comparison.when.word or undated(comparison.term):
                at = comparison.when.at or comparison.at
                self.refuse("an event without a time, then `, by` and a period", self.token_at(at))
        self.sign(",")
        return First(event, self.when(("by",)))

    def read_diff(self, token: Token) -> Difference:
        """Read the inside of ``diff(...)``."""
        question = self.inner()
        self.sign(",")
        scenario = self.scenario()
        self.sign(",")
        return Difference(question, scenario, self.scenario(), at=token.at)

    def read_rank(self, token: Token) -> Rank:
        """Read the inside of ``rank(...)``."""
        question = self.inner()
        names: list[str] = []
        while not names or self.now.text == ",":
            self.sign(",")
            names.append(self.scenario())
        return Rank(question, tuple(names), at=token.at)

    def read_contrib(self, token: Token) -> Contribution:
        """Read the inside of ``contrib(...)``."""
        series = self.series()
        first, last = self.when(("from",)).period, self.when(("to",)).period
        return Contribution(series, first, last, at=token.at)

    def inner(self) -> Probability | Expectation:
        """Read the question of a difference or ranking: a probability, mean or quantile."""
        token = self.now
        question = self.asked()
        if not isinstance(question, Probability | Expectation):
            self.refuse("`P(` or `E(` or `Q(`", token)
        return question

    def scenario(self) -> str:
        """Read the name of a scenario."""
        return self.take("name", "the name of a scenario").text

    def condition(self) -> Event | None:
        """Read ``given`` and an event, if they follow."""
        if self.now.text != "given":
            return None
        self.index += 1
        return self.dated(self.event())

    def event(self) -> Event:
        """Read comparisons joined by ``or``."""
        events = [self.conjunction()]
        while self.now.text == "or":
            self.index += 1
            events.append(self.conjunction())
        return events[0] if len(events) == 1 else Joint("or", tuple(events))

    def conjunction(self) -> Event:
        """Read comparisons joined by ``and``."""
        events = [self.single()]
        while self.now.text == "and":
            self.index += 1
            events.append(self.single())
        return events[0] if len(events) == 1 else Joint("and", tuple(events))

    def single(self) -> Event:
        """Read one comparison, a branch, a negated event, or an event in parentheses."""
        if self.now.text == "not":
            self.index += 1
            return Joint("not", (self.single(),))
        if self.now.text == "(":
            self.index += 1
            event = self.event()
            self.sign(")")
            return event
        if self.now.text == "happens":
            at = self.now.at
            self.index += 1
            self.sign("(")
            scenario = self.scenario()
            self.sign(")")
            return Branch(scenario, at)
        return self.comparison()

    def comparison(self) -> Comparison:
        """Read a term with one or two bounds and its time."""
        at, first = self.now.at, None
        if self.now.kind == "number" and self.tokens[self.index + 1].text in OPS:
            value = self.number("a value")
            first = Bound(MIRROR[self.one_of(OPS)], value)
        term = self.term()
        bounds = [first] if first else []
        milestone = isinstance(term, Series) and undated(term)
        if not (milestone and self.now.text == "by") and (first is None or self.now.text in OPS):
            bounds.append(self.second(first, term))
        when = self.when(("in", "by")) if self.now.text in ("in", "by") else self.no_time()
        # Lower bound first, so that both ways of writing an interval parse to the same value.
        return Comparison(term, tuple(sorted(bounds, reverse=True)), when, at)

    def second(self, first: Bound | None, term: Term) -> Bound:
        """Read the comparison on the right of a term; with one on the left, the two must enclose an interval."""
        sign = self.now
        op = self.one_of(OPS)
        token = self.now
        bound = Bound(op, self.number("a value"))
        if first is not None:
            if op[0] == first.op[0]:
                self.refuse("a sign in the same direction as the first one", sign)
            if (bound.value > first.value) != (op[0] == "<"):
                self.refuse(f"a value on the other side of {first.value:g}", token)
        if isinstance(term, Series):
            for value in (bound.value, *([first.value] if first else [])):
                self.check_bounds(term, value, token)
        return bound

    def check_bounds(self, series: Series, value: float, token: Token) -> None:
        """Refuse a threshold that the series cannot pass."""
        card = cards().get(series.id)
        if card is None:
            return
        low, high = card.lower, card.upper
        if (low is not None and value < low) or (high is not None and value > high):
            span = f"from {low:g} to {high:g}" if low is not None and high is not None else f"of at least {low or 0:g}"
            self.refuse(f"a value {span} {card.unit}, the bounds of `{series.id}`", token)

    def no_time(self) -> When:
        """Accept an event without a time; report a period without ``in``, or a misspelt ``in``."""
        if self.now.kind in ("period", "number", "name") and self.now.text not in _RESERVED:
            self.refuse("`in` and a period, or `)`", self.now, words=("in", "by", "and", "or", "given"))
        return When()

    def dated(self, event: Event) -> Event:
        """Give each comparison without a time that of the next one; refuse an event that has none."""
        whens: list[When] = []
        for comparison in reversed(list(comparisons(event))):
            if comparison.when.word or undated(comparison.term):
                whens.append(comparison.when)
            elif previous := [when for when in whens if when.word]:
                whens.append(previous[-1])
            else:
                words = "`in` and a period (the figure of that year or month) or `by` and a period (any to then)"
                self.refuse(words, self.now, words=("in", "by"))
        return _with_times(event, whens)

    def term(self) -> Term:
        """Read factors joined by ``+`` and ``-``."""
        left = self.product()
        while self.now.text in ("+", "-") or (self.now.kind == "number" and self.now.text[0] in _SIGNED):
            token = self.now
            if token.kind == "number":  # `trade -5` has the tokens `trade` and `-5`
                self.tokens[self.index : self.index + 1] = [
                    Token("sign", token.text[0], token.at),
                    Token("number", token.text[1:], token.at + 1),
                ]
            self.index += 1
            left = Arithmetic(self.tokens[self.index - 1].text, left, self.product(), token.at)
        return left

    def product(self) -> Term:
        """Read factors joined by ``*`` and ``/``."""
        left = self.factor()
        while self.now.text in ("*", "/"):
            token = self.now
            self.index += 1
            left = Arithmetic(token.text, left, self.factor(), token.at)
        return left

    def factor(self) -> Term:
        """Read a number, a series, a function of a term, or a term in parentheses."""
        token = self.now
        if token.kind == "number":
            return Number(self.number("a number"))
        if token.text == "(":
            self.index += 1
            term = self.term()
            self.sign(")")
            return term
        if token.text in _CALLS and self.tokens[self.index + 1].text == "(":
            self.index += 2
            call = Call(token.text, self.term(), token.at)
            self.sign(")")
            return call
        return self.series()

    def series(self) -> Series:
        """Read the id or short name of a series."""
        token = self.take("name", "the id of a series")
        if token.text in _RESERVED:
            self.refuse("the id of a series", token)
        return Series(short_names().get(token.text, token.text), token.at)


def undated(term: Term) -> bool:
    """Return whether a term has one value per draw and no periods, as the date of a milestone has.

    Examples
    --------
    >>> undated(Series("milestone.pos2_first_gas")), undated(Series("trade.china_russia.total"))
    (True, False)
    """
    return isinstance(term, Series) and term.id.startswith("milestone.")


def comparisons(event: Event) -> list[Comparison]:
    """Return the comparisons of an event in the order of the text.

    Examples
    --------
    >>> len(comparisons(Joint("not", (Branch("price_slump"),))))
    0
    """
    if isinstance(event, Comparison):
        return [event]
    return [part for inner in event.events for part in comparisons(inner)] if isinstance(event, Joint) else []


def _with_times(event: Event, whens: list[When]) -> Event:
    """Return the event with times taken from the end of a list, which it empties."""
    if isinstance(event, Comparison):
        return Comparison(event.term, event.bounds, whens.pop(), event.at)
    if isinstance(event, Joint):
        return Joint(event.word, tuple(_with_times(inner, whens) for inner in event.events))
    return event


def parse_question(text: str) -> Question:
    """Parse a question about the future.

    Parameters
    ----------
    text : str
        In the syntax shown at the top of this module.

    Returns
    -------
    Probability, Expectation, First, Difference, Contribution or Rank
        Its ``str`` is the question in canonical form, which parses to an equal value.

    Raises
    ------
    InputError
        If the text is no question: the position, what was expected, what was found and a valid form.

    Examples
    --------
    >>> str(parse_question("P(trade<200 and share>75 in 2028)"))
    'P(trade.china_russia.total < 200 in 2028 and trade.primorye.china_share_turnover > 75 in 2028)'
    """
    return Reader(text, what="question").question()
