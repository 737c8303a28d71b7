"""Questions read as people write them; ill-formed ones are refused with the position and a valid form."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.catalogue import cards, short_names
from eastbound.errors import InputError
from eastbound.scenarios.expressions import Joint, When
from eastbound.scenarios.reader import parse_question
from eastbound.scenarios.statements import parse_statement

TRADE, SHARE = "trade.china_russia.total", "trade.primorye.china_share_turnover"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("P(trade<200 in 2028 and share>75 in 2028)", f"P({TRADE} < 200 in 2028 and {SHARE} > 75 in 2028)"),
        ("P(trade<200 and share>75 in 2028)", f"P({TRADE} < 200 in 2028 and {SHARE} > 75 in 2028)"),
        ("P(trade>=300 by 2030)", f"P({TRADE} >= 300 by 2030)"),
        ("P(80<=share<=90 in 2035)", f"P(80 <= {SHARE} <= 90 in 2035)"),
        ("P(not (trade < 200 or share > 75) in 2028)", None),
        ("P(share > 75 in 2028 given trade < 250 by 2028)", f"P({SHARE} > 75 in 2028 given {TRADE} < 250 by 2028)"),
        ("P(pos2_gas by 2035)", "P(milestone.pos2_first_gas by 2035)"),
        ("P(pos2_gas < 2034)", "P(milestone.pos2_first_gas < 2034)"),
        ("P(happens(price_slump))", "P(happens(price_slump))"),
        ("E(sum12(trade * usd_cny) in +12)", f"E(sum12({TRADE} * driver.usd_cny) in +12)"),
        ("E(trade -5 in 2030)", f"E({TRADE} - 5 in 2030)"),
        ("E((trade - 5) / 2 - (trade - 3) in 2030)", f"E(({TRADE} - 5) / 2 - ({TRADE} - 3) in 2030)"),
        ("Q(.9, change(trade) in 2030-06)", f"Q(0.9, change({TRADE}) in 2030-06)"),
        ("first(trade >= 300 and share >= 80, by 2035)", f"first({TRADE} >= 300 and {SHARE} >= 80, by 2035)"),
        ("diff(E(trade in 2028), price_slump, baseline)", f"diff(E({TRADE} in 2028), price_slump, baseline)"),
        ("rank(P(trade<250 in 2028), price_slump, gas_outage)", None),
        ("contrib(trade from 2024 to 2025)", f"contrib({TRADE} from 2024 to 2025)"),
    ],
)
def test_reads(text, canonical):
    if text.startswith("P(not"):
        with pytest.raises(InputError, match="expected `in` and a period"):  # the time stands outside the parentheses
            parse_question(text)
        return
    question = parse_question(text)
    assert str(question) == (canonical or str(question))
    assert parse_question(str(question)) == question


def test_in_the_year_and_by_the_year_differ():
    inside, by = (parse_question(f"P(trade >= 300 {word} 2030)") for word in ("in", "by"))
    assert inside != by
    assert (inside.event.when, by.event.when) == (When("in", "2030"), When("by", "2030"))


def test_and_binds_more_closely_than_or():
    event = parse_question("P(trade < 1 or trade < 2 and trade < 3 in 2030)").event
    assert isinstance(event, Joint)
    assert (event.word, len(event.events), event.events[1].word) == ("or", 2, "and")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fist(trade > 3, by 2030)", r"character 1: .*did you mean `first`\?"),
        ("P(trade > 300)", r"character 14: expected `in` and a period \(the figure of that year.*Valid: `P\(trade"),
        ("P(trade > 300 on 2030)", r"character 15: expected `in` and a period"),
        ("P(trade > 300 in 2030", r"character 22: expected `\)`, found the end"),
        ("P(share > 120 in 2030)", r"character 11: expected a value from 0 to 100 percent, the bounds of"),
        ("P(-5 <= trade <= 3 in 2030)", r"expected a value of at least 0 USD_bn"),
        ("E(trade by 2030)", r"character 9: expected `in`, found `by`. Valid: `E\(trade in 2030\)`"),
        ("Q(90, trade in 2030)", r"character 3: expected a level between 0 and 1, such as 0.9, found `90`"),
        ("first(trade > 3 in 2030, by 2035)", r"expected an event without a time"),
        ("diff(first(trade > 3, by 2030), a, b)", r"character 6: expected `P\(` or `E\(` or `Q\(`"),
        ("contrib(trade in 2030)", r"character 15: expected `from`, found `in`"),
        ("E(in in 2030)", r"character 3: expected the id of a series"),
        ("P(trade > 3 in 2030) = .5", r"character 22: expected the end of the question"),
    ],
)
def test_refusals_name_the_position(text, expected):
    with pytest.raises(InputError, match=expected) as caught:
        parse_question(text)
    # The caret stands under the character that the message counts.
    message, line, caret = str(caught.value).rsplit("\n", 2)
    assert line[2:] == text
    assert f"character {caret.index('^') - 1}:" in message


@given(st.text(max_size=40))
def test_no_text_does_worse_than_a_refusal(text):
    with suppress(InputError):
        parse_question(text)


terms = st.recursive(
    st.sampled_from(["trade", "share", "oil", "3", "0.5", "change(trade)"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
    max_leaves=5,
)
events = st.recursive(
    st.builds(
        "{} {} {} {}".format, st.just("trade * 1"), st.sampled_from([">", "<="]), st.integers(0, 9), st.just("in 2030")
    ),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=5,
)


@given(terms, events)
def test_what_is_written_reads_back(term, event):
    question = parse_question(f"E(1 * {term} in 2030 given {event})")
    assert parse_question(str(question)) == question


def test_views_take_short_names_and_refuse_joint_events():
    assert parse_statement("P(share >= 80 in 2035) = .5") == parse_statement(f"P({SHARE} >= 80 in 2035) = 0.5")
    for text in ("P(share > 80 and trade < 200 in 2035) = .5", "P(share > 80 by 2035) = .5"):
        with pytest.raises(InputError, match="a view states no joint or cumulative event"):
            parse_statement(text)


def test_short_names_are_words_of_known_series():
    for name, series in short_names().items():
        assert series in cards() or series.startswith("milestone."), name
        assert name.isidentifier()
        assert name not in {"and", "or", "not", "in", "by", "given", "from", "to", "happens", "change", "sum12"}
