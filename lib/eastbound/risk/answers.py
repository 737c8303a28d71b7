"""Answer a question from the draws of an ensemble: value, interval, Monte-Carlo error and parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import singledispatchmethod
from typing import Any, Final

import numpy as np
import xarray as xr

from eastbound.catalogue import cards
from eastbound.core.quantiles import probability, quantiles
from eastbound.ensemble.aggregate import frequency
from eastbound.errors import InputError, UnknownName
from eastbound.evidence.book import Evidence
from eastbound.language import mark
from eastbound.risk.terms import VARIANTS, Draws, Figures, standard_error
from eastbound.scenarios.expressions import (
    Contribution,
    Difference,
    Event,
    Expectation,
    First,
    Joint,
    Probability,
    Question,
    Rank,
    Series,
    series_in,
)
from eastbound.scenarios.reader import parse_question
from eastbound.scenarios.tokens import pointed
from eastbound.typing import Bools, Floats, Record

SAMPLING: Final = "Monte-Carlo range of 80 %"
LEVEL: Final = 0.8  # central mass of the interval of a quantity
TOO_FEW: Final = mark("too few draws: {count} of {needed} needed")
FEWEST: Final = 200  # draws on which a conditional answer may rest
_TAILS: Final = ((1.0 - LEVEL) / 2.0, 1.0 - (1.0 - LEVEL) / 2.0)
_SURE: Final = 0.55  # of reaching an event, above which the median year and its error are finite
_NORMAL: Final = 1.2816  # standard normal quantile of the upper tail


@dataclass(frozen=True)
class Answer:
    """The answer to one question.

    Parameters
    ----------
    expr : str
        The question in canonical form.
    value : float or None
        None where the answer is never, such as the median year of an event that mostly does not come.
    unit : str
        ``probability`` from 0 to 1, or the unit of the quantity.
    interval : tuple of float or None
    interval_of : str
        What the interval is: of a quantity the central 80 %, of a probability its range over the drift views and
        their mixture, or its Monte-Carlo range where its series have no such views.
    mcse : float or None
        Monte-Carlo standard error.
    parts : tuple of dict
        ``label``, ``value`` and ``unit`` of what the answer consists of.
    """

    expr: str
    value: float | None
    unit: str
    interval: tuple[float | None, float | None] | None
    interval_of: str
    mcse: float | None
    parts: tuple[Record, ...] = ()


class Answers:
    """Answer questions on one ensemble; sums and sorts serve all of them.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
    scenario : str
        The scenario that questions speak of unless they name others.
    others : xarray.Dataset, optional
        Further scenarios that questions name, with the same draws.
    """

    def __init__(self, ens: xr.Dataset, book: Evidence, *, scenario: str, others: xr.Dataset | None = None) -> None:
        self.ens, self.book, self.scenario = ens, book, scenario
        self._sources = [ens] if others is None else [ens, others]
        self.figures = Figures(book)
        self._draws: dict[tuple[str, str], Draws] = {}

    def under(self, scenario: str) -> Answers:
        """Return the same answers under another scenario of the ensemble; what is computed serves both."""
        twin = Answers(self.ens, self.book, scenario=scenario)
        twin._sources, twin._draws, twin.figures = self._sources, self._draws, self.figures
        return twin

    def forget(self, scenario: str) -> None:
        """Release what was computed for a scenario, so that a run over many keeps its memory."""
        for key in [key for key in self._draws if key[0] == scenario]:
            del self._draws[key]

    def answer(self, text: str) -> Answer:
        """Answer a question.

        Parameters
        ----------
        text : str
            In the language of `eastbound.scenarios.reader`.

        Raises
        ------
        InputError
            If the text is no question, names what the ensemble lacks, or rests on too few draws.
        """
        question = parse_question(text)
        for series in series_in(question):
            self.draws().check(series, text)
        try:
            result = self._answer(question, text)
        except InputError as error:
            if text in str(error):
                raise
            message = f"question `{text}`: {error}"
            raise InputError(message) from None
        return replace(result, expr=str(question))

    def draws(self, scenario: str = "", variant: str = "") -> Draws:
        """Return the reader of one scenario and drift view."""
        name = scenario or self.scenario
        key = (name, variant)
        if key not in self._draws:
            known = {str(each): source for source in reversed(self._sources) for each in source["scenario"].to_numpy()}
            if name not in known:
                raise UnknownName("scenario", name, known, where="this ensemble")
            # The slice of the mixture serves its drift views: cutting one takes a tenth of a second.
            source = self._draws[name, ""].ens if (name, "") in self._draws else known[name]
            self._draws[key] = Draws(source, self.figures, scenario=name, variant=variant)
        return self._draws[key]

    @singledispatchmethod
    def _answer(self, question: Question, text: str) -> Answer:
        raise NotImplementedError(type(question))

    @_answer.register
    def _probability(self, question: Probability, text: str) -> Answer:
        draws = self.draws()
        hits, mask = _hits(question, draws, text)
        chance, error = _chance(hits, mask, draws)
        variants = self._variants(question, text)
        values = [chance, *variants.values()]
        parts = [_part(f"{name.replace('_', ' ')} drift", value, "probability") for name, value in variants.items()]
        interval, of = (min(values), max(values)), "range over drift views and their mixture"
        if not variants:
            low, high = around(chance, error)
            interval, of = (max(low, 0.0), min(high, 1.0)), SAMPLING
        parts += _event_parts(question, draws)
        return Answer("", chance, "probability", interval, of, error, tuple(parts))

    def _variants(self, question: Probability, text: str) -> dict[str, float]:
        if not self.draws().has_variant(list(series_in(question))):
            return {}
        result = {}
        for variant in VARIANTS:
            draws = self.draws(variant=variant)
            result[variant] = _chance(*_hits(question, draws, text), draws)[0]
        return result

    @_answer.register
    def _expectation(self, question: Expectation, text: str) -> Answer:
        draws = self.draws()
        unit = draws.unit(question.term, text) or "ratio"
        period = draws.month(question.when.period)
        if question.given is None:
            ordered = draws.sorted(question.term, period)
        else:
            values = draws.values(question.term, period)[_condition(question.given, draws, text)]
            ordered = np.sort(values[~np.isnan(values)])
        return _quantity(ordered, question.level, unit, effective=draws.effective / draws.size * ordered.size)

    @_answer.register
    def _first(self, question: First, text: str) -> Answer:
        draws = self.draws()
        last = draws.month(question.when.period)
        when = np.full(draws.size, np.inf)
        for period in reversed([each for each in draws.periods_to(last) if draws.reaches(question.event, each)]):
            hits = draws.happens(question.event, period=period)
            when[hits] = _decimal(period)
        ordered = np.sort(when)
        middle, low, high = (_at(ordered, level) for level in (0.5, *_TAILS))
        chance, error = _chance(np.isfinite(when), None, draws)
        parts = (_part(f"reached in any {_word(last)} by {last}", chance, "probability", mcse=error),)
        interval = (_or_never(low), _or_never(high))
        mcse = standard_error(ordered, 0.5, draws.effective) if chance > _SURE else None
        return Answer("", _or_never(middle), "year", interval, "central 80 %, none for later", mcse, parts)

    @_answer.register
    def _difference(self, question: Difference, text: str) -> Answer:
        return self._compared(question.question, question.scenario, question.base, text)

    def _compared(self, question: Probability | Expectation, scenario: str, base: str, text: str) -> Answer:
        sides = [self.draws(name) for name in (scenario, base)]
        masks = [None if question.given is None else _condition(question.given, draws, text) for draws in sides]
        if isinstance(question, Probability):
            unit, level = "probability", None
            left, right = (draws.happens(question.event).astype(np.float64) for draws in sides)
        else:
            unit, level = sides[0].unit(question.term, text) or "ratio", question.level
            period = sides[0].month(question.when.period)
            left, right = (draws.values(question.term, period) for draws in sides)
        here, there = masks
        shared = _both(here, there, left, right)
        change = left[shared] - right[shared]
        effective = sides[0].effective / sides[0].size * max(change.size, 1)
        ends = [_side(values, mask, level) for values, mask in ((left, here), (right, there))]
        low, high = (float(edge) for edge in quantiles(change, _TAILS)) if change.size else (np.nan, np.nan)
        error = float(change.std() / np.sqrt(effective)) if change.size else np.nan
        parts = [_part(name, value, unit) for name, value in zip((scenario, base), ends, strict=True)]
        of = "central 80 % of the difference draw by draw"
        interval = (low, high)
        if isinstance(question, Probability):
            interval, of = (
                (ends[0] - ends[1] - _NORMAL * error, ends[0] - ends[1] + _NORMAL * error),
                "Monte-Carlo range of 80 %",
            )
        return Answer("", ends[0] - ends[1], unit, interval, of, error, tuple(parts))

    @_answer.register
    def _rank(self, question: Rank, text: str) -> Answer:
        answers = {name: self._compared(question.question, name, "baseline", text) for name in question.scenarios}
        order = sorted(answers, key=lambda name: answers[name].value or 0.0)
        lowest = answers[order[0]]
        parts = [_part(name, answers[name].value, answers[name].unit, mcse=answers[name].mcse) for name in order]
        return replace(lowest, parts=tuple(parts))

    @_answer.register
    def _contribution(self, question: Contribution, text: str) -> Answer:
        draws = self.draws()
        unit = draws.unit(question.series, text)
        change = _change(question.series, question, draws)
        parts, rest = [], float(change.mean())
        for name in _addends(question.series.id):
            mean = float(_change(Series(name), question, draws).mean())
            parts.append(_part(cards()[name].label, mean, unit))
            rest -= mean
        if parts and abs(rest) > 1e-3 * max(abs(float(change.mean())), 1.0):
            parts.append(_part("all other", rest, unit))
        return replace(_quantity(np.sort(change), None, unit, effective=draws.effective), parts=tuple(parts))


def _change(series: Series, question: Contribution, draws: Draws) -> Floats:
    return draws.values(series, question.last) - draws.values(series, question.first)


def _addends(name: str) -> tuple[str, ...]:
    return cards()[name].sum_of if name in cards() else ()


def _hits(question: Probability, draws: Draws, text: str) -> tuple[Bools, Bools | None]:
    mask = None if question.given is None else _condition(question.given, draws, text)
    return draws.happens(question.event), mask


def _condition(event: Event, draws: Draws, text: str) -> Bools:
    mask = draws.happens(event)
    count = int(mask.sum() * draws.effective / draws.size)
    if count < FEWEST:
        at = text.find("given") + len("given ")
        few = TOO_FEW.format(count=count, needed=FEWEST)
        message = (
            f"question `{text}`, character {at + 1}: {few}; `{event}` holds in "
            f"{mask.sum():,} of {draws.size:,}. Take a wider condition, or more draws.{pointed(text, at)}"
        )
        raise InputError(message)
    return mask


def _chance(hits: Bools, mask: Bools | None, draws: Draws) -> tuple[float, float]:
    share, error = probability(hits if mask is None else hits[mask])
    return float(share), float(error) * float(np.sqrt(draws.size / draws.effective))


def _event_parts(question: Probability, draws: Draws) -> list[Record]:
    """Return the probability of the condition, and of each event of a joint one alone."""
    parts = []
    if isinstance(question.event, Joint) and question.event.word != "not":
        parts += [
            _part(str(event), float(draws.happens(event).mean()), "probability") for event in question.event.events
        ]
    if question.given is not None:
        parts.append(_part(f"given {question.given}", float(draws.happens(question.given).mean()), "probability"))
    return parts


def _quantity(ordered: Floats, level: float | None, unit: str, *, effective: float) -> Answer:
    if not ordered.size:
        message = "the quantity is defined in no draw of that period; choose a later one."
        raise InputError(message)
    if ordered[0] == ordered[-1]:
        value = float(ordered[0])
        return Answer("", value, unit, (value, value), "the same in every draw", 0.0)
    if level is None and np.isinf(ordered[-1]):
        message = "a date that never comes in some futures has no mean; ask for a quantile, such as `Q(0.5, pos2_gas)`."
        raise InputError(message)
    if level is None:
        value, error = float(ordered.mean()), float(ordered.std() / np.sqrt(effective))
    else:
        value, error = _at(ordered, level), standard_error(ordered, level, effective)
    if level not in (None, 0.5):  # a point of the tail is not the middle of any interval
        low, high = around(value, error) if np.isfinite(value) else (np.inf, np.inf)
        of = SAMPLING
    else:
        (low, high), of = (_at(ordered, edge) for edge in _TAILS), "central 80 %"
    return Answer("", _or_never(value), unit, (_or_never(low), _or_never(high)), of, _or_never(error))


def _at(ordered: Floats, level: float) -> float:
    """Return a quantile of ascending draws; of dates, which may be infinite, a draw itself."""
    if np.isinf(ordered[-1]):
        return float(ordered[int(level * (ordered.size - 1))])
    return float(quantiles(ordered, [level])[0])


def around(value: float, error: float) -> tuple[float, float]:
    """Return the Monte-Carlo range of 80 % around a value.

    Examples
    --------
    >>> [round(edge, 3) for edge in around(0.5, 0.1)]
    [0.372, 0.628]
    """
    return value - _NORMAL * error, value + _NORMAL * error


def _side(values: Floats, mask: Bools | None, level: float | None) -> float:
    chosen = values if mask is None else values[mask]
    chosen = chosen[~np.isnan(chosen)]
    return float(chosen.mean() if level is None else quantiles(np.sort(chosen), [level])[0])


def _both(here: Bools | None, there: Bools | None, left: Floats, right: Floats) -> Bools:
    shared = ~np.isnan(left) & ~np.isnan(right)
    for mask in (here, there):
        shared = shared if mask is None else shared & mask
    return shared


def _decimal(period: str) -> float:
    return float(period) if frequency(period) == "Y" else int(period[:4]) + (int(period[5:]) - 1) / 12.0


def _word(period: str) -> str:
    return "year" if frequency(period) == "Y" else "month"


def _or_never(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _part(label: str, value: float | None, unit: str, **more: Any) -> Record:
    return {"label": label, "value": value, "unit": unit, **more}


def scenarios_in(texts: Iterable[str]) -> list[str]:
    """Return the scenarios that questions compare, each once.

    Examples
    --------
    >>> scenarios_in(["diff(E(trade in 2030), price_slump, baseline)", "E(trade in 2030)"])
    ['price_slump', 'baseline']
    """
    names: dict[str, None] = {}
    for question in map(parse_question, texts):
        if isinstance(question, Difference):
            names |= dict.fromkeys((question.scenario, question.base))
        elif isinstance(question, Rank):
            names |= dict.fromkeys(("baseline", *question.scenarios))
    return list(names)
