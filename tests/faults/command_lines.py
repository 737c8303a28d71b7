"""Generate command lines: real verbs and options with values that are right, wrong or strange."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Verb(NamedTuple):
    """Hold a command, the words it always has, its number of arguments, and its options."""

    words: tuple[str, ...]
    always: tuple[str, ...]
    arguments: int
    options: tuple[str, ...]


_VALUES = (
    *("baseline", "baselin", "", " ", "-1", "0", "1e4", "nan", "inf", "9" * 40, "x" * 500, "2024", "2024-13-01"),
    *("2024-02-30", "9999-12-31", "true", "None", "[1]", "{}", "a\nb", "'; DROP", "../..", "/dev/null", "\u202e", "é"),
    *("10_trade", "until", "draws", "trade", "primorye", "trade.china_russia.total", "P(x > 1)", "<script>", "$x$"),
    *("\u200b", "\x1b[31m", "~", ".", "--", "-", "mine", "USD_bn", "2026-11", "tass-2026-01-14", "64", "2027"),
    *("mean(trade.china_russia.total, 2030) = 300", "driver.brent_price", "=1+1", "300", "observed", "2026-11-20"),
)
_LOOK = ("--json", "--home")
_BOOK = ("--as-of", "--data", "--json")
# none of them asks the network; those that simulate do so with few draws unless a generated option says more
_VERBS = (
    Verb(("report", "-n"), (), 0, ("-s", "-k", "-j", "-p", "--as-of", "--out", "--view", "--views", "--data", *_LOOK)),
    Verb(("data", "show"), (), 1, ("--period", *_BOOK)),
    Verb(("data", "list"), (), 0, _BOOK),
    Verb(("data", "audit"), (), 0, ("--strict", *_BOOK)),
    Verb(("data", "effects"), (), 1, _BOOK),
    Verb(("data", "causal-claims"), (), 0, _BOOK),
    Verb(
        ("data", "add"),
        ("--no-forecast", "--unit", "USD_bn", "--source", "tass-2026-01-14", "--published", "2026-11-20"),
        3,
        ("--unit", "--source", "--published", "--low", "--high", "--kind", "--locator", "--note", "--confirm"),
    ),
    Verb(("data", "remove"), ("--no-forecast",), 2, ("--source", "--locator", "--home")),
    Verb(("scenarios", "list"), (), 0, _LOOK),
    Verb(("scenarios", "show"), (), 1, _LOOK),
    Verb(("scenarios", "card"), (), 1, ("--as-of", *_LOOK)),
    Verb(("scenarios", "copy"), (), 2, ("--title", "--home")),
    Verb(("scenarios", "new"), (), 1, ("--from", "--title", "--set", "--why", "--home")),
    Verb(("scenarios", "diff"), (), 2, ("--as-of", *_LOOK)),
    Verb(("scenarios", "validate"), (), 1, ("--home",)),
    Verb(("schemas",), (), 0, ("--home",)),
    Verb(("views", "list"), (), 0, ("--all", "--on", *_LOOK)),
    Verb(("views", "add"), ("--who", "me", "--why", "a test"), 1, ("--who", "--why", "-s", *_LOOK)),
    Verb(("views", "remove"), ("--who", "me", "--why", "a test"), 1, ("--who", "--why", *_LOOK)),
    Verb(("forecast",), ("--draws", "64", "--until", "2027"), 1, ("-s", "--seed", "--view", "--views", *_BOOK)),
    Verb(("backtest",), ("--draws", "64", "--origin", "2024-12-31"), 1, ("--origin", "--draws", "--seed", "--data")),
    Verb(("ask",), ("--draws", "64", "--until", "2027"), 1, ("--expr", "--names", "-s", "--seed", *_BOOK)),
    Verb(("claims",), ("--draws", "64"), 0, ("-s", "--seed", "--until", *_BOOK)),
    Verb(("init",), (), 1, ()),
    Verb(("doctor",), ("--extension", "none"), 0, _LOOK),
    Verb(("nonsense",), (), 1, ("--json",)),
)
_FLAGS = {"--json", "--names", "--views", "--strict", "--confirm", "--all"}


def command_line(chance: Random) -> list[str]:
    """Return the words of one command."""
    verb = chance.choice(_VERBS)
    words = [*verb.words, *verb.always]
    for option in chance.sample(verb.options, k=min(len(verb.options), chance.randrange(3))):
        values = [] if option in _FLAGS else [chance.choice(_VALUES) for _ in range(2 if option == "-p" else 1)]
        words += [option, *values]
    given = verb.arguments if chance.random() < 0.8 else chance.randrange(4)
    return words + [chance.choice(_VALUES) for _ in range(given)]
