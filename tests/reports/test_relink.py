"""A finished page gets the links of another frame, byte for byte as if it had been rendered with them."""

from dataclasses import replace

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from eastbound.ensemble.cache import cache_folder
from eastbound.reports.page_cache import CachedPage, link_record
from eastbound.reports.relink import relink_page
from eastbound.reports.render import Frame, Link, render_page
from eastbound.reports.worker import Task

FRAME = Frame(
    "Trade",
    notebooks=[Link("Trade", "10_trade.html", True), Link("Share", "20_primorye.html")],
    scenarios=[Link("Baseline", "../baseline/10_trade.html", True), Link("Slump", "../price_slump/10_trade.html")],
    root="../",
)
RENAMED = replace(FRAME, scenarios=[FRAME.scenarios[0], Link("Slump of <oil> & gas", "../price_slump/10_trade.html")])


def render(frame):
    return render_page(new_notebook(cells=[new_markdown_cell("# Trade\n\nSlump.", id="a")]), frame).html


@pytest.fixture
def task(tmp_path, monkeypatch):
    """A page that was rendered with the links of `FRAME` and is to have those of `RENAMED`."""
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache"))
    cached = CachedPage({".html": render(FRAME).encode()}, {}, {}, link_record(FRAME))
    return Task("baseline/10_trade", tmp_path, {}, RENAMED, tmp_path, tmp_path, "key", {}, cached, "a title changed")


def test_links_are_replaced_and_the_page_is_kept(task):
    ready = relink_page(task)
    assert ready.cached.files[".html"].decode() == render(RENAMED)
    assert ready.reason == task.reason
    assert (cache_folder() / "pages" / "key.zip").is_file()


def test_a_page_whose_links_cannot_be_told_apart_is_rendered(task):
    more = replace(RENAMED, scenarios=[*RENAMED.scenarios, Link("Relief", "../relief/10_trade.html")])
    assert relink_page(replace(task, frame=more)) is None
    other_template = replace(task.cached, files={".html": b"<p>Slump</p>"})
    assert relink_page(replace(task, cached=other_template)) is None
    assert relink_page(replace(task, cached=replace(task.cached, links=None))) is None
    assert relink_page(replace(task, cached=None)) is None
