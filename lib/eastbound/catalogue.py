"""Look up the facts about every series and subject: the rows of ``evidence/tables/series.csv`` as frozen cards.

The file is the only place where a series' unit, bounds, headline order, role as
an event target and parts are written. Reading it needs neither pandas nor NumPy,
so that the ground floor and the command line stay light.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from eastbound.errors import EvidenceError, UnknownName
from eastbound.extensions import available

FILE: Final = Path(__file__).parent / "evidence" / "tables" / "series.csv"
_SHORT: Final = Path(__file__).parent / "short_names.csv"


@dataclass(frozen=True)
class Card:
    """What is known about one series, apart from its figures.

    Parameters
    ----------
    id, subject, unit, label, frequency, aggregate, definition : str
        The columns of ``series.csv``; `aggregate` says how months become a year.
    lower, upper : float or None
        Bounds of a figure, in the unit of the series.
    headline : int or None
        Position among the series that forecasts report, lowest first.
    event_target : int or None
        Position among the series that a scenario's events may act on.
    sum_of : tuple of str
        Ids of the parts that add up to the series.
    rest_like : str or None
        Where `sum_of` names only some parts, the series whose relative changes the rest follows.
    """

    id: str
    subject: str
    unit: str
    label: str
    frequency: str
    aggregate: str
    definition: str
    lower: float | None = None
    upper: float | None = None
    headline: int | None = None
    event_target: int | None = None
    sum_of: tuple[str, ...] = ()
    rest_like: str | None = None


@lru_cache(maxsize=1)
def cards() -> Mapping[str, Card]:
    """Return the card of every series by id, in the order of the file.

    Raises
    ------
    EvidenceError
        If the file cannot be read, or a row names a part that has no row of its own.

    Examples
    --------
    >>> cards()["driver.brent_price"].unit
    'USD_per_bbl'
    """
    try:
        with FILE.open(encoding="utf-8", newline="") as file:
            table = {row["series_id"]: _card(row) for row in csv.DictReader(file)}
        table |= {row["series_id"]: _card(row) for row in added_rows() if row["series_id"] not in table}
    except (OSError, KeyError, ValueError) as error:
        message = f"the packaged table {FILE.name} is damaged ({error}); install the package again."
        raise EvidenceError(message) from error
    for card in table.values():
        for part in (*card.sum_of, *([card.rest_like] if card.rest_like else [])):
            if part not in table:
                raise UnknownName("series", part, table, where=f"the parts of `{card.id}` in {FILE.name}")
    return MappingProxyType(table)


@lru_cache(maxsize=1)
def added_rows() -> tuple[Mapping[str, str], ...]:
    """Return the rows that the ``series.csv`` of models of extensions add, with the columns of ours.

    A table that cannot be read adds nothing; `eastbound.models.added.check_model` then refuses its model.

    Examples
    --------
    >>> [row["series_id"] for row in added_rows() if row["subject"] == "trade"]
    []
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        columns = csv.DictReader(file).fieldnames or ()
    result: list[Mapping[str, str]] = []
    for extension in available("models").values():
        try:
            path = (extension.folder or Path()) / FILE.name
            with path.open(encoding="utf-8", newline="") as file:
                rows = [{name: row.get(name) or "" for name in columns} for row in csv.DictReader(file)]
            names = {_card(row).id for row in rows}
        except (OSError, ValueError, KeyError):
            continue
        if all(part in names for row in rows for part in row["sum_of"].split()):
            result += rows
    return tuple(result)


def series(subject: str | None = None) -> tuple[str, ...]:
    """Return the ids of all series, or of one subject.

    Raises
    ------
    UnknownName
        If no series has that subject.

    Examples
    --------
    >>> "trade.china_russia.total" in series("trade")
    True
    """
    known = {card.subject for card in cards().values()}
    if subject is not None and subject not in known:
        raise UnknownName("subject", subject, known)
    return tuple(name for name, card in cards().items() if subject in (None, card.subject))


def card(series_id: str) -> Card:
    """Return the card of one series.

    Raises
    ------
    UnknownName
        If the id has no row; the message names the nearest.

    Examples
    --------
    >>> card("trade.china_russia.total").sum_of
    ('trade.china_russia.china_exports', 'trade.china_russia.china_imports')
    """
    if series_id not in cards():
        raise unknown_series(series_id, cards())
    return cards()[series_id]


