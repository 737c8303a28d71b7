"""Pages of earlier days: they run, and no sentence knows what was published later."""

import re
from pathlib import Path

import papermill
import pytest
from bs4 import BeautifulSoup

from eastbound.evidence.book import load_evidence
from eastbound.evidence.choice import chosen
from eastbound.names import TRADE_TOTAL
from eastbound.periods import parse_period

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
DAYS = ("2020-06-30", "2021-12-31", "2022-12-31", "2023-11-30", "2024-12-31")
FEW = [("20_primorye", "2020-06-30"), ("30_pipelines", "2023-11-30")]
ALL = [(path.stem, day) for path in NOTEBOOKS for day in DAYS]
# What is said of the past: a verb and, in the same sentence, a year or month.
PAST = re.compile(r"\b(?:was|were|came|rose|fell|stood|grew|ended|last observed)\b")
MOMENT = re.compile(r"\b(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?\b")


def executed(name, day, kernel_folder):
    path = FOLDER / f"{name}.ipynb"
    declared = papermill.inspect_notebook(str(path))
    given = {key: value for key, value in {"quick": True, "as_of": day}.items() if key in declared}
    target = str(kernel_folder / f"{name}-{day}.ipynb")
    return papermill.execute_notebook(
        str(path), target, given, kernel_name="eastbound-test", progress_bar=False, log_output=False
    )


def sentences(node):
    """Return the sentences of prose and of captions; numbers with decimals do not end a sentence."""
    texts = [cell.source for cell in node.cells if cell.cell_type == "markdown"]
    for cell in node.cells:
        for out in cell.get("outputs", ()):
            notes = out.get("metadata", {}).get("eastbound", {})
            texts.append(notes.get("caption") or "")
            page = BeautifulSoup(out.get("data", {}).get("text/html", ""), "html.parser")
            texts += [item.get_text(" ") for item in page.select("p, caption, figcaption")]
    return [part.strip() for text in texts for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]


def check(name, day, kernel_folder):
    node, today = executed(name, day, kernel_folder), parse_period(day).end
    spoken = sentences(node)
    assert spoken
    for sentence in spoken:
        if PAST.search(sentence) and "robability" not in sentence:
            late = [text for text in MOMENT.findall(sentence) if parse_period(text).start > today]
            assert not late, sentence
    newest = chosen(load_evidence(day), TRADE_TOTAL, kinds=("observed",))
    year = newest[newest["period"].str.fullmatch(r"\d{4}")]["period"].max()
    for value in re.findall(r"last observed value is ([\d.]+) USD bn in (\d{4})\b(?!-)", " ".join(spoken)):
        if name == "10_trade":
            assert value[1] == year, value


@pytest.mark.pages
@pytest.mark.parametrize(("name", "day"), FEW)
def test_a_page_of_an_earlier_day_knows_nothing_later(name, day, kernel_folder):
    check(name, day, kernel_folder)


@pytest.mark.faults
@pytest.mark.parametrize(("name", "day"), [pair for pair in ALL if pair not in FEW])
def test_every_page_of_every_earlier_day_knows_nothing_later(name, day, kernel_folder):
    check(name, day, kernel_folder)
