"""Editions in Russian and Chinese: complete catalogues for every page, refusal of what lacks a text."""

import re
import string
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from nbformat.v4 import new_notebook

from eastbound import language
from eastbound.errors import InputError
from eastbound.language import LANGUAGES, catalogue_files, read_catalogue, take_misses, use_language
from eastbound.plots.export import png
from eastbound.plots.table import _marked
from eastbound.reports.editions.collect import domain_messages
from eastbound.reports.editions.gate import edition_gaps
from eastbound.reports.editions.leftovers import english_left
from eastbound.reports.notebooks import read_notebook
from eastbound.reports.plan import plan_report
from eastbound.reports.render import Frame, render_page
from eastbound.scenarios.loader import load_scenario

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OTHERS = [code for code in LANGUAGES if code != "en"]
# Symbols, names and layouts that are the same in every language.
SAME = re.compile(r"Trade The A|[A-Z]{2,6}|\W*(\{\w+\}\W*)*|.*\bBrent\b.*|.*sha256.*")
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
OWN = {"What is good": "Что хорошо", "Does it run?": "Работает ли?", "Step 1": "Шаг первый", "Step 2": "Шаг второй"}


@pytest.fixture(autouse=True)
def fresh_catalogues():
    """Forget catalogues that a test reads from a workspace of its own."""
    caches = [language._merged, language._known, language._catalogue]
    for each in caches:
        each.cache_clear()
    yield
    for each in caches:
        each.cache_clear()


def translations(code):
    for path in catalogue_files(code):
        for message in read_catalogue(path, code):
            if message.id and message.string and any(message.string):
                yield path.name, message


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", OTHERS)
def test_translations_fill_the_same_fields_as_their_messages(code):
    wrong = []
    for file, message in translations(code):
        ids, texts = (value if isinstance(value, tuple) else (value,) for value in (message.id, message.string))
        # braces of prose that is never filled in are no fields
        if "{" in ids[0] and not file.startswith("texts"):
            wrong += [f"{file}: {text}" for text in texts if fields(text) != fields(ids[-1])]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_the_english_message(code):
    wrong = [f"{file}: {m.id}" for file, m in translations(code) if m.id == m.string and not SAME.fullmatch(m.id)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("code", OTHERS)
def test_frame_of_every_page_is_translated(code):
    texts = [m if isinstance(m, str) else m[0] for m in domain_messages("frame", ROOT)]
    assert [text for text in texts if not language.has_translation(text, code)] == []


def claimed():
    guides = re.search(
        r"^Every page has both editions, and so has `(docs/\w+)` of the documentation\.$", README, re.MULTILINE
    )
    assert guides, "README does not say which pages have editions"
    subjects = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    return [*subjects, guides[1]]


def test_pages_that_the_readme_names_are_complete():
    baseline = [load_scenario("baseline", home=ROOT)]
    assert len(claimed()) > 11
    gaps = {
        (code, name): edition_gaps(read_notebook(ROOT / "notebooks" / f"{name}.ipynb"), code, baseline)
        for code in OTHERS
        for name in claimed()
    }
    assert {page: texts for page, texts in gaps.items() if texts} == {}


def test_incomplete_edition_is_refused_before_anything_runs(home):
    with pytest.raises(
        InputError, match=r"`10_good` has no complete edition in Русский \(ru\): \d+ messages"
    ) as refused:
        plan_report(home=home, notebooks=["10_good"], languages=["ru"])
    assert "What is good" in str(refused.value)
    with pytest.raises(InputError, match="no language `fr`"):
        plan_report(home=home, languages=["fr"])


def test_workspace_translates_its_own_pages(home, monkeypatch):
    monkeypatch.setenv("EASTBOUND_HOME", str(home))
    folder = home / "locale" / "ru"
    folder.mkdir(parents=True)
    own = {**OWN, "Baseline": "Базовый", "Hard times": "Трудные времена"}
    entries = [f'msgid "{text}"\nmsgstr "{word}"\n' for text, word in own.items()]
    (folder / "own.po").write_text(HEAD + "\n".join(entries), encoding="utf-8")
    plan = plan_report(home=home, languages=["ru"])
    names = [page.name for page in plan.pages]
    assert names == ["baseline/10_good", "hard_times/10_good", "ru/baseline/10_good", "ru/hard_times/10_good"]
    assert plan.as_record()["languages"] == ["en", "ru"]


def test_english_in_a_page_or_a_figure_is_noticed():
    assert english_left('<!doctype html><p>Торговля <span lang="en">Customs</span></p>') == []
    assert english_left('<figure><img alt="Median of trade"></figure><td>share</td>') == ["share", "Median of trade"]
    figure = Figure()
    figure.add_subplot(title="Median forecast", xlabel="год")
    take_misses()
    with use_language("ru"):
        png(figure)
    assert take_misses() == ("Median forecast",)


def test_reason_of_an_incomplete_page_is_marked_as_english():
    with use_language("ru"):
        html = render_page(new_notebook(), Frame("Торговля", lang="ru"), failure="the kernel died in cell 3").html
    assert english_left(html) == []
    box = BeautifulSoup(html, "html.parser").select_one("[role=alert]")
    assert box.select_one("[lang=en]").get_text() == "the kernel died in cell 3."
    assert "Эта страница не завершена." in box.get_text()


def test_english_columns_of_a_table_are_marked_and_other_cells_are_not():
    with use_language("zh"):
        cells = [_marked(cell) for cell in ("less direct <quoting>", "все файлы", "–", "1.9")]
    assert cells == ['<span lang="en">less direct &lt;quoting&gt;</span>', "все файлы", "–", "1.9"]


def test_character_without_a_glyph_is_an_error():
    figure = Figure()
    figure.add_subplot(title="\N{CUNEIFORM SIGN A}")
    with pytest.raises(InputError, match=r"cannot be drawn: Glyph 73728 .* missing"):
        png(figure)
