"""Generate command lines: real verbs and options with values that are right, wrong or strange."""

from __future__ import annotations

from random import Random

_VALUES = (
    *("baseline", "baselin", "", " ", "-1", "0", "1e4", "nan", "inf", "9" * 40, "x" * 500, "2024", "2024-13-01"),
    *("2024-02-30", "9999-12-31", "true", "None", "[1]", "{}", "a\nb", "'; DROP", "../..", "/dev/null", "\u202e", "é"),
    *("10_trade", "until", "draws", "trade", "primorye", "trade.china_russia.total", "P(x > 1)", "<script>", "$x$"),
)
_VERBS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("report", "-n"): ("-s", "-k", "-j", "--as-of", "--out", "--json", "--home"),
    ("data", "show"): ("--period", "--as-of", "--data", "--json"),
    ("data", "list"): ("--as-of", "--data", "--json"),
    ("scenarios", "list"): ("--json", "--home"),
    ("scenarios", "show"): ("--json", "--home"),
    ("scenarios", "validate"): ("--home",),
    ("views", "list"): ("--json", "--home"),
    ("init",): (),
    ("nonsense",): ("--json",),
}
_FLAGS = {"--json"}


def command_line(chance: Random) -> list[str]:
    """Return the words of one command; none of them computes, writes outside or asks the network."""
    verb = chance.choice(list(_VERBS))
    words = list(verb)
    for option in chance.sample(_VERBS[verb], k=min(len(_VERBS[verb]), chance.randrange(3))):
        words += [option] if option in _FLAGS else [option, chance.choice(_VALUES)]
    if verb[0] == "report" and chance.random() < 0.5:
        words += ["-p", chance.choice(_VALUES), chance.choice(_VALUES)]
    elif verb != ("report", "-n") and chance.random() < 0.7:
        words.append(chance.choice(_VALUES))
    return words
