"""The doctor on a good and on a broken machine."""

from __future__ import annotations

from eastbound.reports.doctor import Check, as_text, doctor


def test_good_workspace_passes_every_check(home, monkeypatch, tmp_path):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache"))
    checks = {check.name: check for check in doctor(home=home)}
    assert [name for name, check in checks.items() if not check.passed] == []
    assert "1 notebooks" in checks["workspace"].text
    assert "2 valid" in checks["scenarios"].text
    assert "this interpreter" in checks["kernel"].text


def test_broken_parts_are_named_and_the_others_still_looked_at(home, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "file"))
    (home / "params" / "scenarios" / "broken.yml").write_text("name: broken\ntitel: x\n", encoding="utf-8")
    (home / "notebooks" / "10_good.ipynb").write_text("{", encoding="utf-8")
    checks = {check.name: check for check in doctor(home=home)}
    assert [name for name, check in checks.items() if not check.passed] == ["workspace", "scenarios", "cache"]
    assert "titel" in checks["scenarios"].text
    assert "EASTBOUND_CACHE" in checks["cache"].advice


def test_checks_are_told_in_lines():
    text = as_text(
        [Check("a", True, "fine"), Check("b", True, "slow", "Do this."), Check("c", False, "gone", "Do that.")]
    )
    assert text.splitlines() == [
        "ok     a: fine",
        "note   b: slow",
        "       Do this.",
        "FAILED c: gone",
        "       Do that.",
        "1 of 3 checks failed.",
    ]
