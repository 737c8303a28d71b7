"""Every notebook keeps the shape that makes it readable, diffable and runnable by plain papermill."""

import ast
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from papermill.inspection import inspect_notebook

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PARAMETERS = {
    "scenario": ("str", '"baseline"'),
    "as_of": ("str", "None"),
    "data": ("str", "None"),
    "views": ("list", "[]"),
    "until": ("int", "2035"),
    "draws": ("int", "4096"),
    "seed": ("int", "20261122"),
    "quick": ("bool", "False"),
}
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.If, ast.IfExp, ast.For, ast.While, ast.Try,
    ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.Compare,
)  # fmt: skip

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def code(path):
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def test_stored_without_outputs(path):
    for cell in code(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    node = read(path)
    assert (node["nbformat"], node["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in node["cells"]}) == len(node["cells"])
    assert set(node["metadata"]) <= {"kernelspec", "language_info"}


def test_first_cell_has_the_only_title_and_one_question(path):
    cells = read(path)["cells"]
    assert cells[0]["cell_type"] == "markdown"
    title, question = source(cells[0]).split("\n\n")
    assert title.startswith("# ")
    assert question.endswith("?")
    assert question.count("?") == 1
    text = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


def test_second_cell_declares_the_shared_parameters(path):
    cell = read(path)["cells"][1]
    assert cell["metadata"]["tags"] == ["parameters"]
    declared = inspect_notebook(str(path))
    assert list(declared) == [name for name in PARAMETERS if name in declared]
    assert set(declared) >= ({"as_of", "data", "quick"} if "scenario" not in declared else set(PARAMETERS))
    for name in declared:
        kind, default = PARAMETERS[name]
        assert declared[name]["inferred_type_name"] == kind, name
        assert declared[name]["default"] == default, name
        assert declared[name]["help"], f"`{name}` has no comment"
    for line in ast.parse(source(cell)).body:
        ast.literal_eval(line.value)


def test_third_cell_holds_the_only_import(path):
    cells = code(path)
    assert source(cells[1]) == "import eastbound as eb"
    imports = [
        n for cell in cells for n in ast.walk(ast.parse(source(cell))) if isinstance(n, (ast.Import, ast.ImportFrom))
    ]
    assert len(imports) == 1


def test_prose_comes_before_each_idea(path):
    kinds = [cell["cell_type"] for cell in read(path)["cells"]]
    assert len(kinds) <= 40
    assert kinds.count("markdown") / len(kinds) >= 0.45
    for before, after in pairwise(kinds[2:]):
        assert (before, after) != ("code", "code")


def test_code_is_thin(path):
    for cell in code(path):
        text = source(cell)
        assert text.count("\n") + 1 <= 12
        assert not [n for n in ast.walk(ast.parse(text)) if isinstance(n, LOGIC)], text
        assert not re.search(r"(?<!\w)(/|\./|\.\./|~)\w+/", text), f"a path stands in: {text}"
        assert "print(" not in text


def test_every_figure_is_shown_with_words(path):
    for cell in code(path):
        text = source(cell)
        if re.search(r"^ax = ", text, re.MULTILINE):
            assert "alt=eb.plots.alt_text(table)" in text


def test_last_section_states_limits_and_sources(path):
    cells = read(path)["cells"]
    headings = [re.findall(r"^## (.+)$", source(c), re.MULTILINE) for c in cells if c["cell_type"] == "markdown"]
    flat = [heading for group in headings for heading in group]
    assert flat[-1] == "Limits and sources"
    assert flat.count("Limits and sources") == 1
    assert len(set(flat)) == len(flat)
    assert re.search(r"eb\.plots\.sources?(_table)?\(", source(cells[-1]))


def test_prose_types_no_figure(path):
    """Figures in prose go stale with the next as-of date; captions and tables compute them."""
    prose = "\n".join(source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "markdown")
    figures = re.findall(r"\d+\.\d+|(?<!\d)(?!100 %)\d+ ?%|\d[\d.,]* (?:USD|bn|points)", prose)
    if path.stem not in ("60_track_record", "70_evidence"):  # they name the levels of bands and tests
        assert figures == []
    years = set(re.findall(r"\b(?:19|20)\d\d\b", prose))
    assert years <= {"2003"}, "a page of an earlier day must not tell what came later"  # a change of definition
    assert not re.search(r"\b(peaked|fell|rose|grew) in \d{4}", prose)
