"""Rendering of single outputs, without a kernel."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from eastbound.reports.embed import outside_addresses
from eastbound.reports.frames import in_words
from eastbound.reports.render import Frame, Link, render_page
from eastbound.reports.results import read_results


def page(*outputs, source: str = "x = 1", tags=(), **options) -> BeautifulSoup:
    cell = new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})
    nb = new_notebook(cells=[new_markdown_cell("# Title\n\nWhy?"), cell])
    return BeautifulSoup(render_page(nb, Frame("Title", **options)).html, "html.parser")


def data(metadata=None, **mimes):
    return new_output("display_data", data={k.replace("__", "/"): v for k, v in mimes.items()}, metadata=metadata or {})


def test_text_outputs_are_escaped_and_colours_stripped():
    shown = page(new_output("stream", name="stdout", text="\x1b[31m<b>red</b>\x1b[0m"))
    assert shown.select_one("pre.output").get_text() == "<b>red</b>"
    assert shown.select_one("main b") is None


def test_messages_are_folded_away():
    shown = page(new_output("stream", name="stderr", text="careful"))
    assert not shown.select_one("details.messages").has_attr("open")


def test_figure_comes_before_table_and_text():
    shown = page(data(text__html="<table></table>", text__plain="t", **{"image__png": "AAAA"}))
    assert len(shown.find_all("img")) == 1
    assert shown.main.find("table") is None


def test_alt_text_of_jupyter_s_own_convention_counts():
    shown = page(data({"image/png": {"alt": "From metadata"}}, image__png="AAAA", text__plain="t"))
    assert shown.img["alt"] == "From metadata"


def test_svg_is_kept_inside_the_page():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    shown = page(new_output("display_data", data={"image/svg+xml": svg}, metadata={"eastbound": {"alt": "S"}}))
    assert shown.img["src"].startswith("data:image/svg+xml;base64,")
    assert shown.img["alt"] == "S"


def test_results_stand_at_the_head_and_not_in_the_text():
    record = {"name": "n", "value": 1.5, "unit": "bcm", "note": "Flow", "text": "1.50 bcm"}
    output = new_output("display_data", data={"application/vnd.eastbound.result+json": record, "text/plain": "RAW"})
    shown = page(output)
    assert shown.select_one(".figures dt").get_text() == "Flow"
    assert "RAW" not in shown.main.get_text()


def test_result_without_text_is_still_readable():
    bare = {"name": "flow", "value": 1.5, "unit": "bcm"}
    none = {"name": "flow", "value": None}
    outputs = [
        new_output("display_data", data={"application/vnd.eastbound.result+json": r}, metadata={}) for r in (bare, none)
    ]
    results = read_results(new_notebook(cells=[new_code_cell("", outputs=outputs)]))
    assert [(r.note, r.text) for r in results] == [("flow", "1.5 bcm"), ("flow", "no figure")]


@pytest.mark.parametrize("tag", ["remove-input", "remove_input"])
def test_tags_take_code_away_in_both_spellings(tag):
    assert page(tags=[tag]).select("details.code") == []
    assert len(page().select("details.code")) == 1


def test_removed_cells_and_outputs_are_gone():
    output = new_output("stream", name="stdout", text="secret")
    assert "secret" not in page(output, tags=["remove-output"]).get_text()
    assert "x = 1" not in page(output, tags=["remove-cell"]).get_text()


def test_titles_and_links_are_escaped():
    shown = page(subtitle="A & <B>", notebooks=[Link("<i>", "a.html", True), Link("b", "b.html")])
    assert "A & <B>" in shown.title.get_text()
    assert shown.select_one(".links a")["aria-current"] == "page"
    assert shown.header.find("i") is None


def test_trial_run_says_so():
    assert "Not for publication" in page(quick=True).main.get_text()
    assert "Not for publication" not in page().main.get_text()


def test_prose_names_other_pages_of_the_run_by_their_titles():
    links = [Link("The <record>", "../60_track_record.html"), Link("This one", "20_primorye.html", here=True)]
    prose = new_markdown_cell("# Title\n\nSee 60_track_record and 20_primorye, not 70_evidence.")
    soup = BeautifulSoup(render_page(new_notebook(cells=[prose]), Frame("Title", notebooks=links)).html, "html.parser")
    link = soup.select_one("main p a")
    assert (link["href"], link.get_text()) == ("../60_track_record.html", "The <record>")
    assert link.parent.get_text() == "See The <record> and 20_primorye, not 70_evidence."


def test_page_of_a_notebook_without_cells_has_a_title():
    html = render_page(new_notebook(), Frame("A < B"), failure="it ended").html
    assert BeautifulSoup(html, "html.parser").h1.get_text() == "A < B"


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://a.example/x.js"></script>',
        "<img src='//a.example/x.png'>",
        '<link rel="stylesheet" href="http://a.example/x.css">',
        "<style>@import 'https://a.example/x.css'</style>",
        "<style>p { background: url(https://a.example/x.png) }</style>",
        '<iframe src="page.html"></iframe>',
    ],
)
def test_things_a_page_would_load_are_found(html):
    assert len(outside_addresses(BeautifulSoup(html, "html.parser"))) == 1


def test_things_a_reader_may_follow_are_not_counted():
    html = '<a href="https://a.example/">x</a><img src="data:image/png;base64,A">'
    assert outside_addresses(BeautifulSoup(html, "html.parser")) == []


def test_dates_are_written_for_readers():
    assert in_words("2026-02-03") == "3 February 2026"
