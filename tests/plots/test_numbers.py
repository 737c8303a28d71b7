"""Numbers for people."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.plots.style import numbers as fmt


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (0.0, 0.0002, "<1 %"),
        (0.004, 0.001, "<1 %"),
        (0.006, 0.001, "1 %"),
        (0.994, 0.001, "99 %"),
        (0.996, 0.001, ">99 %"),
        (1.0, 0.0002, ">99 %"),
        (0.53, 0.03, "55 %"),
        (0.01, 0.02, "<5 %"),
        (0.5, 0.2, "50 %"),
        (math.nan, 0.0, "–"),
    ],
)
def test_probability_rounds_to_what_the_draws_allow(value, error, expected):
    assert fmt.probability(value, error) == expected


@given(st.floats(0, 1), st.floats(0, 0.5))
def test_probability_is_never_certain(value, error):
    text = fmt.probability(value, error)
    assert text not in ("0 %", "100 %")
    assert text.endswith(" %")


@given(st.floats(0.01, 0.99), st.floats(0, 0.01))
def test_probability_is_within_half_a_step(value, error):
    shown = float(fmt.probability(value, error).strip("<> %"))
    assert abs(shown - 100 * value) <= 1.0


def test_quantities_have_three_digits_at_most():
    assert fmt.number(228.105, "USD_bn") == "228 USD bn"
    assert fmt.number(38.8, "bcm") == "38.8 bcm"
    assert fmt.number(9.96, "bcm") == "10.0 bcm"
    assert fmt.number(0.328, "bcm") == "0.33 bcm"
    assert fmt.number(71.6, "percent") == "72 %"
    assert fmt.signed(-3.21, "bcm") == "−3.21"
    assert fmt.interval(-3.0, 2.0, "bcm") == "−3.00 to 2.00 bcm"


def test_units_name_the_pace_of_flows_only():
    assert fmt.unit_text("bcm", aggregate="sum", freq="M") == "bcm a month"
    assert fmt.unit_text("percent", aggregate="ratio:a/b", freq="Y") == "%"


def test_html_table_is_accessible_and_escaped():
    frame = pd.DataFrame({"name": ["<b>x</b>"], "value": ["12.5 %"], "link": ['<a href="https://example.org">y</a>']})
    text = fmt.html(frame, caption="A & B", raw=["link"])
    assert "<caption>A &amp; B</caption>" in text
    assert '<th scope="row" style="text-align:left">&lt;b&gt;x&lt;/b&gt;</th>' in text
    assert '<td class="number" style="text-align:right">12.5 %</td>' in text
    assert '<td style="text-align:left"><a href="https://example.org">y</a></td>' in text
    assert text.count('<th scope="col">') == 3
