"""A new scenario states only what differs, is valid before it has a name, and never replaces another."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from eastbound.errors import InputError, ScenarioError, UnknownName
from eastbound.scenarios.authoring import new_scenario
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.loader import load_scenario

HALT = "bank_payment_halt_dated"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edits") / "desk"
    lay_out(folder)
    return folder


def files(desk):
    return {path.name: path.read_bytes() for path in (desk / "params" / "scenarios").iterdir() if path.is_file()}


def test_values_are_changed_and_all_else_is_taken_over(desk):
    edits = [
        f"{HALT}.severity.median=1.9",
        f"{HALT}.onset=2028-01/2028-06",
        f"{HALT}.china_exports.trough.mean=-0.3",
        f"{HALT}.payments.china_russia.commission.lag_months=1",
        "pos2_first_gas.never.value=0.5",
    ]
    new_scenario("harder", source="secondary_sanctions", edits=edits, why="banks, all at once", home=desk)
    new, old = load_scenario("harder", home=desk), load_scenario("secondary_sanctions", home=desk)
    event = next(event for event in new.events if event.id == HALT)
    before = next(event for event in old.events if event.id == HALT)
    assert (event.severity.median, event.severity.sigma) == (1.9, before.severity.sigma)
    assert event.severity.judgement == "banks, all at once"
    assert (event.onset.low, event.onset.high) == ("2028-01", "2028-06")
    effects, earlier = ({effect.target: effect for effect in item.effects} for item in (event, before))
    assert effects["trade.china_russia.china_exports"].trough.mean == -0.3
    assert effects["trade.china_russia.china_exports"].lag_months == 2.5
    assert effects["payments.china_russia.commission"].lag_months == 1
    assert effects["trade.china_russia.china_imports"] == earlier["trade.china_russia.china_imports"]
    assert next(item for item in new.milestones if item.id == "pos2_first_gas").never.value == 0.5
    assert [item for item in new.events if item.id != HALT] == [item for item in old.events if item.id != HALT]
    assert (new.title, new.axis, new.probability, new.expires) == ("Harder", None, None, None)


def test_what_is_left_alone_is_listed_as_comments(desk):
    text = new_scenario("gentler", source="price_slump", title='A "gentle" one', home=desk).read_text(encoding="utf-8")
    assert "#   - id: brent_slump_dated" in text
    assert load_scenario("gentler", home=desk).title == 'A "gentle" one'


@pytest.mark.parametrize(
    ("edits", "error", "message"),
    [
        ([f"{HALT}.severity=-1"], ScenarioError, "`severity` must be a pure number of at least 0"),
        ([f"{HALT}.severty=2"], UnknownName, f"did you mean `{HALT}.severity`"),
        (["halt.severity=2"], UnknownName, "unknown value `halt.severity` in secondary_sanctions"),
        (["severity"], InputError, "is not an edit; expected path=value"),
        ([f"{HALT}.severity=[1"], InputError, "is not YAML"),
        ([f"{HALT}.onset=2028-13"], ScenarioError, "expected a month such as 2027-06, got `2028-13`"),
        ([f"{HALT}.china_exports.transitory=1.5"], ScenarioError, "must be at most 1, got `1.5`"),
    ],
)
def test_a_wrong_value_is_explained_and_nothing_is_written(desk, edits, error, message):
    before = files(desk)
    with pytest.raises(error) as caught:
        new_scenario("wrong", source="secondary_sanctions", edits=edits, why="a test", home=desk)
    assert message in str(caught.value)
    assert files(desk) == before


def test_new_values_need_a_reason(desk):
    with pytest.raises(InputError, match="new numbers need a reason"):
        new_scenario("bare", source="price_slump", edits=["brent_slump_dated.severity=2"], home=desk)


@pytest.mark.parametrize("name", ["baseline", "my_scenario"])
def test_the_name_of_another_scenario_is_refused(desk, name):
    before = files(desk)
    with pytest.raises(InputError, match=f"there is a scenario `{name}` already; choose another name"):
        new_scenario(name, source="price_slump", home=desk)
    assert files(desk) == before


@contextmanager
def without_privileges():
    """Act as a user whom permissions bind, where the tests run as the administrator."""
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)


def test_a_read_only_folder_is_refused_in_one_line_and_nothing_is_lost():
    with TemporaryDirectory() as outside:  # readable by every user, unlike the folders of pytest
        os.chmod(outside, 0o755)
        desk = Path(outside, "desk")
        lay_out(desk)
        new_scenario("loads_what_is_needed", source="price_slump", home=desk)
        before, folder = files(desk), desk / "params" / "scenarios"
        os.chmod(folder, 0o555)
        try:
            with without_privileges(), pytest.raises(InputError, match="permission is missing") as caught:
                new_scenario("kept_out", source="price_slump", home=desk)
        finally:
            os.chmod(folder, 0o755)
        assert "\n" not in str(caught.value)
        assert files(desk) == before
