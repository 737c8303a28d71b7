"""Turn the numbers of a summary into sentences: pure functions, one rule for each kind of number.

Probabilities are worded by `likelihood`; amounts carry as many digits as the simulation can tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eastbound.ensemble.headline import Headline
from eastbound.language import _, mark
from eastbound.plots.likelihood import in_words, likelihood, opening
from eastbound.plots.style import numbers
from eastbound.scenarios.reporting import Claim, PublishedTarget

_COMMON: Final = mark("Trade The A")  # first words that lose their capital within a sentence
_SAME: Final = 0.02  # a relative difference below this is no rise or fall in words; judgement

_STRESS_TEST: Final = mark(
    "This page is a stress test, not a forecast: it assumes “{title}”, to which we assign no probability."
)
_ASSUMPTION: Final = mark(
    "This page is an assumption, not a forecast: it assumes “{title}”, to which we assign no probability."
)
_JUDGED: Final = mark("This page assumes one scenario, “{title}”, which we judge to be {word} ({chance}).")
_GIVEN: Final = {
    "almost no chance": mark("This page assumes one scenario, “{title}”, which we give {word} ({chance})."),
    "roughly even chance": mark("This page assumes one scenario, “{title}”, which we give a {word} ({chance})."),
}
_EXPLAINED: Final = mark("; four in five simulated futures lie between {low} and {high} (the 80 % range)")
_FORECAST: Final = mark("{name} is forecast at {value} in {year}")
_BOTH_MOVE: Final = mark(
    "of the scenarios considered, “{lowering}” would lower {name} most and “{raising}” would raise it most"
)
_BOTH_COMPARED: Final = mark("against {other} in the baseline and {past} in {period}")
_STEADY: Final = mark("about the same as {value} in {period}")
_UP: Final = mark("up from {value} in {period}")
_DOWN: Final = mark("down from {value} in {period}")
_RECORD: Final = mark(
    "{name}: {inside} of {total} outcomes ({share} %) fell inside the 80 % interval, in forecasts repeated from "
    "{origins} past dates."
)
_RECORD_OF_ONE: Final = mark(
    "{name}: {inside} of {total} outcomes ({share} %) fell inside the 80 % interval, in forecasts repeated from "
    "{origins} past date."
)


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
    if stress_test:
        return _(_STRESS_TEST, title=title)
    if probability is None:
        return _(_ASSUMPTION, title=title)
    word, chance = likelihood(probability).word, in_words(probability)
    return _(_GIVEN.get(word, _JUDGED), title=title, word=_(word), chance=chance)


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
    against = _compared(item)
    low, high = _ends(number.low, number.high, number.unit)
    if explain:
        futures = _(_EXPLAINED, low=low, high=high)
    else:
        futures = _(" (80 % range: {interval})", interval=numbers.between(low, high))
    value = amount(number.value, number.unit)
    value = _("{value} {of}", value=value, of=_(item.of)) if item.of else value
    words = {"name": item.phrase, "value": value, "year": number.year}
    forecast = _("{name} would be {value} in {year}", **words) if conditional else _(_FORECAST, **words)
    return forecast + (_(", {text}", text=against) if against else "") + futures


def target_clause(number: Headline, target: PublishedTarget) -> str:
    """Return the probability of the published target in words.

    Parameters
    ----------
    number : Headline
        Of the kind ``target``.
    target : PublishedTarget
    """
    return _(
        "{opening} trade reaches {level}, the target named by {who}, in at least one year by {year}",
        opening=_opening(number),
        level=amount(target.value, target.unit, chosen=True),
        who=_within(_(target.stated_by)),
        year=number.year,
    )


def claim_clause(number: Headline, claim: Claim) -> str:
    """Return the probability of the published claim in words.

    Parameters
    ----------
    number : Headline
        Of the kind ``claim``.
    claim : Claim
    """
    message = (
        mark("{opening} it lies between {low} and {high} % in that year, as {who} suggests")
        if number.year == claim.year
        else mark("{opening} it lies between {low} and {high} % in {year}, as {who} suggests for {claimed}")
    )
    ends = {"low": numbers.general(claim.low), "high": numbers.general(claim.high)}
    who = _within(_(claim.stated_by))
    return _(message, opening=_opening(number), **ends, year=number.year, who=who, claimed=claim.year)


def opening_clause(name: str, *, year: int, probability: float, mcse: float) -> str:
    """Return the probability in words that a planned pipeline delivers in a year.

    Examples
    --------
    >>> opening_clause("Power of Siberia 2", year=2035, probability=0.4817, mcse=0.008)
    'there is a roughly even chance (48 %) that Power of Siberia 2 delivers gas in 2035'
    """
    return _("{opening} {name} delivers gas in {year}", opening=opening(probability, mcse), name=_(name), year=year)


def sentence(*clauses: str) -> str:
    """Join clauses into one sentence.

    Examples
    --------
    >>> sentence("it is likely (60 %) that trade falls", "prices stay")
    'It is likely (60 %) that trade falls; prices stay.'
    """
    text = _("; ").join(clauses)
    return _("{text}.", text=f"{text[0].upper()}{text[1:]}")


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
    words = {"lowering": lowering, "raising": raising, "name": _within(phrase)}
    if lowering and raising:
        return _(_BOTH_MOVE, **words)
    if lowering:
        return _("of the scenarios considered, “{lowering}” would lower {name} most", **words)
    return _("of the scenarios considered, “{raising}” would raise {name} most", **words)


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
    return _(
        "in the worst {share} % of simulated futures {name} averages {value} in {year}, against a median of {median}",
        share=f"{100 * (1 - level):.0f}",
        name=_within(phrase),
        value=amount(value, unit),
        year=year,
        median=amount(median, unit),
    )


def level_clause(phrase: str, *, year: int, level: float, unit: str, probability: float, mcse: float) -> str:
    """Return the probability in words that a quantity is below a level in a year.

    Examples
    --------
    >>> level_clause("Trade", year=2030, level=200, unit="USD_bn", probability=0.02, mcse=0.002)
    'there is almost no chance (2 %) that trade is below $200 billion in 2030'
    """
    begin, low = opening(probability, mcse), amount(level, unit, chosen=True)
    return _("{opening} {name} is below {level} in {year}", opening=begin, name=_within(phrase), level=low, year=year)


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
    message = _RECORD_OF_ONE if origins == 1 else _RECORD
    share = f"{100 * inside / total:.0f}"
    return _(message, name=name, inside=inside, total=total, share=share, origins=origins)


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
    digits = numbers.general(value, 4) if chosen else numbers.plain(value, unit)
    return _("${digits} billion", digits=digits) if unit == "USD_bn" else numbers.with_unit(digits, unit)


def span(low: float, high: float, unit: str) -> str:
    """Return an interval as a sentence says it.

    Examples
    --------
    >>> span(265.1, 449.7, "USD_bn"), span(56.9, 83.2, "percent")
    ('$265 to $450 billion', '57 to 83 %')
    """
    return numbers.between(*_ends(low, high, unit))


def _ends(low: float, high: float, unit: str) -> tuple[str, str]:
    """Return the ends of an interval as a sentence says them, the unit with the second."""
    lower, upper = numbers.plain(low, unit), amount(high, unit)
    return (_("${digits}", digits=lower) if unit == "USD_bn" else lower), upper


def _compared(item: Quantity) -> str:
    """Return what the median is compared with: the baseline on the page of a scenario, and the last observed year."""
    value, unit, seen = item.number.value, item.number.unit, item.observed
    other = "" if item.baseline is None else amount(item.baseline, unit)
    if other and other != amount(value, unit):
        if not seen:
            return _("against {other} in the baseline", other=other)
        past = amount(seen["value"], unit, chosen=True)
        return _(_BOTH_COMPARED, other=other, past=past, period=seen["period"])
    parts = [_("as in the baseline")] if other else []
    if seen:
        ratio = value / seen["value"] - 1.0
        change = _STEADY if abs(ratio) < _SAME else _UP if ratio > 0 else _DOWN
        parts.append(_(change, value=amount(seen["value"], unit, chosen=True), period=seen["period"]))
    return _(" and ").join(parts)


def _opening(number: Headline) -> str:
    return opening(number.value / 100, number.mcse / 100)


def _within(phrase: str) -> str:
    """Return a phrase for the middle of a sentence; one that begins with a proper name keeps its capital."""
    first, *rest = phrase.split(" ")
    return " ".join([first.lower() if first in _(_COMMON).split() else first, *rest])
