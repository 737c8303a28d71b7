"""The card of a scenario: its story, probability, trigger, what happens when, how large, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from eastbound.catalogue import cards
from eastbound.core.simulation.distributions import quantile
from eastbound.language import _, digits, mark
from eastbound.periods import month_ordinal, month_text
from eastbound.scenarios.dates import is_expired, month_range
from eastbound.scenarios.hazards import known_on
from eastbound.scenarios.openings import Opening
from eastbound.scenarios.schema import Event

if TYPE_CHECKING:
    from eastbound.scenarios.schema import Effect, Milestone, Scenario
    from eastbound.typing import Floats

_LEVELS: Final = (np.arange(100) + 0.5) / 100  # an even grid over each distribution
_BAND: Final = (0.1, 0.5, 0.9)  # the central 80 % and the median
_BASES: Final = {"judgement": mark("judgement"), "source": mark("source")}


@dataclass(frozen=True)
class ScenarioCard:
    """What a reader should know of a scenario before its numbers.

    Attributes
    ----------
    title : str
    facts : tuple of (str, str)
        Heading and text, in the order of reading: story, probability, trigger, expiry.
    effects : tuple of dict of str to str
        One row per target of each event, and one per milestone, that differs from the baseline. Keys: ``event``,
        ``when``, ``affects``, ``peak`` (change at the peak: median and central 80 %) and ``recovery``.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    effects: tuple[Mapping[str, str], ...]


def scenario_card(scenario: Scenario, *, baseline: Scenario, as_of: date, expired: bool | None = None) -> ScenarioCard:
    """Return the card of a scenario.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario
        Its events and milestones are left out where the scenario has them unchanged; the card of the baseline
        itself shows all.
    as_of : datetime.date
        Day of the evidence, to mark a scenario that has expired.
    expired : bool, optional
        Whether it has, where observed figures were asked; by default its date alone decides.

    Returns
    -------
    ScenarioCard

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> card = scenario_card(
    ...     load_scenario("price_slump"), baseline=load_scenario("baseline"), as_of=date(2026, 10, 30)
    ... )
    >>> card.facts[2]
    ('Trigger', 'Lasting slump of the oil price, 2027-01 to 2027-12')
    >>> card.effects[0]["peak"]
    '-50 % (-63 to -38 %)'
    """
    scenario, baseline = known_on(scenario, as_of), known_on(baseline, as_of)
    # Compared as values: an event that a scenario inherits unchanged is equal to that of the baseline.
    same = scenario.name == baseline.name
    events = [event for event in scenario.events if same or event not in baseline.events]
    milestones = [item for item in scenario.milestones if same or item not in baseline.milestones]
    shown: list[Event | Milestone] = [*events, *milestones]
    effects = [row for item in shown for row in entry_rows(scenario, item, as_of)]
    facts = tuple(
        _facts(scenario, events=events, milestones=milestones, baseline=baseline, as_of=as_of, expired=expired)
    )
    return ScenarioCard(_(scenario.title), facts, tuple(effects))


def card_text(card: ScenarioCard) -> str:
    """Return a card as lines for the terminal.

    Examples
    --------
    >>> row = {"event": "Halt", "when": "2027-01", "affects": "trade", "peak": "-20 %", "recovery": "permanent"}
    >>> print(card_text(ScenarioCard("A halt", (("Story", "Banks halt payments."),), (row,))))
    A halt
    Story: Banks halt payments.
    - Halt, 2027-01: trade -20 %, permanent
    """
    lines = [card.title, *(f"{heading}: {text}" for heading, text in card.facts)]
    for row in card.effects:
        details = ", ".join(text for text in (f"{row['affects']} {row['peak']}".strip(), row["recovery"]) if text)
        lines.append(f"- {row['event']}, {row['when']}" + (f": {details}" if details else ""))
    return "\n".join(lines)


def entry_rows(scenario: Scenario, item: Event | Milestone, as_of: date) -> list[dict[str, str]]:
    """Return the rows of an event or a milestone on the card of its scenario.

    Parameters
    ----------
    scenario : Scenario
        As known on `as_of`, see `eastbound.scenarios.hazards.known_on`.
    item : Event or Milestone
        One of its entries.
    as_of : datetime.date
        Day of the evidence.

    Returns
    -------
    list of dict of str to str
        As `ScenarioCard.effects`; one row per target of an event.

    Examples
    --------
    >>> from eastbound.scenarios.loader import load_scenario
    >>> slump = load_scenario("price_slump")
    >>> [row["affects"] for row in entry_rows(slump, slump.events[-1], date(2026, 10, 30))]
    ['Brent price']
    """
    return list(_event_rows(scenario, item)) if isinstance(item, Event) else [_milestone_row(scenario, item, as_of)]


