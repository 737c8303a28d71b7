"""Reading one parameter: types, limits, refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastbound.constants import LIMITS
from eastbound.errors import InputError
from eastbound.reports.parameters import Parameter


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (Parameter("until", 2035), "2030", 2030),
        (Parameter("until", 2035), 2030, 2030),
        (Parameter("draws", 4096), " 512 ", 512),
        (Parameter("quick", False), "true", True),
        (Parameter("quick", False), "No", False),
        (Parameter("weight", 0.5), "0.25", 0.25),
        (Parameter("weight", 0.5), 1, 1.0),
        (Parameter("noise", 0.1, help="sd [0, 2.5]"), "2.5", 2.5),
        (Parameter("as_of", None, "str"), "none", None),
        (Parameter("as_of", None, "str"), "2025-06-30", "2025-06-30"),
        (Parameter("title", "x"), "none", "none"),  # only a parameter whose default is None may become None
        (Parameter("levels", [0.5]), "[0.1, 0.9]", [0.1, 0.9]),
        (Parameter("share", None, "Optional[float]"), "0.5", 0.5),
    ],
)
def test_value_is_read_in_the_declared_type(parameter, value, expected):
    result = parameter.read(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        (Parameter("until", 2035), "soon", "`soon`; it must be a whole number from 2027 to 2050"),
        (Parameter("until", 2035), "2030.0", "a whole number"),
        (Parameter("until", 2035), True, "a whole number"),
        (Parameter("until", 2035), "2051", "from 2027 to 2050"),
        (Parameter("draws", 4096), "63", "from 64 to"),
        (Parameter("seed", 1), "-1", "from 0 to 9223372036854775807"),
        (Parameter("quick", False), "perhaps", "true or false"),
        (Parameter("weight", 0.5), "1.01", "a number from 0 to 1"),
        (Parameter("probability_of_halt", 0.5), "-0.1", "from 0 to 1"),
        (Parameter("noise", 0.1, help="sd [0, 2.5]"), "2.6", "a number from 0 to 2.5"),
        (Parameter("weight", 0.5), "nan", "a number"),
        (Parameter("noise", 0.1), "inf", "a number"),
        (Parameter("levels", [0.5]), "0.5", "a list"),
        (Parameter("levels", [0.5]), "open('x')", "a list"),
        (Parameter("until", 2035), None, "a whole number"),
    ],
)
def test_wrong_value_is_refused_with_what_was_expected(parameter, value, words):
    with pytest.raises(InputError) as caught:
        parameter.read(value)
    assert words in str(caught.value)
    assert f"`{parameter.name}`" in str(caught.value)
    assert caught.value.exit_code == 2


@given(st.integers(-(10**19), 10**19))
def test_whole_numbers_pass_exactly_within_their_limits(number):
    for name, (low, high) in LIMITS.items():
        parameter = Parameter(name, low)
        if low <= number <= high:
            assert parameter.read(str(number)) == number
        else:
            with pytest.raises(InputError):
                parameter.read(str(number))


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_never_a_crash(text):
    for parameter in (
        Parameter("until", 2035),
        Parameter("weight", 0.5),
        Parameter("quick", True),
        Parameter("l", [1]),
    ):
        try:
            value = parameter.read(text)
        except InputError:
            continue
        assert type(value).__name__ in parameter.kinds
