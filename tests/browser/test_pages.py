"""A quick report of all notebooks under two scenarios, read in Chromium as a reader would."""

from __future__ import annotations

import re
import subprocess
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ("baseline", "price_slump")
PHONE = 380
PAPER = 658  # pixels of A4 between the margins of the print style, 174 mm
OVERFULL_TABLES = """() => [...document.querySelectorAll('.table')]
    .filter(frame => frame.scrollWidth > frame.clientWidth)
    .map(frame => `${frame.getAttribute('aria-label')}: ${frame.scrollWidth} > ${frame.clientWidth}`)"""
# what a reader copies from each cell with a source mark, and the text of the cell without it
COPIED_CELLS = """() => [...document.querySelectorAll('main td, main th')]
    .filter(cell => cell.querySelector('sup.source'))
    .map(cell => {
        const bare = cell.cloneNode(true), range = document.createRange(), selection = getSelection();
        bare.querySelectorAll('sup').forEach(mark => mark.remove());
        range.selectNodeContents(cell);
        selection.removeAllRanges();
        selection.addRange(range);
        return [selection.toString().trim(), bare.textContent.trim()];
    })"""
# neither a finger nor the arrow keys can move them
STUCK_TABLES = """() => [...document.querySelectorAll('.table')]
    .filter(frame => frame.scrollWidth > frame.clientWidth)
    .filter(frame => frame.tabIndex !== 0 || getComputedStyle(frame).overflowX !== 'auto')
    .map(frame => frame.getAttribute('aria-label'))"""
AXE = """() => axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(
    fault => `${fault.id}: ${fault.nodes.map(node => node.html.slice(0, 120)).slice(0, 3).join(' | ')}`))"""
