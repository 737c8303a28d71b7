"""The JSON schemas beside the files of params: by them editors complete, explain and check each key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eastbound.cli.shared import home_option

if TYPE_CHECKING:
    from pydantic import BaseModel


@click.command()
@home_option
def schemas(*, home: Path | None) -> int:
    """Write the JSON schemas of the files in params, for editors: after a new pipeline, axis or version."""
    from eastbound.files import write_text
    from eastbound.scenarios.home import find_home

    params = find_home(home) / "params"
    for name, schema in file_schemas(home).items():
        path = params / f"{name}.schema.json"
        write_text(path, json.dumps(schema, ensure_ascii=False, indent=2) + "\n")
        click.echo(path)
    return 0


def file_schemas(home: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of file in ``params``, by its path below that folder.

    Examples
    --------
    >>> sorted(file_schemas())[:3]
    ['alerts', 'claims', 'models/settings']
    """
    from eastbound.reports.jobs.standing import Job
    from eastbound.risk.alerts import AlertFile
    from eastbound.risk.claims import ClaimFile
    from eastbound.risk.questions import QuestionFile
    from eastbound.scenarios.editor_schema import editor_schema
    from eastbound.scenarios.reporting import Reporting
    from eastbound.scenarios.settings import settings_schema
    from eastbound.scenarios.systems import Systems
    from eastbound.scenarios.systems_register import Register
    from eastbound.scenarios.tree import Tree
    from eastbound.scenarios.vocabulary import scenario_schema

    models: dict[str, type[BaseModel]] = {
        "reports/job": Job,
        "alerts": AlertFile,
        "claims": ClaimFile,
        "questions": QuestionFile,
        "reporting": Reporting,
        "scenario_tree": Tree,
        "systems": Systems,
        "systems_register": Register,
    }
    return {
        "scenario": scenario_schema(home),
        "models/settings": settings_schema(),
        **{name: editor_schema(model) for name, model in models.items()},
    }
