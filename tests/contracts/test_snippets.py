"""The snippets for schedulers call commands and options that exist, and treat the exit codes as documented."""

import ast
import os
import re
from pathlib import Path
from unittest.mock import patch

import click
import pytest
from ruamel.yaml import YAML

from eastbound.cli.command import cli

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "docs" / "unattended"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".md")
_CALL = re.compile(r"\beastbound ((?:report|clean)(?: (?:morning|-[-a-z]+|\d+|json))*)")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_of_a_snippet_exist(path):
    calls = _CALL.findall(path.read_text(encoding="utf-8"))
    assert calls or path.suffix == ".timer"
    for call in calls:
        name, *arguments = call.split()
        with patch.dict(os.environ), click.Context(cli) as parent:  # options such as `--log-format` set variables
            cli.commands[name].make_context(name, arguments, parent=parent)


def test_formats_of_snippets():
    ast.parse((FOLDER / "airflow_dag.py").read_text(encoding="utf-8"))
    workflow = YAML(typ="safe").load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))
    assert "report" in workflow["jobs"]
    assert "SuccessExitStatus=3" in (FOLDER / "eastbound.service").read_text(encoding="utf-8")


def test_page_lists_every_snippet():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in text for path in FILES)
