"""What the tagged cell declares: every name is seen, and what cannot be injected is refused."""

from __future__ import annotations

import pytest

from eastbound.errors import InputError
from eastbound.reports.declared import read_declared


@pytest.mark.parametrize(
    ("source", "given", "expected"),
    [
        ("as_of: str | None = None  # date", "2024-12-31", "2024-12-31"),
        ("until: int | None = 2035  # year", "2030", 2030),
        ("until: int | None = 2035  # year", "none", None),
        ("a = 1; until = 2035", "2030", 2030),
        ('region: Literal["primorye", "amur"] = "primorye"', "amur", "amur"),
        ("from typing import Optional\nx: Optional[float] = None", "0.5", 0.5),
        ("levels: list[int] = [1]", "[1, 2]", [1, 2]),
        ("x: 'int | float' = 1", "1.5", 1.5),
        ('note = "a # b"  # type: str text', "c = d", "c = d"),
        ("limits = {\n    'low': 1,  # least\n    'high': 2,\n}  # bounds", "{'low': 2}", {"low": 2}),
    ],
)
def test_name_is_seen_whatever_its_annotation(source, given, expected):
    *_, parameter = read_declared(source, where="x.ipynb").values()
    assert parameter.read(given) == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\nstart: datetime.date = None", "line 2 .*`start`.*`datetime.date`"),
        ("pair = (1, 2)", "line 1 .*`pair`.*a tuple would arrive as a text"),
        ("nested = [(1, 2)]", "a tuple would arrive as a text"),
        ("years = {2030: 1}", "the key `2030` of a mapping would arrive as a text"),
        ("names = {'a', 'b'}", "a set would arrive"),
        ("a, b = 1, 2", "`a, b = .1, 2.` is not a parameter"),
        ("a = b = 1", "`a = b = 1` is not a parameter"),
        ("x: int", "`x` has no default"),
        ("until = 2030 + 5", "must be a literal"),
        ("if True:\n    x = 1", "`if True:` is not a parameter"),
        ("x = 1\ny = (", "not valid Python"),
    ],
)
def test_what_cannot_be_injected_is_refused_with_its_line(source, words):
    with pytest.raises(InputError, match=words) as caught:
        read_declared(source, where="40_mine.ipynb")
    assert "`40_mine.ipynb`, line " in str(caught.value)


@pytest.mark.parametrize(("source", "given"), [("x: list = [1]", "[(1, 2)]"), ("x: dict = {}", "{1: 2}")])
def test_given_value_that_would_arrive_as_text_is_refused(source, given):
    (parameter,) = read_declared(source, where="x.ipynb").values()
    with pytest.raises(InputError, match="parameter `x` is"):
        parameter.read(given)


def test_choice_outside_the_listed_ones_is_refused():
    (parameter,) = read_declared('region: Literal["primorye", "amur"] = "amur"', where="x.ipynb").values()
    with pytest.raises(InputError, match="one of `primorye`, `amur`"):
        parameter.read("tuva")
