"""Marks beside observed numbers: what they open, that anybody can open it, and that paper shows it too."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from eastbound.evidence.book import load_evidence
from eastbound.plots.citations import cell_notes, source_note
from eastbound.plots.style import numbers as fmt
from eastbound.reports.embed import outside_addresses
from eastbound.reports.render import Frame, render_page

STYLE = Path(__file__).parents[2] / "lib" / "eastbound" / "reports" / "templates" / "style.css"
TOTAL = "trade.china_russia.total"


@pytest.fixture(scope="module")
def book():
    return load_evidence()


@pytest.fixture(scope="module")
def note(book):
    return source_note(book, TOTAL, "2023")


def table_output(frame):
    metadata = {"eastbound": {"observed": frame.attrs["observed"]}}
    return new_output("display_data", data={"text/html": fmt.html(frame, caption="Totals")}, metadata=metadata)


def figure_output(caption, cited):
    notes = {"alt": "A line.", "caption": caption, "observed": cited}
    return new_output("display_data", data={"image/png": "AAAA"}, metadata={"eastbound": notes})


def html(*outputs):
    cell = new_code_cell("x = 1", outputs=list(outputs))
    cells = [new_markdown_cell("# Title\n\nWhy?"), cell]
    for number, one in enumerate(cells):
        one["id"] = f"cell-{number}"
    return render_page(new_notebook(cells=cells), Frame("Title")).html


def page(*outputs):
    return BeautifulSoup(html(*outputs), "html.parser")


@pytest.fixture(scope="module")
def totals(book):
    frame = pd.DataFrame({"year": ["2023", "2024", "2035"], "total": ["240.1 USD bn", "244.8 USD bn", "312 USD bn"]})
    frame.attrs["observed"] = cell_notes(frame, "total", [[(TOTAL, "2023")], [(TOTAL, "2024")], []], book=book)
    return frame


def test_a_note_says_who_when_where_and_who_says_otherwise(note):
    assert (note["series"], note["period"]) == ("China-Russia trade", "2023")
    assert (note["figure"], note["publisher"], note["published"]) == ("240.11 USD bn", "RIA Novosti", "2025-08-29")
    assert note["locator"]
    other = next(other for other in note["others"] if other["figure"] == "232 USD bn")
    assert other["publisher"] == "The Arctic Institute (China Series 2025)"
    assert other["why"].startswith("less direct (restated")


def test_a_derived_value_names_rule_and_parents(book):
    derived = source_note(book, "trade.china_russia.china_imports", "2022-05")
    assert derived["rule"] == "difference"
    assert len(derived["parents"]) == 2
    assert derived["figure"].startswith("10.4 (")


def test_only_observed_cells_get_a_mark_and_each_opens_its_note(totals):
    shown = page(table_output(totals))
    rows = [row.find_all("td")[0] for row in shown.select("tbody tr")]
    assert [row.get_text() for row in rows] == ["240.1 USD bn", "244.8 USD bn", "312 USD bn"]
    for button in shown.select("main sup.source button"):
        target = shown.find(id=button["popovertarget"])
        assert target.has_attr("popover")
        assert target["aria-label"] == button["aria-label"]
    assert "RIA Novosti" in shown.find(id="source:1").get_text()
    assert "232 USD bn, The Arctic Institute (" in shown.find(id="source:1").get_text()


def test_a_copied_cell_holds_its_number_only(totals):
    """The number of a mark used to join that of the cell: 240.1 was copied as 240.15."""
    shown = page(table_output(totals))
    cells = [mark.find_parent("td") for mark in shown.select("td sup.source")]
    assert cells
    assert {cell.get_text() for cell in cells} <= set(totals.iloc[:, 1])
    assert "sup.source button::after { content: attr(data-n); }" in STYLE.read_text()


def test_marks_have_names_that_begin_with_what_is_seen(totals):
    buttons = page(table_output(totals)).select("sup.source button")
    names = [button["aria-label"] for button in buttons]
    assert names == [f"Source {k}: China-Russia trade, {year}" for k, year in ((1, 2023), (2, 2024))]
    assert all(button["data-n"] in name for button, name in zip(buttons, names, strict=True))
    assert {button["type"] for button in buttons} == {"button"}


def test_a_page_shows_the_note_of_a_derived_figure(book):
    """It has no publisher; pages as of 2021 failed with "'dict object' has no attribute 'publisher'"."""
    derived = source_note(book, "trade.china_russia.china_imports", "2022-05")
    shown = page(figure_output("It was 10.4.", [{"text": "10.4", "notes": [derived]}]))
    assert "Worked out here, by rule" in shown.find(id="source:1").get_text()


def test_numbers_stay_aligned_and_data_leaves_the_page(totals):
    text = html(table_output(totals))
    shown = BeautifulSoup(text, "html.parser")
    assert len(shown.select("td.number")) == 3
    assert "data-observed" not in text


def test_a_caption_is_marked_behind_the_words(note):
    caption = "The last observed value is 240.1 USD bn in 2023. In 2035 it is more."
    shown = page(figure_output(caption, [{"text": "240.1 USD bn in 2023", "notes": [note]}]))
    assert shown.figcaption.get_text() == caption
    assert shown.figcaption.sup.previous_sibling.endswith("240.1 USD bn in 2023")


def test_words_that_are_not_there_put_the_mark_at_the_end(note):
    shown = page(figure_output("Another sentence.", [{"text": "240.1 USD bn", "notes": [note]}]))
    assert shown.figcaption.get_text() == "Another sentence."
    assert shown.figcaption.contents[-1].name == "sup"


def test_the_same_figure_keeps_its_number(totals, note):
    shown = page(table_output(totals), figure_output("240.1", [{"text": "240.1", "notes": [note]}]))
    assert [button["data-n"] for button in shown.select("sup.source button")] == ["1", "2", "1"]
    assert len(shown.select("[popover]")) == 2


def test_ids_are_unique_and_nothing_is_loaded_or_scripted(totals):
    text = html(table_output(totals))
    shown = BeautifulSoup(text, "html.parser")
    ids = [tag["id"] for tag in shown.select("[id]")]
    assert len(ids) == len(set(ids))
    assert outside_addresses(BeautifulSoup(text, "html.parser")) == []
    assert not [tag for tag in shown.select(".sources *, sup *") if any(name.startswith("on") for name in tag.attrs)]


def test_the_same_notes_give_the_same_bytes(totals):
    assert html(table_output(totals)) == html(table_output(totals))


def test_what_a_source_wrote_cannot_break_the_page(totals, note):
    evil = {**note, "title": '</div><script>alert("1")</script>', "url": "javascript:alert(1)", "locator": '"&<'}
    frame = totals.copy()
    frame.attrs["observed"] = [{"row": 0, "column": 1, "notes": [evil]}]
    shown = page(table_output(frame))
    assert len(shown.select("script")) == 1  # our own
    assert shown.select(".sources a") == []
    assert '</div><script>alert("1")</script>' in shown.find(id="source:1").get_text()


def test_marks_outside_the_table_are_left_out(totals, note):
    frame = totals.copy()
    frame.attrs["observed"] = [{"row": 9, "column": 1, "notes": [note]}, {"row": 0, "column": 9, "notes": [note]}]
    assert page(table_output(frame)).select("sup.source, .sources") == []


def test_a_page_without_observed_numbers_has_no_list():
    assert page(new_output("stream", name="stdout", text="x")).select(".sources") == []


def test_notes_are_plain_data(totals):
    # lists and tuples are one in JSON; what is neither a text, a number nor a container of them cannot be written
    text = json.dumps(totals.attrs["observed"])
    assert json.dumps(json.loads(text)) == text


def test_paper_shows_every_note():
    paper = STYLE.read_text(encoding="utf-8").partition("@media print")[2]
    assert ".sources [popover] { display: block; position: static;" in paper
    assert ", button" not in paper  # the marks are buttons and stay