def subjects() -> tuple[str, ...]:
    """Return the subjects that have headline series, in the order of their first headline.

    Examples
    --------
    >>> subjects()
    ('trade', 'primorye', 'pipelines', 'logistics', 'goods', 'finance')
    """
    return tuple(dict.fromkeys(card.subject for card in _by_headline()))


def headlines(subject: str | None = None) -> tuple[str, ...]:
    """Return the series that forecasts report, in order, of one subject or of all.

    Raises
    ------
    UnknownName
        If the subject has no headline series.

    Examples
    --------
    >>> headlines("trade")[0]
    'trade.china_russia.total'
    """
    if subject is not None and subject not in subjects():
        raise UnknownName("subject", subject, subjects())
    return tuple(card.id for card in _by_headline() if subject in (None, card.subject))


@lru_cache(maxsize=1)
def event_targets() -> tuple[str, ...]:
    """Return the series that a scenario's events may act on; a model reads the shocks of each.

    Examples
    --------
    >>> "driver.brent_price" in event_targets()
    True
    """
    targets = [(card.event_target, card.id) for card in cards().values() if card.event_target is not None]
    return tuple(name for _, name in sorted(targets))


@lru_cache(maxsize=1)
def sums() -> Mapping[str, tuple[str, ...]]:
    """Return the parts of every series that is the sum of others; energy totals weigh them by their unit.

    Examples
    --------
    >>> sums()["oil.espo1.deliveries"]
    ('oil.mohe.deliveries', 'oil.espo2.deliveries')
    """
    return MappingProxyType({c.id: c.sum_of for c in cards().values() if c.sum_of and not c.rest_like})


@lru_cache(maxsize=1)
def conversions() -> Mapping[str, tuple[str, str]]:
    """Return the series that are a flow of dollars in another currency: the flow, and the exchange rate.

    Examples
    --------
    >>> conversions()["trade.china_russia.total_cny"]
    ('trade.china_russia.total', 'driver.usd_cny')
    """
    rates = {"_cny": ("CNY_bn", "driver.usd_cny"), "_rub": ("RUB_bn", "driver.usd_rub")}
    result = {}
    for name, card in cards().items():
        unit, rate = rates.get(name[-4:], ("", ""))
        dollars = cards().get(name[:-4])
        if dollars is not None and (card.unit, dollars.unit) == (unit, "USD_bn"):
            result[name] = (dollars.id, rate)
    return MappingProxyType(result)


@lru_cache(maxsize=1)
def remainders() -> Mapping[str, tuple[str, str]]:
    """Return totals of which one part is simulated: that part, and the series whose changes the rest follows.

    Examples
    --------
    >>> remainders()["trade.primorye.exports"]
    ('trade.primorye.exports_to_china', 'trade.primorye.rest_turnover')
    """
    return MappingProxyType({c.id: (c.sum_of[0], c.rest_like) for c in cards().values() if c.rest_like})


@lru_cache(maxsize=1)
def short_names() -> Mapping[str, str]:
    """Return the short names that questions and views may use, each with the id of its variable.

    Examples
    --------
    >>> short_names()["share"]
    'trade.primorye.china_share_turnover'
    """
    with _SHORT.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["name"]: row["series_id"] for row in csv.DictReader(file)})


def unknown_series(name: object, known: Iterable[str]) -> UnknownName:
    """Return the error of an unknown series, which proposes short names too.

    Examples
    --------
    >>> print(unknown_series("shar", ["trade.primorye.china_share_turnover"]))
    unknown series `shar`; did you mean `share`? Known: share, trade.primorye.china_share_turnover.
    """
    ids = set(known)
    return UnknownName("series", name, ids | {short for short, series_id in short_names().items() if series_id in ids})


@lru_cache(maxsize=1)
def _by_headline() -> tuple[Card, ...]:
    chosen = [card for card in cards().values() if card.headline is not None]
    return tuple(sorted(chosen, key=lambda card: card.headline or 0))


def _card(row: Mapping[str, str]) -> Card:
    words = ("subject", "unit", "label", "frequency", "aggregate", "definition")
    lower, upper = (float(row[name]) if row[name] else None for name in ("lower", "upper"))
    headline, target = (int(row[name]) if row[name] else None for name in ("headline", "event_target"))
    return Card(
        row["series_id"],
        **{name: row[name] for name in words},
        lower=lower,
        upper=upper,
        headline=headline,
        event_target=target,
        sum_of=tuple(row["sum_of"].split()),
        rest_like=row["rest_like"] or None,
    )
