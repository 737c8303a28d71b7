"""The search index of a run and the page on all runs of a folder."""

from __future__ import annotations

import json

import pandas as pd
from bs4 import BeautifulSoup

from eastbound.reports.history.numbers import COLUMNS
from eastbound.reports.history.parquet import write_parquet
from eastbound.reports.site.runs_page import write_runs_page
from eastbound.reports.site.search import page_sections


def test_sections_hold_text_and_no_code_marks_or_links():
    html = (
        '<nav><h2 id="contents">Contents</h2></nav><main id="main"><h1 id="t">Trade</h1><p>Lead &amp; more</p>'
        '<details class="code"><summary>Code</summary><p>secret</p></details>'
        '<h2 id="o">Outlook</h2><figure><figcaption>Rises<sup><button></button></sup>.</figcaption>'
        '<p><a class="csv">CSV</a></p></figure><table><caption>In numbers</caption></table></main>'
    )
    sections = [dict(section) for section in page_sections(html)]
    assert sections == [
        {"id": "t", "heading": "Trade", "text": "Lead & more"},
        {"id": "o", "heading": "Outlook", "text": "Rises. In numbers"},
    ]


def test_index_of_a_run_searches_its_pages(runs):
    soup = BeautifulSoup((runs.good.folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    entries = json.loads(soup.find("script", id="sections").string)
    assert {(entry["heading"], entry["href"]) for entry in entries} == {
        ("What is good", "baseline/10_good.html#what-is-good"),
        ("Step 1", "baseline/10_good.html#step-1"),
        ("Step 2", "baseline/10_good.html#step-2"),
        ("How old the figures are", "baseline/10_good.html#ages"),
        ("Baseline", "baseline/10_good.html"),
        ("Hard times", "hard_times/10_good.html"),
    }
    for entry in entries:
        file, _, anchor = entry["href"].partition("#")
        page = BeautifulSoup((runs.good.folder / file).read_text(encoding="utf-8"), "html.parser")
        assert not anchor or page.find(id=anchor), entry
    assert "hidden" in soup.find(id="search").attrs, "without its script the field would do nothing"


def numbers(value: float) -> pd.DataFrame:
    known = {"scenario": "baseline", "period": "2030", "series_id": ""}
    rows = [
        {**known, "kind": "headline", "name": "trade.china_russia.total.2030", "value": value, "unit": "USD_bn"},
        {**known, "kind": "claim", "name": "claim.<b>some</b>", "value": value / 10, "mcse": 1.0, "unit": "percent"},
        {**known, "kind": "claim", "name": "claim.some", "scenario": "other", "value": 99.0, "unit": "percent"},
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_page_on_all_runs_shows_how_numbers_moved(tmp_path):
    for run, value in {"20261101T060000Z": 300.0, "20261102T060000Z": 320.0, "20261102T060000Z-2": 310.0}.items():
        write_parquet(tmp_path / run / "numbers.parquet", numbers(value), notes={"schema": "numbers/1"})
    figure = {"name": "trade.china_russia.total.2030", "note": "Trade in 2030, median"}
    summary = json.dumps({"schema": "summary/1", "scenarios": [{"name": "baseline", "figures": [figure]}]})
    (tmp_path / "20261102T060000Z" / "summary.json").write_text(summary, encoding="utf-8")
    (tmp_path / "20261103T060000Z").mkdir()
    (tmp_path / "20261103T060000Z" / "numbers.parquet").write_bytes(b"damaged")
    write_runs_page(tmp_path)
    soup = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "html.parser")
    table, claims = soup.select("table.trend")
    assert table.select_one("th[scope=row]").get_text() == "Trade in 2030, median"
    assert [cell.get_text() for cell in table.select("tbody td.number")] == ["300 USD bn", "320 USD bn", "310 USD bn"]
    assert table.select_one("polyline")["points"] == "4,32 80,4 156,18"
    assert claims.select_one("th[scope=row]").get_text() == "claim.<b>some</b>"
    assert [cell.get_text() for cell in claims.select("td.number")] == ["30 %", "32 %", "31 %"]
    links = [link["href"] for link in soup.select("main li a")]
    assert links[0] == "20261103T060000Z/index.html"
    assert len(links) == 4
