"""What a judgement is about, in words, from its file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from eastbound.catalogue import cards
from eastbound.language import _, current, has_translation, mark
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.systems import read_systems

_FILES: Final = {
    "drivers": mark("drivers"),
    "finance": mark("finance"),
    "goods": mark("goods"),
    "logistics": mark("logistics"),
    "pipelines": mark("pipelines"),
    "primorye": mark("Primorye"),
    "trade": mark("trade"),
}
# Keys of the judgements that move the headline numbers, as words.
_KEYS: Final = (
    mark("shift slowing"),
    mark("change first year"),
    mark("gas price deviation sd"),
    mark("month persistence"),
    mark("brent mean"),
    mark("technical"),
    mark("oil price half life"),
    mark("volume level sd"),
    mark("over delivery month sd"),
    mark("severity"),
    mark("gas price half life months"),
    mark("redirection rise"),
    mark("damping"),
    mark("additions"),
    mark("over delivery"),
    mark("inflation"),
    mark("oil price sd"),
    mark("gas price average months"),
    mark("coal price"),
    mark("coal price half life"),
    mark("coal price elasticity"),
    mark("gas price power"),
    mark("cars sd"),
    mark("flow correlation"),
    mark("oil other routes"),
    mark("gas price period error"),
    mark("gas price base oil"),
    mark("car price elasticity"),
    mark("date building"),
    mark("volume walk sd"),
    mark("national beta mean"),
    mark("coal price sd"),
    mark("road part of exports"),
    mark("gas price level"),
    mark("truck elasticity"),
    mark("pool"),
    mark("brent effect rest"),
    mark("rerouting half life years"),
    mark("error sum"),
    mark("cars mean sd"),
    mark("road walk sd"),
    mark("lpg sd"),
    mark("crossing trend sd"),
    mark("lpg price"),
    mark("capacity log sd"),
    mark("payment halt rise"),
    mark("level error"),
    mark("truck season amplitude"),
    mark("demand"),
    mark("outages"),
    mark("new year rest"),
    mark("electronics sd"),
    mark("lpg oil effect"),
    mark("redirection"),
    mark("equipment sd"),
    mark("customs month error"),
    mark("truck season quietest"),
    mark("lpg half life"),
    mark("lng sd"),
    mark("part year error"),
    mark("truck elasticity sd"),
    mark("outage p95 days"),
    mark("electronics half life"),
    mark("lpg mean sd"),
    mark("electronics mean sd"),
    mark("lng half life"),
    mark("outage median days"),
    mark("figure error"),
    mark("lpg price elasticity"),
    mark("lng mean sd"),
    mark("over delivery prior years"),
    mark("over delivery low"),
)


def judgement_name(file: str, key: str, *, home: Path | None = None) -> str:
    """Return the name of a judgement for readers; its address where a language has no words for the key.

    Parameters
    ----------
    file : str
        Below ``params``.
    key : str
        Of the file; parts of an event or a system come after a point.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Examples
    --------
    >>> judgement_name("models/trade.yml", "oil_price_half_life")
    'trade: oil price half life'
    >>> judgement_name("systems.yml", "pos.technical")
    'Power of Siberia: technical'
    """
    subject, part = _subject(file, key, home)
    words = cards()[part].label if part in cards() else part.replace("_", " ").replace(".", " ")
    if not all(has_translation(text, current()) for text in (subject, words) if text):
        return f"{file}#{key}"
    if not words:
        return _(subject)
    if part in cards():
        return _("{event} (effect on “{series}”)", event=_(subject), series=_(words))
    return _("{label}: {value}", label=_(subject), value=_(words))


def _subject(file: str, key: str, home: Path | None) -> tuple[str, str]:
    """Return what a judgement belongs to, and the part of it that is judged."""
    stem = Path(file).stem
    first, _point, rest = key.partition(".")
    if file.startswith("scenarios/"):
        scenario = load_scenario(stem, home=home)
        titles = scenario.event_titles | scenario.milestone_titles
        return (titles[first], rest) if first in titles else (scenario.title, key)
    if stem == "systems":
        systems = read_systems(home)
        labels = {line.id: line.label for line in systems.systems}
        labels |= {line.id: line.label for line in systems.derived}
        labels |= {crossing.id: crossing.label for crossing in systems.crossings}
        return (labels[first], rest) if first in labels else (stem, key)
    return _FILES.get(stem, stem), key
