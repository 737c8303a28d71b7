"""The doctor on a good and on a broken machine."""

from __future__ import annotations

from datetime import date

from eastbound.catalogue import card
from eastbound.cli.command import main
from eastbound.ensemble.cache import cache_size
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.reports.doctor import Check, as_text, doctor
from eastbound.reports.freshness import read_ages, single_witness_texts


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


def test_doctor_lists_files_that_it_passes_over(home):
    source = (home / "notebooks" / "10_good.ipynb").read_text(encoding="utf-8")
    (home / "notebooks" / "10_good-Copy1.ipynb").write_text(source, encoding="utf-8")
    (home / "params" / "scenarios" / "slump2.yaml").write_text("name: slump2\ntitle: S\n", encoding="utf-8")
    checks = {check.name: check for check in doctor(home=home)}
    assert "`10_good-Copy1.ipynb`: notebooks are named like `40_10_good_Copy1.ipynb`" in checks["workspace"].advice
    assert "slump2.yaml" in checks["scenarios"].advice
    assert checks["workspace"].passed


def test_doctor_names_a_bad_scenario_and_counts_the_others(home):
    (home / "params" / "scenarios" / "draft.yml").write_text("", encoding="utf-8")
    check = {check.name: check for check in doctor(home=home)}["scenarios"]
    assert not check.passed
    assert check.text.startswith("2 of 3 valid; draft.yml:1")


def test_age_of_a_headline_series_counts_whole_months():
    age = read_ages(load_evidence("2024-12-31"), ["trade.china_russia.total"], today=date(2025, 3, 1))[0]
    assert (age.label, age.month, age.months) == (card("trade.china_russia.total").label, "2024-11", 4)


def test_a_figure_of_one_second_hand_page_names_its_witness_and_a_confirmed_one_none():
    names = ["trade.china_russia.total", "gas.pos.deliveries"]
    ages = read_ages(load_evidence("2026-05-31"), names, today=date(2026, 11, 27))
    assert ages[0].as_text() == "China-Russia trade: to April 2026, 7 months old"
    assert [bool(age.witness) for age in ages] == [True, False]
    texts = single_witness_texts(ages, year=2026)
    assert texts == [
        "Only efinder.lk (summary of TASS) states the newest figure (April 2026) of China-Russia trade; "
        "the forecast of 2026 rests on it."
    ]


def test_doctor_gives_the_age_of_each_series():
    text = next(check for check in doctor() if check.name == "freshness").text
    assert "China-Russia trade: to " in text
    assert " months old" in text


def test_the_cache_shows_its_use_and_limit_and_can_be_cleaned(monkeypatch, tmp_path):
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EASTBOUND_CACHE_LIMIT", "2 GB")
    simulate("baseline", book=load_evidence("2025-12-31"), draws=64, until=2027)
    assert cache_size() > 0
    assert " of 2 GB used" in next(check for check in doctor() if check.name == "cache").text
    assert main(["clean", "--cache"]) == 0
    assert cache_size() == 0
