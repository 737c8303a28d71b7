"""Units: sizes convert, natures do not."""

import pytest

from eastbound.errors import InputError, UnknownName
from eastbound.units import UNITS, convert, unit_label


@pytest.mark.parametrize(
    ("value", "unit", "to", "result"),
    [
        (1630.0, "CNY_bn", "CNY_bn", 1630.0),
        (68.7, "USD_mn", "USD_bn", 0.0687),
        (150_000.0, "t", "kt", 150.0),
        (3.0, "ships_100kt", "Mt", 0.3),
        (1.0, "bcf_per_day", "mcm_per_day", 28.316846592),
        (70.0, "percent", "ratio", 0.7),
    ],
)
def test_sizes(value, unit, to, result):
    assert convert(value, unit, to) == pytest.approx(result, rel=1e-12)


@pytest.mark.parametrize(("unit", "to"), [("USD_bn", "CNY_bn"), ("Mt", "bcm"), ("trucks", "trucks_per_day")])
def test_different_things_are_refused(unit, to):
    with pytest.raises(InputError, match="different things"):
        convert(1.0, unit, to)


def test_unknown_unit_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `USD_bn`"):
        unit_label("USD_bln")


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_understood(unit):
    assert convert(2.5, unit, unit) == pytest.approx(2.5)
