"""Rules that make notebook HTML fit to read."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from eastbound.reports.markup import tidy_html


def soup(fragment: str, **options) -> BeautifulSoup:
    return BeautifulSoup(tidy_html(fragment, **options).html, "html.parser")


def test_headings_get_unique_ids_and_no_level_is_skipped():
    headings = tidy_html("<h2>A</h2><h2>B b!</h2><h4>A</h4><h1>Late</h1>").headings
    assert [(h.level, h.id) for h in headings] == [(1, "a"), (2, "b-b"), (3, "a-2"), (2, "late")]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_heading_levels_never_jump_and_ids_never_repeat(levels):
    headings = tidy_html("".join(f"<h{level}>Same</h{level}>" for level in levels)).headings
    assert headings[0].level == 1
    assert all(2 <= after.level <= before.level + 1 for before, after in pairwise(headings))
    assert len({heading.id for heading in headings}) == len(levels)


def test_image_without_description_gets_one_from_its_heading():
    page = soup('<h1>T</h1><h2>Gas</h2><img src="data:,"><img src="data:," alt="A line">')
    assert [image["alt"] for image in page.find_all("img")] == [
        "Figure under the heading “Gas”; it has no description.",
        "A line",
    ]


def test_frame_becomes_a_table_with_scopes_and_right_aligned_numbers():
    frame = pd.DataFrame({"flow": [38.8, None], "state": ["open", "not yet"]}, index=["first", "second"])
    frame.index.name = "system"
    table = soup(frame.to_html()).table
    assert [th.get_text() for th in table.thead.find_all("th")] == ["system", "flow", "state"]
    assert {th["scope"] for th in table.thead.find_all("th")} == {"col"}
    assert {th["scope"] for th in table.tbody.find_all("th")} == {"row"}
    assert [td.get_text() for td in table.select("td.number")] == ["38.8", "–"]
    assert "border" not in table.attrs


def test_row_numbers_are_dropped_but_a_real_index_stays():
    assert soup(pd.DataFrame({"a": ["x", "y"]}).to_html()).select("tbody th") == []
    kept = soup(pd.DataFrame({"a": ["x", "y"]}, index=[2024, 2025]).to_html()).select("tbody th")
    assert [th.get_text() for th in kept] == ["2024", "2025"]


def test_ranges_and_units_count_as_numbers_words_do_not():
    rows = ["221–258 USD bn", "<1 %", "−3.5", "–", "1 234", "12 to 15 bcm"]
    page = soup(pd.DataFrame({"n": rows, "w": ["a 1"] * 6}, index=list("abcdef")).to_html())
    assert len(page.select("td.number")) == 6


def test_column_is_aligned_as_a_whole():
    rows = '<tr><th>a</th><td class="number">2026</td></tr><tr><th>b</th><td>a word</td></tr>'
    assert soup(f"<table><tbody>{rows}</tbody></table>").select(".number") == []


def test_table_is_framed_named_and_captioned():
    page = soup('<div data-caption="Trade"><table><tbody><tr><td>1</td></tr></tbody></table></div>')
    assert page.table.caption.get_text() == "Trade"
    frame = page.select_one("div.table")
    assert (frame["role"], frame["aria-label"], frame["tabindex"]) == ("region", "Trade", "0")


def test_random_styler_ids_are_numbered():
    styled = pd.DataFrame({"a": [1]}).style.to_html()
    other = pd.DataFrame({"a": [1]}).style.to_html()
    assert styled != other
    assert tidy_html(styled).html == tidy_html(other).html


def test_code_cells_in_a_row_are_folded_into_one():
    block = '<details class="code"><summary>Code</summary><div>{}</div></details>'
    page = soup("<h1>T</h1>" + block.format("a") + "\n" + block.format("b") + "<p>x</p>" + block.format("c"))
    assert [[div.get_text() for div in d.find_all("div")] for d in page.find_all("details")] == [["a", "b"], ["c"]]


def test_key_figures_follow_the_title_and_its_question():
    page = soup("<h1>T</h1><p>Q?</p><h2>S</h2>", after_title="<dl></dl>")
    assert [tag.name for tag in page.find_all(True)] == ["h1", "p", "dl", "h2"]


def test_tables_of_one_caption_have_names_of_their_own():
    table = "<table><caption>Same</caption><tbody><tr><td>1</td></tr></tbody></table>"
    soup = BeautifulSoup(tidy_html(table * 3).html, "html.parser")
    assert [frame["aria-label"] for frame in soup.select("div.table")] == ["Same", "Same, table 2", "Same, table 3"]