WIDTH = "() => document.documentElement.scrollWidth"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(tmp_path_factory, eastbound, environment) -> Path:
    """Folder of the run; it is moved away from where it was made, as a reader would copy it."""
    out = tmp_path_factory.mktemp("reports")
    command = [eastbound, "report", "-p", "quick", "True", "--out", str(out)]
    for scenario in SCENARIOS:
        command += ["-s", scenario]
    done = subprocess.run(command, env=environment, cwd=out, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (made,) = [path for path in out.iterdir() if path.is_dir()]  # a trial run is never `latest`
    return made.rename(tmp_path_factory.mktemp("copy") / "run")


@pytest.fixture(scope="module")
def pages(run) -> list[Path]:
    """Every page of the run but the index."""
    found = sorted(path for path in run.rglob("*.html") if path != run / "index.html")
    notebooks = list((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert {path.stem for path in found} == {path.stem for path in notebooks}
    assert {path.parent.name for path in found} >= set(SCENARIOS)
    return found


@pytest.fixture
def each(run, pages, open_window):
    """Open the index and every page one after the other: (width) -> pairs of name and tab."""

    def visit(width: int = 1280, *, index: bool = True):
        window = open_window(width)
        for path in [run / "index.html", *pages] if index else pages:
            tab = window.open(path.as_uri())
            yield path.relative_to(run).as_posix(), tab
            tab.close()

    return visit


def file_of(address: str) -> Path:
    return Path(unquote(urlsplit(urldefrag(address)[0]).path))


def test_pages_ask_no_other_host_and_complain_of_nothing(run, pages, open_window):
    window = open_window()
    for path in [run / "index.html", *pages]:
        tab = window.open(path.as_uri())
        tab.wait_for_load_state("networkidle")
        tab.close()
    files = [address for address in window.requests if not address.startswith("data:")]
    assert [address for address in files if not address.startswith("file:///")] == []
    assert [file_of(address) for address in files] == [run / "index.html", *pages]
    assert window.complaints == []


def test_index_leads_to_every_page_and_back(run, pages, open_window):
    tab = open_window().open((run / "index.html").as_uri())
    links = "links => links.map(link => link.href)"
    assert {file_of(a) for a in tab.locator("main a").evaluate_all(links)} >= set(pages)
    reached, waiting = set(), [run / "index.html"]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        if here.suffix != ".html":
            continue
        tab.goto(here.as_uri())
        there = {file_of(a) for a in tab.locator("a").evaluate_all(links) if urlsplit(a).scheme == "file"}
        waiting += there - reached - set(waiting)
    workbooks = {path.with_suffix(".xlsx") for path in pages}
    assert reached == {*pages, *workbooks, run / "index.html", run / "manifest.json"}
    assert all(path.is_file() for path in reached)


def test_links_are_followed_with_a_click(run, open_window):
    tab = open_window().open((run / "index.html").as_uri())
    entry = tab.locator("main a[href$='.html']").first
    title = entry.inner_text()
    entry.click()
    tab.wait_for_url("**/00_overview.html")
    assert tab.locator("h1").inner_text() == title
    tab.get_by_role("link", name="Eastbound", exact=True).click()
    tab.wait_for_url("**/index.html")


def test_structure_of_every_page(each):
    for name, tab in each():
        assert tab.locator("html").get_attribute("lang") == "en", name
        assert tab.locator("h1").count() == 1, name
        assert tab.title().endswith("Eastbound"), name
        assert tab.locator("main").count() == 1, name
        assert tab.get_by_text("Trial run with few draws.").is_visible(), name
        ids = tab.locator("[id]").evaluate_all("tags => tags.map(tag => tag.id)")
        assert len(ids) == len(set(ids)), name
        levels = tab.locator("main :is(h1,h2,h3,h4)").evaluate_all("tags => tags.map(tag => Number(tag.tagName[1]))")
        assert all(below - above <= 1 for above, below in pairwise(levels)), (name, levels)


def test_images_are_drawn_and_described(each):
    for name, tab in each(index=False):
        images = tab.locator("img")
        assert images.count() >= 2, name
        seen = images.evaluate_all("all => all.map(image => [image.alt.trim(), image.complete && image.naturalWidth])")
        for alt, width in seen:
            assert len(alt) > 40, (name, alt)
            assert "it has no description" not in alt, (name, alt)
            assert width > 100, (name, alt)


def test_every_table_and_figure_downloads_its_csv(each):
    for name, tab in each(index=False):
        links = tab.locator("a.csv")
        shown = tab.locator("main figure, main .table").count()
        frame = tab.locator("main .table", has_text="Newest published figure of each series").count()
        assert links.count() == shown - frame, name
        with tab.expect_download() as download:
            links.first.click()
        assert len(Path(download.value.path()).read_text(encoding="utf-8").splitlines()) > 1, name


def test_contents_jump_to_their_headings(each):
    for name, tab in each(index=False):
        entries = tab.locator("nav.contents a[href^='#']")
        assert entries.count() >= 4, name
        for entry in entries.all():
            address = entry.get_attribute("href")
            assert tab.locator(f"[id='{address[1:]}']").count() == 1, (name, address)
            entry.click()
            target = tab.locator(":target")
            assert target.inner_text() == entry.inner_text(), name
            assert target.evaluate("tag => tag.getBoundingClientRect().top < innerHeight"), name


def test_code_is_hidden_until_asked_for(each):
    for name, tab in each(index=False):
        blocks = tab.locator("details.code pre")
        assert blocks.count() >= 5, name
        assert not any(block.is_visible() for block in blocks.all()), name
        button = tab.get_by_role("button", name="Show all code")
        button.focus()
        tab.keyboard.press("Enter")
        assert all(block.is_visible() for block in blocks.all()), name
        tab.get_by_role("button", name="Hide all code").click()
        assert not any(block.is_visible() for block in blocks.all()), name


def test_marks_open_their_source_by_keyboard_and_click(each):
    for name, tab in each(index=False):
        marks = tab.locator("main sup.source button")
        assert marks.count() >= 1, name
        opened = tab.locator("[popover]:popover-open")
        marks.first.focus()
        tab.keyboard.press("Enter")
        assert opened.count() == 1, name
        assert opened.get_attribute("aria-label") == marks.first.get_attribute("aria-label"), name
        box = opened.bounding_box()
        assert 0 <= box["x"] <= 1280 - box["width"], name
        tab.keyboard.press("Escape")
        assert opened.count() == 0, name
        marks.last.click()
        assert opened.is_visible(), name


def test_copied_cells_hold_their_numbers_alone(each):
    cells = [(name, *cell) for name, tab in each(index=False) for cell in tab.evaluate(COPIED_CELLS)]
    assert cells
    assert [cell for cell in cells if cell[1] != cell[2]] == []


def test_paper_lists_the_sources(each):
    for name, tab in each(PAPER, index=False):
        assert not tab.locator(".sources [popover]").first.is_visible(), name
        tab.emulate_media(media="print")
        notes = tab.locator(".sources [popover]")
        assert all(note.is_visible() for note in notes.all()), name
        assert tab.locator("main sup.source button").first.is_visible(), name


def test_tables_fit_their_column_on_a_desk(each):
    for name, tab in each(1280):
        assert tab.evaluate(WIDTH) == 1280, name
        assert tab.evaluate(OVERFULL_TABLES) == [], name


def test_a_phone_scrolls_tables_but_not_the_page(each):
    for name, tab in each(PHONE):
        assert tab.evaluate(WIDTH) == PHONE, name
        for button in tab.get_by_role("button", name="Show all code").all():
            button.click()
        assert tab.evaluate(WIDTH) == PHONE, f"{name} with its code"
        assert tab.evaluate(STUCK_TABLES) == [], f"{name}: a wide table cannot be scrolled"


def test_pages_print(each):
    for name, tab in each(PAPER):
        sheets = len(re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True)))
        assert sheets >= (1 if name == "index.html" else 3), (name, sheets)
        tab.emulate_media(media="print")
        assert tab.evaluate(WIDTH) <= PAPER, name
        assert not any(part.is_visible() for part in tab.locator("details.code, nav, #code").all()), name


def test_charts_say_their_values_under_pointer_and_arrow_keys(run, open_window):
    tab = open_window().open((run / "baseline" / "20_primorye.html").as_uri())
    picture = tab.locator(".picture[data-layer]").first
    reading = tab.locator(".reading").first
    points = picture.evaluate("picture => JSON.parse(picture.dataset.layer).points")
    picture.scroll_into_view_if_needed()
    box = picture.locator("img").bounding_box()
    x, y, text = points[-1]
    tab.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    tab.wait_for_function("([text]) => document.querySelector('.reading').textContent === text", arg=[text])
    picture.focus()
    tab.keyboard.press("Home")
    assert reading.inner_text() == points[0][2]
    tab.keyboard.press("ArrowRight")
    assert reading.inner_text() == points[1][2]
    assert picture.get_attribute("aria-describedby") == reading.get_attribute("id")


def test_scenarios_of_a_chart_are_switched_off_by_keyboard(run, open_window):
    tab = open_window().open((run / "price_slump" / "00_overview.html").as_uri())
    switches = tab.locator(".switches").first
    picture = tab.locator(".picture[data-layer]:has(+ .reading + .switches)").first
    assert picture.locator("polyline").count() == 0
    switches.locator("input").first.focus()
    tab.keyboard.press("Space")
    lines = picture.evaluate("picture => JSON.parse(picture.dataset.layer).lines.length")
    colors = picture.locator("polyline").evaluate_all("all => all.map(line => line.getAttribute('stroke'))")
    assert len([color for color in colors if color != "#222222"]) == lines - 1
    tab.keyboard.press("Space")
    assert picture.locator("polyline").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_by_the_rules_of_axe(each, scheme):
    rules = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    faults = {}
    for name, tab in each():
        tab.emulate_media(color_scheme=scheme)
        tab.evaluate(rules)
        faults[name] = tab.evaluate(AXE)
    assert {name: found for name, found in faults.items() if found} == {}


def test_search_of_the_index_finds_sections_and_leads_to_them(run, open_window):
    tab = open_window().open((run / "index.html").as_uri())
    field = tab.get_by_label("Search the reports")
    field.fill("POWER siberia")
    hits = tab.locator("#hits li")
    assert hits.count() >= 1
    assert int(tab.locator("#hits-count").inner_text().split()[0]) >= hits.count()
    field.fill("no such words anywhere")
    assert hits.count() == 0
    assert tab.locator("#hits-count").inner_text() == "0 sections"
    field.fill("full pipeline")
    link = hits.first.locator("a")
    heading = link.inner_text()
    link.click()
    tab.wait_for_url("**/*.html#*")
    assert tab.locator(":target").inner_text() == heading
