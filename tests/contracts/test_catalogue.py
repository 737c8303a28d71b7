"""The catalogue is the rows of series.csv: constants, parts, headlines and targets agree with it."""

import pytest

from eastbound import catalogue, names
from eastbound.errors import UnknownName
from eastbound.models import registry
from eastbound.plots.style.numbers import unit_text
from eastbound.units import unit_label

VARIANTS = {names.OWN_HISTORY, names.REFERENCE_CLASS}  # suffixes, not ids
CONSTANTS = {k: v for k, v in vars(names).items() if k.isupper() and isinstance(v, str) and v not in VARIANTS}


@pytest.mark.parametrize("constant", CONSTANTS)
def test_each_constant_is_a_row(constant):
    assert catalogue.card(CONSTANTS[constant]).id == CONSTANTS[constant]


def test_each_subject_with_headlines_has_a_model():
    assert set(catalogue.subjects()) <= set(registry.ORDER)


def test_headlines_and_targets_are_numbered_once():
    cards = catalogue.cards().values()
    for field in ("headline", "event_target"):
        numbers = [getattr(card, field) for card in cards if getattr(card, field) is not None]
        assert len(numbers) == len(set(numbers)) > 0


def test_parts_share_the_unit_of_their_total_or_are_weighed_as_energy():
    for total, parts in (*catalogue.sums().items(), *catalogue.remainders().items()):
        units = {catalogue.card(name).unit for name in (total, *parts)}
        assert len(units) == 1 or catalogue.card(total).unit == "Mtoe", total


def test_an_unknown_series_gets_the_nearest():
    with pytest.raises(UnknownName, match=r"trade\.china_russia\.total"):
        catalogue.card("trade.china_russia.totl")
    with pytest.raises(UnknownName, match="trade"):
        catalogue.headlines("trad")


@pytest.mark.parametrize("unit", sorted({card.unit for card in catalogue.cards().values()}))
def test_charts_label_a_unit_as_the_tables_do(unit):
    assert unit_text(unit) == unit_label(unit)


def test_names_holds_ids_only():
    assert [k for k, v in vars(names).items() if k.isupper() and not isinstance(v, str)] == []
