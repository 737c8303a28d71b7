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

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "notebooks" / "docs").glob("[0-9]*.ipynb"))


def markdown(path):
    return "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")


def commands(path):
    blocks = re.findall(r"```sh\n(.*?)```", markdown(path), flags=re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    for name in ("notebooks", "params"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_have_no_outputs_and_their_links_lead_somewhere(path):
    node = nbformat.read(path, 4)
    assert not [cell for cell in node.cells if cell.get("outputs") or cell.get("execution_count")]
    for target in re.findall(r"\]\(([^)#:]+)\)", markdown(path)):
        assert (path.parent / target).exists(), target


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
