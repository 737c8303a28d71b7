"""Turn the numbers of a summary into sentences: pure functions, one rule for each kind of number.

Probabilities are worded by `likelihood`; amounts carry as many digits as the simulation can tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eastbound.ensemble.headline import Headline
from eastbound.plots.likelihood import in_words, likelihood, opening
from eastbound.plots.style import numbers
from eastbound.scenarios.reporting import Claim, PublishedTarget

_COMMON: Final = ("Trade", "The", "A")  # first words that lose their capital within a sentence
_SAME: Final = 0.02  # a relative difference below this is no rise or fall in words; judgement


@dataclass(frozen=True)
class Quantity:
    """Hold a forecast median and what it is compared with.

    Parameters
    ----------
    phrase : str
        Name of the quantity as the subject of a sentence.
    number : Headline
        The median with its central 80 %.
    observed : mapping or None
        ``period`` and ``value`` of the last observed year.
    baseline : float or None
        The median of the baseline, on the page of another scenario.
    of : str
        What a percentage is a part of, with its preposition; may be empty.
    """

    phrase: str
    number: Headline
    observed: Mapping[str, Any] | None = None
    baseline: float | None = None
    of: str = ""


def standing(title: str, *, probability: float | None, stress_test: bool) -> str:
    """Return the sentence that says what a scenario claims to be.

    Parameters
    ----------
    title : str
        Of the scenario.
    probability : float or None
        In [0, 1], as judged in its file.
    stress_test : bool
        Whether it only tests the tail.

    Examples
    --------
    >>> standing("A halt", probability=0.15, stress_test=False)
    'This page assumes one scenario, “A halt”, which we judge to be very unlikely (15 %).'
    >>> standing("A halt", probability=None, stress_test=True)
    'This page is a stress test, not a forecast: it assumes “A halt”, to which we assign no probability.'
    """
    if stress_test or probability is None:
        kind = "a stress test" if stress_test else "an assumption"
        return f"This page is {kind}, not a forecast: it assumes “{title}”, to which we assign no probability."
    word, chance = likelihood(probability).word, in_words(probability)
    given = f"which we give {'a ' if word.startswith('roughly') else ''}{word} ({chance})"
    judged = given if word.endswith("chance") else f"which we judge to be {word} ({chance})"
    return f"This page assumes one scenario, “{title}”, {judged}."


def median_clause(item: Quantity, *, conditional: bool = False, explain: bool = False) -> str:
    """Return a forecast median in words: its value, what it was or is in the baseline, and its interval.

    Parameters
    ----------
    item : Quantity
    conditional : bool
        Whether the page assumes a scenario, so that nothing is called a forecast.
    explain : bool
        Whether to say what the interval means, once in a summary.

    Examples
    --------
    >>> number = Headline("t.2030", "t", "median", 2030, value=346.2, low=265.0, high=449.7, unit="USD_bn")
    >>> median_clause(Quantity("Trade", number, {"period": "2025", "value": 228.105}))
    'Trade is forecast at $346 billion in 2030, up from $228.1 billion in 2025 (80 % range: $265 to $450 billion)'
    """
    number = item.number
    verb = "would be" if conditional else "is forecast at"
    against = _compared(item)
    interval = span(number.low, number.high, number.unit)
    if explain:
        low, high = interval.split(" to ")
        futures = f"; four in five simulated futures lie between {low} and {high} (the 80 % range)"
    else:
        futures = f" (80 % range: {interval})"
    whole = f" {item.of}" if item.of else ""
    value = f"{amount(number.value, number.unit)}{whole} in {number.year}"
    return f"{item.phrase} {verb} {value}{f', {against}' if against else ''}{futures}"


def target_clause(number: Headline, target: PublishedTarget) -> str:
    """Return the probability of the published target in words.

    Parameters
    ----------
    number : Headline
        Of the kind ``target``.
    target : PublishedTarget
    """
    return (
        f"{_opening(number)} trade reaches {amount(target.value, target.unit, chosen=True)}, the target named by "
        f"{_within(target.stated_by)}, in at least one year by {number.year}"
    )


def claim_clause(number: Headline, claim: Claim) -> str:
    """Return the probability of the published claim in words.

    Parameters
    ----------
    number : Headline
        Of the kind ``claim``.
    claim : Claim
    """
    when = "in that year" if number.year == claim.year else f"in {number.year}"
    return (
        f"{_opening(number)} it lies between {claim.low:g} and {claim.high:g} % {when}, as "
        f"{_within(claim.stated_by)} suggests{'' if number.year == claim.year else f' for {claim.year}'}"
    )


def opening_clause(name: str, *, year: int, probability: float, mcse: float) -> str:
    """Return the probability in words that a planned pipeline delivers in a year.

    Examples
    --------
    >>> opening_clause("Power of Siberia 2", year=2035, probability=0.4817, mcse=0.008)
    'there is a roughly even chance (48 %) that Power of Siberia 2 delivers gas in 2035'
    """
    return f"{opening(probability, mcse)} {name} delivers gas in {year}"


def sentence(*clauses: str) -> str:
    """Join clauses into one sentence.

    Examples
    --------
    >>> sentence("it is likely (60 %) that trade falls", "prices stay")
    'It is likely (60 %) that trade falls; prices stay.'
    """
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."


def movers_clause(lowering: str, raising: str, *, phrase: str) -> str:
    """Return which scenarios move a quantity most, in words.

    Parameters
    ----------
    lowering, raising : str
        Titles of the scenarios; empty where none does.
    phrase : str
        Name of the quantity as the subject of a sentence.

    Examples
    --------
    >>> movers_clause("A halt", "Relief", phrase="Trade")
    'of the scenarios considered, “A halt” would lower trade most and “Relief” would raise it most'
    """
    named = _within(phrase)
    moves: list[str] = []
    for title, verb in ((lowering, "lower"), (raising, "raise")):
        if title:
            moves.append(f"“{title}” would {verb} {'it' if moves else named} most")
    return f"of the scenarios considered, {' and '.join(moves)}"


def worst_clause(phrase: str, *, year: int, level: float, value: float, median: float, unit: str) -> str:
    """Return the mean of the worst futures beside the median, in words.

    Parameters
    ----------
    phrase : str
        Name of the quantity as the subject of a sentence.
    year : int
    level : float
        Confidence level of the shortfall, such as 0.9 for the worst tenth.
    value, median : float
        Mean of the worst futures, and the median of all, in `unit`.
    unit : str

    Examples
    --------
    >>> worst_clause("Trade", year=2030, level=0.9, value=212.3, median=349, unit="USD_bn")
    'in the worst 10 % of simulated futures trade averages $212 billion in 2030, against a median of $349 billion'
    """
    return (
        f"in the worst {100 * (1 - level):.0f} % of simulated futures {_within(phrase)} averages "
        f"{amount(value, unit)} in {year}, against a median of {amount(median, unit)}"
    )


def level_clause(phrase: str, *, year: int, level: float, unit: str, probability: float, mcse: float) -> str:
    """Return the probability in words that a quantity is below a level in a year.

    Examples
    --------
    >>> level_clause("Trade", year=2030, level=200, unit="USD_bn", probability=0.02, mcse=0.002)
    'there is almost no chance (2 %) that trade is below $200 billion in 2030'
    """
    return f"{opening(probability, mcse)} {_within(phrase)} is below {amount(level, unit, chosen=True)} in {year}"


def record_sentence(name: str, *, inside: int, total: int, origins: int) -> str:
    """Return the record of past forecasts of a series in one line.

    Parameters
    ----------
    name : str
        Label of the series.
    inside, total : int
        Outcomes inside the 80 % interval, and all of them.
    origins : int
        Days from which was forecast.

    Examples
    --------
    >>> record_sentence("Trade", inside=27, total=34, origins=9)
    'Trade: 27 of 34 outcomes (79 %) fell inside the 80 % interval, in forecasts repeated from 9 past dates.'
    """
    return (
        f"{name}: {inside} of {total} outcomes ({100 * inside / total:.0f} %) fell inside the 80 % interval, in "
        f"forecasts repeated from {origins} past {'date' if origins == 1 else 'dates'}."
    )


def amount(value: float, unit: str, *, chosen: bool = False) -> str:
    """Return an amount as a sentence says it.

    Parameters
    ----------
    value : float
    unit : str
        Unit id.
    chosen : bool
        Whether it was observed or chosen, so that four digits are kept, and not simulated.

    Examples
    --------
    >>> amount(346.2, "USD_bn"), amount(228.105, "USD_bn", chosen=True), amount(71.4, "percent")
    ('$346 billion', '$228.1 billion', '71 %')
    """
    digits = f"{value:.4g}" if chosen else numbers.plain(value, unit)
    return f"${digits} billion" if unit == "USD_bn" else f"{digits} {numbers.unit_word(unit)}"


def span(low: float, high: float, unit: str) -> str:
    """Return an interval as a sentence says it.

    Examples
    --------
    >>> span(265.1, 449.7, "USD_bn"), span(56.9, 83.2, "percent")
    ('$265 to $450 billion', '57 to 83 %')
    """
    lower, upper = numbers.plain(low, unit), numbers.plain(high, unit)
    return f"${lower} to ${upper} billion" if unit == "USD_bn" else f"{lower} to {upper} {numbers.unit_word(unit)}"


def _compared(item: Quantity) -> str:
    """Return what the median is compared with: the baseline on the page of a scenario, and the last observed year."""
    value, unit, seen = item.number.value, item.number.unit, item.observed
    other = "" if item.baseline is None else amount(item.baseline, unit)
    if other and other != amount(value, unit):
        observed = f" and {amount(seen['value'], unit, chosen=True)} in {seen['period']}" if seen else ""
        return f"against {other} in the baseline{observed}"
    parts = ["as in the baseline"] if other else []
    if seen:
        ratio = value / seen["value"] - 1.0
        change = "about the same as" if abs(ratio) < _SAME else "up from" if ratio > 0 else "down from"
        parts.append(f"{change} {amount(seen['value'], unit, chosen=True)} in {seen['period']}")
    return " and ".join(parts)


def _opening(number: Headline) -> str:
    return opening(number.value / 100, number.mcse / 100)


def _within(phrase: str) -> str:
    """Return a phrase for the middle of a sentence; one that begins with a proper name keeps its capital."""
    first, *rest = phrase.split(" ")
    return " ".join([first.lower() if first in _COMMON else first, *rest])
