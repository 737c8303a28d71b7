"""One page in every language from the same ensembles: same numbers, no English left."""

import re

import pytest
from bs4 import BeautifulSoup

from eastbound.language import LANGUAGES
from eastbound.reports.editions.leftovers import english_left
from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report

pytestmark = pytest.mark.pages
NOTEBOOK = "00_overview"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    values = {"quick": True, "as_of": "2026-10-30"}
    out = tmp_path_factory.mktemp("editions")
    options = {"languages": LANGUAGES, "formats": ["brief"], "out": out}
    return run_report(plan_report(scenarios=["baseline"], notebooks=[NOTEBOOK], parameters=values, **options), jobs=1)


def page(run, code):
    folder = run.folder if code == "en" else run.folder / code
    return (folder / "baseline" / f"{NOTEBOOK}.html").read_text(encoding="utf-8")


def cells(html):
    """Return the numbers of each table, sorted because word order differs, written with a point and without groups."""
    tables = BeautifulSoup(html, "html.parser").select("main .output table tbody, dl.figures")
    texts = [table.get_text(" ") for table in tables]
    return [sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text))) for text in texts]


def undated(html):
    """Return which tables of an English page have no dates, which each language writes in its own way."""
    tables = BeautifulSoup(html, "html.parser").select("main .output table tbody, dl.figures")
    return [re.search(r"\d{4}-\d\d", table.get_text(" ")) is None for table in tables]


def test_every_edition_is_made_and_linked(run):
    assert not run.failed, [outcome.failure for outcome in run.failed]
    assert run.skipped == ()
    for code in ("ru", "zh"):
        soup = BeautifulSoup(page(run, code), "html.parser")
        assert soup.html["lang"].startswith(code)
        links = [link["href"] for link in soup.select("nav.editions a")]
        assert links == [f"../../{prefix}baseline/{NOTEBOOK}.html" for prefix in ("", "ru/", "zh/")]
        assert (run.folder / code / "index.html").is_file()
        assert (run.folder / code / "baseline" / "brief.docx").is_file()


@pytest.mark.parametrize("code", ["ru", "zh"])
def test_no_english_is_left(run, code):
    assert english_left(page(run, code)) == []
    assert english_left((run.folder / code / "index.html").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", ["ru", "zh"])
def test_numbers_are_those_of_the_english_page(run, code):
    english, other = cells(page(run, "en")), cells(page(run, code))
    assert sum(map(len, english)) > 30
    pairs = zip(english, other, undated(page(run, "en")), strict=True)
    compared = [(first, second) for first, second, fixed in pairs if fixed]
    assert len(compared) > 5
    assert [first for first, _ in compared] == [second for _, second in compared]
    results = [run.outcomes[f"{prefix}baseline/{NOTEBOOK}"].results for prefix in ("", f"{code}/")]
    assert [(r.name, r.value) for r in results[0]] == [(r.name, r.value) for r in results[1]]
