"""The commands on scenario files: exit codes, and which stream names what."""

from __future__ import annotations

import io
import json
import shutil

import pytest

from eastbound.cli.command import main
from eastbound.cli.scenarios import _in_words
from eastbound.scenarios.home import find_home

AS_OF = ["--as-of", "2026-10-30"]


@pytest.fixture
def desk(tmp_path):
    shutil.copytree(find_home() / "params", tmp_path / "params")
    return tmp_path


def test_a_bad_draft_is_named_and_the_good_scenarios_are_listed(desk, capsys):
    (desk / "params" / "scenarios" / "draft.yml").write_text("")
    (desk / "params" / "scenarios" / "slump2.yaml").write_text("name: slump2\n")
    assert main(["scenarios", "list", *AS_OF, "--home", str(desk)]) == 1
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()][:2] == ["baseline", "arctic_route_grows"]
    assert "scenario `draft` cannot be loaded:\ndraft.yml:1:1: expected `key: value` lines" in err
    assert "`slump2.yaml` is passed over: scenario files end in `.yml`; rename it to `slump2.yml`." in err


def test_the_list_marks_an_expired_scenario(desk, capsys):
    file = desk / "params" / "scenarios" / "pos2_agreed.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("after: 2028-12", "after: 2026-09"), encoding="utf-8")
    assert main(["scenarios", "list", *AS_OF, "--home", str(desk)]) == 0
    assert "Power of Siberia 2 is agreed (expired after 2026-09)" in capsys.readouterr().out
    assert main(["scenarios", "list", *AS_OF, "--json", "--home", str(desk)]) == 0
    expired = {record["name"]: record["expired"] for record in json.loads(capsys.readouterr().out)}
    assert [name for name, past in expired.items() if past] == ["pos2_agreed"]


def test_validate_refuses_an_event_of_the_past_and_prints_what_is_dropped(desk, capsys):
    assert main(["scenarios", "validate", "sanctions_relief", *AS_OF, "--home", str(desk)]) == 0
    assert "drops of what it inherits: `partner_return.hazard`" in capsys.readouterr().out
    file = desk / "params" / "scenarios" / "price_slump.yml"
    text = file.read_text(encoding="utf-8").replace("low: 2027-01, high: 2027-12", "low: 2025-01, high: 2025-12")
    file.write_text(text, encoding="utf-8")
    assert main(["scenarios", "validate", "price_slump", *AS_OF, "--home", str(desk)]) == 2
    assert "its onset (2025-01 to 2025-12) lies before 2026-10" in capsys.readouterr().err


def test_a_copy_takes_a_title_and_the_card_shows_it(desk, capsys):
    copy = ["scenarios", "copy", "price_slump", "deep_slump", "--title", "A deep slump", "--home", str(desk)]
    assert main(copy) == 0
    capsys.readouterr()
    assert main(["scenarios", "card", "deep_slump", *AS_OF, "--home", str(desk)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A deep slump"
    assert lines[-1].startswith("- Lasting slump of the oil price, 2027-01 to 2027-12: Brent price -50 %")
    assert main(["scenarios", "card", "deep_slump", *AS_OF, "--json", "--home", str(desk)]) == 0
    assert json.loads(capsys.readouterr().out)["effects"][0]["peak"].startswith("-50 %")


def test_an_event_of_the_past_is_refused_before_anything_is_simulated(desk, capsys):
    file = desk / "params" / "scenarios" / "price_slump.yml"
    text = file.read_text(encoding="utf-8").replace("low: 2027-01, high: 2027-12", "low: 2025-01, high: 2025-12")
    file.write_text(text, encoding="utf-8")
    command = ["forecast", "trade", "-s", "price_slump", "--draws", "64", *AS_OF, "--home", str(desk)]
    assert main(command) == 2
    assert "event `brent_slump_dated`: its onset (2025-01 to 2025-12) lies before 2026-10" in capsys.readouterr().err


def test_probability_texts_of_plausibility_are_plain_numbers():
    # a share of 99.6 % was once printed as 1e+02 %
    words = _in_words({"share": 0.996, "furthest": "driver.brent_price", "level": 0.33})
    assert words.startswith("99.6 % of the baseline's futures")
    assert words.endswith("at 33.0 % of its distribution")


def test_a_new_scenario_is_written_from_flags_and_compared_in_words(desk, capsys):
    flags = ["--from", "price_slump", "--set", "brent_slump_dated.severity=1.5", "--why", "deeper", "--home", str(desk)]
    assert main(["scenarios", "new", "deep_slump", *flags]) == 0
    assert main(["scenarios", "validate", "deep_slump", *AS_OF, "--home", str(desk)]) == 0
    capsys.readouterr()
    assert main(["scenarios", "diff", "price_slump", "deep_slump", *AS_OF, "--home", str(desk)]) == 0
    out = capsys.readouterr().out
    assert "- probability: 15 % becomes none stated" in out
    assert "- Lasting slump of the oil price: Brent price -50 % (-63 to -38 %) becomes -6" in out
    assert main(["scenarios", "diff", "price_slump", "price_slump", *AS_OF, "--home", str(desk)]) == 0
    assert capsys.readouterr().out == "The two scenarios say the same.\n"


def test_a_script_that_leaves_out_the_source_is_told_the_call(desk, capsys):
    assert main(["scenarios", "new", "deep_slump", "--home", str(desk)]) == 2
    assert "needs --from NAME; write `eastbound scenarios new NAME --from SCENARIO`" in capsys.readouterr().err


class Terminal(io.StringIO):
    """What somebody types on a terminal."""

    def isatty(self):
        return True


def test_on_a_terminal_new_asks_until_the_answers_can_be_used(desk, monkeypatch, capsys):
    names = ["baseline", "Deep", "deep_slump", "price_slum", "price_slump", ""]  # "" takes the default
    edits = ["brent_slump_dated.severty=2", "brent_slump_dated.severity=1.5", "", "deeper"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join([*names, *edits]) + "\n"))
    assert main(["scenarios", "new", "--home", str(desk)]) == 0
    told = "".join(capsys.readouterr())
    assert "there is a scenario `baseline` already" in told
    assert "did you mean `price_slump`" in told
    assert "did you mean `brent_slump_dated.severity`" in told
    text = (desk / "params" / "scenarios" / "deep_slump.yml").read_text(encoding="utf-8")
    assert "title: Deep slump" in text
    assert "value: 1.5" in text
