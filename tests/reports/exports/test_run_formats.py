"""A run with every format that its small pages allow: files beside the pages, links to them, and a cache of PDFs."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup

from eastbound.errors import InputError
from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report

pytestmark = pytest.mark.pages


def test_pdf_stands_beside_its_page_and_is_made_once(home):
    folders = [
        run_report(plan_report(home=home, scenarios=["baseline"], formats=["pdf"]), jobs=1).folder for _ in range(2)
    ]
    first, second = ((folder / "baseline" / "10_good.pdf").read_bytes() for folder in folders)
    assert first == second
    page = BeautifulSoup((folders[0] / "baseline" / "10_good.html").read_text(encoding="utf-8"), "html.parser")
    assert page.select_one('.contents a[href="10_good.pdf"]')
    index = BeautifulSoup((folders[0] / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert index.select_one('a[href="baseline/10_good.pdf"]')["aria-label"] == "What is good as PDF"
    summary = json.loads((folders[0] / "summary.json").read_text(encoding="utf-8"))
    (scenario,) = summary["scenarios"]
    assert [(f["name"], f["value"], f["page"]) for f in scenario["figures"]] == [
        ("answer", 42.0, "baseline/10_good.html")
    ]
    assert (folders[0] / "summary.json").read_bytes() == (folders[1] / "summary.json").read_bytes()


def test_formats_that_cannot_be_made_are_refused_before_anything_runs(home):
    with pytest.raises(InputError, match=r"unknown format `pfd`.*`pdf`"):
        plan_report(home=home, formats=["pfd"])
    with pytest.raises(InputError, match="needs a notebook that simulates"):
        plan_report(home=home, formats=["data"])
    with pytest.raises(InputError, match="brief condenses 00_overview; add it with -k 00_overview"):
        plan_report(home=home, formats=["brief"])
