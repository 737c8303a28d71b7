"""Ratios beyond what is plausible are named, in the record and on the screen."""

from __future__ import annotations

from eastbound.ensemble.checks import check_utilization
from eastbound.ensemble.forecast import as_text, forecast
from eastbound.ensemble.simulate import simulate


def test_implausible_ratios_are_named_and_undefined_ones_are_not():
    ens = simulate("baseline", draws=64, until=2027).copy()
    assert check_utilization(ens) == []
    ens["gas.pos.deliveries"] = (ens["gas.pos.deliveries"] * 1.2).assign_attrs(ens["gas.pos.deliveries"].attrs)
    warnings = check_utilization(ens)
    assert [text.split("`")[1] for text in warnings] == [
        "gas.pos.utilization_contract",
        "gas.pos.utilization_nameplate",
    ]
    assert "in 2 years" in warnings[0]


def test_the_record_of_pipelines_has_warnings_and_the_text_prints_them():
    record = forecast("pipelines", draws=64, until=2027)
    assert record["warnings"] == []
    assert "warning: look" in as_text({**record, "warnings": ["look"]})
