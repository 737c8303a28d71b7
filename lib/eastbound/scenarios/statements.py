"""Parse statements about the future: views, conditions and changed settings.

::

    P(trade.primorye.china_share_turnover >= 80 in 2035) = 0.5
    P(80 <= trade.primorye.china_share_turnover <= 90 in 2035) >= 0.8
    P(milestone.pos2_first_gas < 2034) = 0.5
    mean(trade.china_russia.total, 2030) <= 300
    mean(trade.china_russia.total, 2030) = 300 ± 40
    median(driver.brent_price, 2028-06) = 70
    q90(trade.china_russia.total, 2030) = 400
    path(driver.brent_price, 2027=60, 2028=60) ± 5
    set primorye.reference_class_weight = 0.3

A view states a probability, a mean or a quantile. A path fixes the values of years or
months, exactly or within a standard deviation (±). A setting overrides a value of
``params/models``. ``+-`` means ±.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from eastbound.scenarios.expressions import MIRROR, Bound, Comparison, Series
from eastbound.scenarios.reader import Reader
from eastbound.values import listed

Relation: TypeAlias = Literal["=", ">=", "<="]


@dataclass(frozen=True)
class Chance:
    """The probability that a series lies above or below a value, or between two.

    Parameters
    ----------
    series : str
        An ensemble variable.
    bounds : tuple of Bound
        One or two comparisons that must all hold; they fail in draws in which the series is undefined.
    period : str
        A year or month; empty for a variable with one value per draw, such as a milestone date.
    relation : {"=", ">=", "<="}
        Relation of the probability to the target.
    target : float
        Stated probability, from 0 to 1.
    """

    series: str
    bounds: tuple[Bound, ...]
    period: str
    relation: Relation
    target: float

    def __str__(self) -> str:
        if len(self.bounds) == 2:
            (low_op, low), (high_op, high) = self.bounds
            event = f"{low:.12g} {MIRROR[low_op]} {self.series} {high_op} {high:.12g}"
        else:
            event = f"{self.series} {self.bounds[0].op} {self.bounds[0].value:.12g}"
        when = f" in {self.period}" if self.period else ""
        return f"P({event}{when}) {self.relation} {self.target:.12g}"


@dataclass(frozen=True)
class Level:
    """The mean or a quantile of a series, over the draws in which it is defined.

    Parameters
    ----------
    series : str
        An ensemble variable.
    level : float or None
        Level of a quantile, between 0 and 1; None for the mean.
    period : str
        A year or month; empty for a variable with one value per draw.
    relation : {"=", ">=", "<="}
        Relation of the mean or quantile to the target.
    target : float
        Stated value, in the unit of the series.
    sd : float or None
        Standard deviation of a stated mean.
    """

    series: str
    level: float | None
    period: str
    relation: Relation
    target: float
    sd: float | None = None

    def __str__(self) -> str:
        name = "mean" if self.level is None else "median" if self.level == 0.5 else f"q{100 * self.level:.12g}"
        where = f"{self.series}, {self.period}" if self.period else self.series
        spread = "" if self.sd is None else f" ± {self.sd:.12g}"
        return f"{name}({where}) {self.relation} {self.target:.12g}{spread}"


@dataclass(frozen=True)
class Path:
    """A condition that fixes values of a series.

    Parameters
    ----------
    series : str
        An ensemble variable with periods.
    pins : tuple of (period, value)
        Years or months in chronological order; values in the unit of the series.
    sd : float
        Standard deviation of the values; 0 fixes them exactly.
    """

    series: str
    pins: tuple[tuple[str, float], ...]
    sd: float = 0.0

    def __str__(self) -> str:
        pins = ", ".join(f"{period}={value:.12g}" for period, value in self.pins)
        return f"path({self.series}, {pins})" + (f" ± {self.sd:.12g}" if self.sd else "")


@dataclass(frozen=True)
class Change:
    """A changed setting of a model.

    Parameters
    ----------
    subject, name : str
        The file in ``params/models`` and the entry in it.
    value : float or str
        New value, in the unit of the entry.
    """

    subject: str
    name: str
    value: float | str

    @property
    def setting(self) -> str:
        """Subject and name, joined by a dot."""
        return f"{self.subject}.{self.name}"

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, str) else f"{self.value:.12g}"
        return f"set {self.setting} = {value}"


Statement: TypeAlias = Chance | Level | Path | Change

_RELATIONS: Final[tuple[Relation, ...]] = ("=", ">=", "<=")
_QUANTILE: Final = re.compile(r"q(\d+(?:\.\d+)?)")
_OPENINGS: Final = "`P(`, `mean(`, `median(`, `q90(`, `path(` or `set`"
_WORDS: Final = ("P", "mean", "median", "q10", "q90", "path", "set")


def parse_statement(text: str) -> Statement:
    """Parse a statement.

    Parameters
    ----------
    text : str
        In the syntax shown at the top of this module.

    Returns
    -------
    Chance, Level, Path or Change
        Its ``str`` is the statement in canonical form, which parses to the same value.

    Raises
    ------
    InputError
        If the text is no statement: the position, what was expected, what was found and the nearest word.

    Examples
    --------
    >>> str(parse_statement("P( 80<=share<=90 in 2035 )=.8"))
    'P(80 <= trade.primorye.china_share_turnover <= 90 in 2035) = 0.8'
    >>> parse_statement("path(driver.brent_price, 2027=60, 2028=60) +- 5").sd
    5.0
    """
    return _Statements(text, what="statement").statement()


def split_changes(views: Iterable[str | Statement]) -> tuple[list[Change], list[Chance | Level | Path]]:
    """Return the changed settings among views, and all other views; each once, in order of their text.

    Raises
    ------
    InputError
        If a text is no statement.

    Examples
    --------
    >>> changes, others = split_changes(["mean(driver.brent_price, 2028) = 60", "set primorye.pull = 0.1"])
    >>> changes[0].value, others[0].target
    (0.1, 60.0)
    """
    given = [views] if isinstance(views, Statement) else listed(views)
    read = sorted({view if isinstance(view, Statement) else parse_statement(str(view)) for view in given}, key=str)
    changes = [view for view in read if isinstance(view, Change)]
    return changes, [view for view in read if not isinstance(view, Change)]


class _Statements(Reader):
    """A reader of one statement."""

    def statement(self) -> Statement:
        token = self.take("name", _OPENINGS, words=_WORDS)
        word = token.text
        quantile = _QUANTILE.fullmatch(word)
        if word == "P":
            result: Statement = self.chance()
        elif word == "path":
            result = self.path()
        elif word == "set":
            result = self.setting()
        elif word in ("mean", "median"):
            result = self.level(None if word == "mean" else 0.5)
        elif quantile and 0 < float(quantile[1]) < 100:
            result = self.level(float(quantile[1]) / 100)
        else:
            self.refuse(_OPENINGS, token, words=_WORDS)
        self.take("end", "the end of the statement")
        return result

    def chance(self) -> Chance:
        self.sign("(")
        start = self.now
        event = self.event()
        if not isinstance(event, Comparison) or not isinstance(event.term, Series) or event.when.word == "by":
            self.refuse("a comparison of one series in one period; a view states no joint or cumulative event", start)
        if not event.bounds:
            self.refuse("a comparison such as `< 2034`", start)
        self.sign(")")
        relation: Relation = self.one_of(_RELATIONS)  # type: ignore[assignment]
        token = self.now
        target = self.number("a probability from 0 to 1")
        if not 0 <= target <= 1:
            self.refuse("a probability from 0 to 1", token)
        return Chance(event.term.id, event.bounds, event.when.period, relation, target)

    def level(self, level: float | None) -> Level:
        self.sign("(")
        series = self.series().id
        period = self.when((",",)).period if self.now.text == "," else ""
        self.sign(")")
        relation: Relation = self.one_of(_RELATIONS)  # type: ignore[assignment]
        target = self.number("a value in the unit of the series")
        sd = None
        if self.now.text == "±" and level is None and relation == "=":
            sd = self.spread()
        return Level(series, level, period, relation, target, sd)

    def path(self) -> Path:
        self.sign("(")
        series = self.series().id
        pins: dict[str, float] = {}
        while not pins or self.now.text == ",":
            token = self.tokens[self.index + 1]
            period = self.when((",",)).period
            if period in pins:
                self.refuse(f"each period once, and `{period}` is there already", token)
            self.sign("=")
            pins[period] = self.number("a value in the unit of the series")
        self.sign(")")
        sd = self.spread() if self.now.text == "±" else 0.0
        return Path(series, tuple(sorted(pins.items())), sd)

    def setting(self) -> Change:
        token = self.take("name", "a setting such as `primorye.pull`")
        subject, dot, name = token.text.partition(".")
        if not (dot and name):
            self.refuse("a setting such as `primorye.pull`", token)
        self.sign("=")
        value = self.take("name", "").text if self.now.kind == "name" else self.number("a number or a word")
        return Change(subject, name, value)

    def spread(self) -> float:
        self.sign("±")
        token = self.now
        sd = self.number("a standard deviation above 0")
        if sd <= 0:
            self.refuse("a standard deviation above 0", token)
        return sd
