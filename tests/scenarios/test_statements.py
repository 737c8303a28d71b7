"""Statements read as people write them; everything else is refused with its place and the nearest word."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.errors import InputError
from eastbound.scenarios.statements import Bound, Chance, Change, Level, Path, parse_statement

SHARE = "trade.primorye.china_share_turnover"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"P({SHARE} >= 80 in 2035) = 0.5", Chance(SHARE, (Bound(">=", 80),), "2035", "=", 0.5)),
        (
            f"P(80<={SHARE}<90 in 2035-06)>=.8",
            Chance(SHARE, (Bound(">=", 80), Bound("<", 90)), "2035-06", ">=", 0.8),
        ),
        (f"P(90 > {SHARE} ≥ 80 in 2035) ≤ 1", Chance(SHARE, (Bound(">=", 80), Bound("<", 90)), "2035", "<=", 1.0)),
        (f"P(80 <= {SHARE} in 2035) = 0", Chance(SHARE, (Bound(">=", 80),), "2035", "=", 0.0)),
        (
            "P(milestone.pos2_first_gas < 2034) = 0.5",
            Chance("milestone.pos2_first_gas", (Bound("<", 2034),), "", "=", 0.5),
        ),
        ("mean(a, 2030) = 300 +- 40", Level("a", None, "2030", "=", 300, 40)),
        ("median(a, 2030) <= -3e2", Level("a", 0.5, "2030", "<=", -300)),
        ("q2.5(a)=1", Level("a", 0.025, "", "=", 1)),
        ("path(a, 2028=60, 2027-06=+70) ± 5", Path("a", (("2027-06", 70), ("2028", 60)), 5)),
        ("path(a, 2027=60)", Path("a", (("2027", 60),))),
        ("set primorye.reference_class_weight = 0.3", Change("primorye", "reference_class_weight", 0.3)),
        ("set trade.kind = plain", Change("trade", "kind", "plain")),
    ],
)
def test_reads(text, expected):
    assert parse_statement(text) == expected
    assert parse_statement(str(expected)) == expected


names = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9_]{0,8}){0,2}", fullmatch=True).filter(
    lambda name: name not in {"in", "set"}
)
values = st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.9g}"))
periods = st.one_of(st.integers(1000, 9999).map(str), st.dates().map(lambda day: f"{day:%Y-%m}".zfill(7)))
relations = st.sampled_from(["=", ">=", "<="])
statements = st.one_of(
    st.builds(
        Chance,
        names,
        st.builds(lambda op, value: (Bound(op, value),), st.sampled_from([">=", "<=", ">", "<"]), values),
        st.one_of(st.just(""), periods),
        relations,
        st.integers(0, 1000).map(lambda n: n / 1000),
    ),
    st.builds(
        Level, names, st.one_of(st.none(), st.integers(1, 99).map(lambda n: n / 100)), periods, relations, values
    ),
    st.builds(
        Path,
        names,
        st.dictionaries(periods, values, min_size=1, max_size=4).map(lambda pins: tuple(sorted(pins.items()))),
        st.one_of(st.just(0.0), st.integers(1, 99).map(float)),
    ),
    st.builds(Change, st.just("trade"), st.from_regex(r"[a-z]{1,9}", fullmatch=True), values),
)


@given(statements)
def test_what_is_written_reads_back(statement):
    assert parse_statement(str(statement)) == statement


@given(st.text(max_size=40))
def test_no_text_does_worse_than_a_refusal(text):
    with suppress(InputError):
        assert parse_statement(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", r"character 1: expected `P\(`.*found the end"),
        ("meen(a, 2030) = 3", r"character 1: .*did you mean `mean`\?"),
        ("P(a > 3 on 2035) = .5", r"character 9: expected `in` and a period, or `\)`, found `on`"),
        ("P(a > 3 in 20355) = .5", r"character 12: expected a year such as 2035"),
        ("P(a > 3 in 2035-13) = .5", r"character 12: expected a year such as 2035"),
        ("P(a > 3 in 2035) = 40", r"character 20: expected a probability from 0 to 1, found `40`"),
        ("P(3 <= a >= 4 in 2035) = .5", r"character 10: expected a sign in the same direction"),
        ("P(90 <= a <= 80 in 2035) = .5", r"character 14: expected a value on the other side of 90"),
        ("P(a in 2035) = .5", r"character 5: expected `>=`"),
        ("P(a >= 3 in 2035) = .5 ± 1", r"character 24: expected the end"),
        ("mean(a, 2030) >= 3 ± 1", r"character 20: expected the end"),
        ("mean(a, 2030) = 1e999", r"character 17: .*at most 1e\+12"),
        ("path(a)", r"character 7: expected `,`"),
        ("path(a, 2027=3, 2027=4)", r"character 17: expected each period once"),
        ("path(a, 2027=60) ± 0", r"character 20: expected a standard deviation above 0"),
        ("set damping = 3", r"character 5: expected a setting such as"),
        ("q0(a, 2030) = 3", r"character 1"),
        ("P(a >= $3 in 2035) = .5", r"character 8: .*found `\$`"),
        ("P(" + "a" * 3000, r"at most 2000 characters"),
    ],
)
def test_refusals(text, expected):
    with pytest.raises(InputError, match=expected):
        parse_statement(text)