def _facts(
    scenario: Scenario,
    *,
    events: list[Event],
    milestones: list[Milestone],
    baseline: Scenario,
    as_of: date,
    expired: bool | None,
) -> Iterator[tuple[str, str]]:
    if scenario.note:
        yield _("Story"), _(scenario.note)
    if scenario.stress_test:
        yield _("Probability"), _("none: a test of the tail, not a forecast")
    elif scenario.probability is None:
        yield _("Probability"), _("none stated")
    else:
        basis = scenario.probability
        chance = digits(f"{100 * basis.value:g}")
        yield (
            _("Probability"),
            _("{chance} % ({basis}: {why})", chance=chance, basis=_(_BASES[basis.basis]), why=_(basis.why)),
        )
    dated = [f"{_(scenario.event_titles[event.id])}, {_when(event)}" for event in events if event.onset is not None]
    # The baseline's milestones are no trigger of it: they come in every scenario.
    own = milestones if scenario.name != baseline.name else []
    reached = [f"{_(scenario.milestone_titles[item.id])}, {_milestone_when(item, as_of)}" for item in own]
    yield _("Trigger"), "; ".join(dated or reached) or _("none dated; events are random")
    event_ids = {event.id for event in scenario.events}
    without = [_(title) for name, title in baseline.event_titles.items() if name not in event_ids]
    if without:
        yield _("Without"), "; ".join(without)
    if scenario.expires is not None:
        after, when = scenario.expires.after, scenario.expires.when
        over = is_expired(scenario, as_of) if expired is None else expired
        ends = [_("after {month}", month=after)] if after else []
        ends += [_("when {condition}", condition=when)] if when else []
        text = _(" or ").join(ends)
        yield _("Expires"), _("{text}; expired as of {day}", text=text, day=as_of) if over else text


def _event_rows(scenario: Scenario, event: Event) -> Iterator[dict[str, str]]:
    for effect in event.effects:
        yield {
            "event": _(scenario.event_titles[event.id]),
            "when": _when(event),
            "affects": _(cards()[effect.target].label),
            "peak": _peak(event, effect),
            "recovery": _recovery(effect),
        }


def _milestone_row(scenario: Scenario, milestone: Milestone, as_of: date) -> dict[str, str]:
    title = _(scenario.milestone_titles[milestone.id])
    return {"event": title, "when": _milestone_when(milestone, as_of), "affects": "", "peak": "", "recovery": ""}


def _when(event: Event) -> str:
    if event.hazard is not None:
        assert event.hazard.per_year is not None  # `known_on` has seen to it
        rate = float(quantile(event.hazard.per_year.spec(), _LEVELS).mean())
        rounded = float(f"{max(rate, 1 / rate):.2g}")  # two digits without an exponent
        count = digits(f"{rounded:g}")
        message = mark("at random, {count} a year") if rate >= 1 else mark("at random, once in {count} years")
        return _(message, count=count)
    assert event.onset is not None  # the schema lets either a hazard or an onset through
    first, last = (month_text(month) for month in month_range(event.onset))
    span = first if first == last else _("{first} to {last}", first=first, last=last)
    if event.probability is None:
        return span
    return _("{span}, with probability {chance} %", span=span, chance=digits(f"{100 * event.probability.value:g}"))


def _milestone_when(milestone: Milestone, as_of: date) -> str:
    months, never = _milestone_months(milestone, as_of)
    low, middle, high = (month_text(int(month)) for month in np.quantile(months, _BAND))
    text = middle if low == high else _("{middle} (80 %: {low} to {high})", middle=middle, low=low, high=high)
    if milestone.never is None or never == 0:
        return text
    chance = digits(f"{float(f'{100 * never:.2g}'):g}")
    return _("{text}, never by {year} with probability {chance} %", text=text, year=milestone.never.by, chance=chance)


def _milestone_months(milestone: Milestone, as_of: date) -> tuple[Floats, float]:
    """Return month ordinals that represent the date evenly, and the probability of never."""
    never = milestone.never.value if milestone.never else 0.0
    if not isinstance(milestone.date, Opening):
        return quantile(milestone.date.spec(), _LEVELS), never
    months = milestone.date.even_months(after=as_of.year * 12 + as_of.month - 2)
    if milestone.never is None:
        return months, never
    comes = months <= month_ordinal(milestone.never.by) + 1
    return months[comes], 1.0 - (1.0 - never) * float(comes.mean())


def _peak(event: Event, effect: Effect) -> str:
    """Return the change at the peak of the effect, over the trough and the severity together."""
    # Trough and severity are drawn independently, so the grid of all pairs is their joint distribution.
    troughs: Floats = quantile(effect.trough.spec(), _LEVELS)
    severities: Floats = quantile(event.severity.spec(), _LEVELS)
    sizes = 100 * np.expm1(np.quantile(np.outer(troughs, severities), _BAND))
    low, middle, high = (f"{round(size) + 0:+d}" for size in sizes)
    if low == high:
        return _("{digits} %", digits=middle)
    return _("{middle} % ({low} to {high} %)", middle=middle, low=low, high=high)


def _recovery(effect: Effect) -> str:
    months = digits(f"{effect.half_life_months:g}") if effect.half_life_months else ""
    half_life = _("fades by half every {months} months", months=months) if months else ""
    if effect.transitory == 0 or not half_life:
        return _("permanent")
    if effect.transitory == 1:
        return half_life
    share = 100 * effect.transitory
    fading, staying = digits(f"{share:g}"), digits(f"{100 - share:g}")
    return _("{share} % {fades}, {rest} % stays", share=fading, fades=half_life, rest=staying)
