"""The documentation runs: every page is made by the renderer of reports, and every command works as it stands there."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from eastbound.cli.command import main
from eastbound.evidence.book import load_evidence
from eastbound.reports.doctor import check_extension
from eastbound.risk.questions import load_questions

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "notebooks" / "docs").glob("[0-9]*.ipynb"))


def markdown(path):
    return "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")


def commands(path):
    blocks = re.findall(r"```sh\n(.*?)```", markdown(path), flags=re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def files(path):
    """Return the files that a page shows: a path in backticks, a colon, and a block with the lines to add."""
    return re.findall(r"^`([\w/.-]+)`:\n\n```\w+\n(.*?)```", markdown(path), flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    for name in ("notebooks", "params"):
        shutil.copytree(ROOT / name, folder / name)
    for path in PAGES:
        for name, text in files(path):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as stream:
                stream.write(text)
    return folder


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_have_no_outputs_and_their_links_lead_somewhere(path):
    node = nbformat.read(path, 4)
    assert not [cell for cell in node.cells if cell.get("outputs") or cell.get("execution_count")]
    for target in re.findall(r"\]\(([^)#:]+)\)", markdown(path)):
        assert (path.parent / target).exists(), target


def test_every_file_that_a_page_shows_is_read(workspace):
    assert len([name for path in PAGES for name, _ in files(path)]) >= 6
    question = next(item for item in load_questions(workspace) if item.id == "trade_above_300")
    assert len(question.asks) == 2
    book = load_evidence("2026-10-30", data=workspace / "data")
    assert book.series.loc["context.vladivostok.port_calls", "unit"] == "count"
    for kind, name in (("sources", "mirror"), ("templates", "templates")):
        checks = check_extension(name, home=workspace)
        assert [check.text for check in checks if not check.passed] == [], kind


@pytest.mark.pages
def test_every_page_is_made(workspace, capsys):
    asked = ["report", "-k", "docs", "-s", "baseline", "-p", "draws", "256", "--home", str(workspace), "--json"]
    assert main(asked) == 0
    record = json.loads(capsys.readouterr().out)
    assert {name.rpartition("/")[2] for name in record["pages"]} == {path.stem for path in PAGES}


@pytest.mark.pages
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_command_works(path, workspace, monkeypatch, capsys):
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("EASTBOUND_HOME", str(workspace))
    for line in commands(path):
        program, *arguments = shlex.split(line)
        if program == "eastbound":
            code = main(arguments)
        else:
            code = subprocess.run([Path(sys.executable).with_name(program), *arguments], check=False).returncode
        shown = capsys.readouterr()
        assert code == 0, f"{line}\n{shown.out}\n{shown.err}"
