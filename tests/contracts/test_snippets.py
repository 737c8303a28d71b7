"""The snippets for schedulers call commands and options that exist, and treat the exit codes as documented."""

import ast
import os
import re
import subprocess
import sys
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


@pytest.mark.skipif(sys.platform != "linux", reason="runs a line of Vixie cron, with flock")
@pytest.mark.parametrize(("code", "mailed"), [(0, False), (1, False), (2, False), (3, True)])
def test_the_line_of_cron_runs_as_cron_runs_it(tmp_path, code, mailed):
    """An empty environment but for the variables of the file, `sh -c`, no % sign; commands that record their call."""
    text = (FOLDER / "eastbound.cron").read_text(encoding="utf-8").replace("/srv/eastbound", str(tmp_path))
    settings = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, flags=re.M))
    jobs = [line.split(None, 6) for line in text.splitlines() if re.match(r"[\d*]", line)]
    assert [job[5] for job in jobs] == ["eastbound", "eastbound"]
    assert all(re.fullmatch(r"[\d*,/-]+", field) for job in jobs for field in job[:5])
    assert "%" not in "".join(job[6] for job in jobs), "cron takes % for the end of a line"
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    run = "mkdir -p reports/20261128T060000Z && echo Subject: x >reports/20261128T060000Z/alerts.eml"
    for name, line in {
        "eastbound": f'echo "$@ $EASTBOUND_HOME" >>calls; {run}; exit {code}',
        "sendmail": "cat >mail",
    }.items():
        (commands / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (commands / name).chmod(0o755)
    done = [
        subprocess.run([settings["SHELL"], "-c", job[6]], env=settings, cwd="/", capture_output=True, check=False)
        for job in jobs
    ]
    assert all(each.stderr == b"" for each in done)  # cron mails whatever is printed
    assert (tmp_path / "calls").read_text().splitlines() == [
        f"report morning --alert {tmp_path}",
        f"clean --keep 30 {tmp_path}",
    ]
    assert (tmp_path / "mail").is_file() == mailed
