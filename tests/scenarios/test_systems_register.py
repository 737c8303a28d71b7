"""The register of the systems that the source articles describe."""

import pytest

from eastbound.errors import ScenarioError
from eastbound.models import registry
from eastbound.scenarios.inputs import load_all_inputs
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.systems_register import FILE, load_register

# An unknown part of the flow whose series stands for it: dual-use goods of exports, money of announced projects.
BESIDE = (68, 70)


def test_every_system_has_a_treatment_that_exists():
    systems = load_register()
    assert [system.number for system in systems] == list(range(1, 73))
    simulated = set(registry.series(load_all_inputs(registry.ORDER)))
    ratios = ("share", "utilization")
    for system in systems:
        first = system.series[0]
        if system.treatment == "forecast":
            assert first in simulated or any(word in first for word in ratios), system.system
        if system.treatment == "tracked" and system.number not in BESIDE:
            assert first not in simulated, system.system


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "milestones: [pos2_first_gas]",
            "milestones: [pos3_first_gas]",
            "`pos3_first_gas` does not exist",
        ),
        ("treatment: stress test", "treatment: stress", "treatment"),
        ("series: [trade.china_russia.total,", "series: [trade.china_russia.totl,", "unknown series"),
        ("events: [vehicle_fee]", "milestones: [pos2_first_gas]", "names the events, milestones or scenarios"),
    ],
)
def test_mistakes_are_named(tmp_path, old, new, words):
    lay_out(tmp_path / "desk")
    file = tmp_path / "desk" / FILE
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        load_register(tmp_path / "desk")
