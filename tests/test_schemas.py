"""Editors are told the truth: every file of params names a schema, fits it, and the schema is that of the reader."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from eastbound.cli.command import main
from eastbound.cli.schemas import file_schemas

PARAMS = Path(__file__).resolve().parents[1] / "params"
FILES = sorted(path for path in PARAMS.rglob("*.yml") if path.parent.name != "parts")
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")


def as_an_editor_reads(path):
    """Return the content in JSON's types: YAML 1.2 has no dates, they are texts."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors.pop("tag:yaml.org,2002:timestamp", None)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
    return yaml.load(path.read_text(encoding="utf-8"))


def parts(name, schema):
    return {name: schema, **schema.get("$defs", {})}


@pytest.fixture(scope="module")
def schemas():
    return file_schemas()


def test_the_shipped_schemas_are_those_of_the_readers(schemas):
    shipped = {str(path.relative_to(PARAMS)): json.loads(path.read_text()) for path in PARAMS.rglob("*.schema.json")}
    assert shipped == {f"{name}.schema.json": schema for name, schema in schemas.items()}


def test_every_file_names_its_schema_and_fits_it(schemas):
    validators = {}
    for path in FILES:
        found = MODELINE.fullmatch(path.read_text(encoding="utf-8").splitlines()[0])
        assert found, f"{path}: no schema in the first line"
        schema = (path.parent / found[1]).resolve()
        name = str(schema.relative_to(PARAMS)).removesuffix(".schema.json")
        if name not in validators:
            validators[name] = jsonschema.Draft202012Validator(schemas[name])
        content = as_an_editor_reads(path)
        errors = [f"{error.json_path}: {error.message}" for error in validators[name].iter_errors(content)]
        assert (path.name, errors) == (path.name, [])
    assert set(validators) == set(schemas)


def test_every_key_is_explained(schemas):
    silent = [
        f"{kind}: {name}.{key}"
        for kind, schema in schemas.items()
        for name, part in parts(kind, schema).items()
        for key, entry in part.get("properties", {}).items()
        if not {"description", "$ref"} & set(entry)  # what is referred to describes itself
        and not any({"description", "$ref"} & set(option) for option in entry.get("anyOf", ()))
        and key != "remove"
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("alerts", {"format": 1, "alerts": [{"id": "a", "expr": "E(trade in 2030)", "unit": "USD_bn", "wy": "typo"}]}),
        ("models/settings", {"damping": {"value": 0.85, "unit": "none"}}),
        ("reports/job", {"title": "Mine", "scenario": "baseline"}),
    ],
)
def test_a_mistake_is_seen_in_the_editor(schemas, kind, content):
    assert not jsonschema.Draft202012Validator(schemas[kind]).is_valid(content)


def test_the_command_writes_what_the_workspace_declares(tmp_path, capsys):
    shutil.copytree(PARAMS, tmp_path / "params")
    tree = tmp_path / "params" / "scenario_tree.yml"
    tree.write_text(tree.read_text(encoding="utf-8").replace("axis: gas\n", "axis: gas_supply\n"), encoding="utf-8")
    assert main(["schemas", "--home", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 10
    schema = json.loads((tmp_path / "params" / "scenario.schema.json").read_text(encoding="utf-8"))
    names = schema["properties"]["axis"]["anyOf"][0]["enum"]
    assert "gas_supply" in names
    assert "gas" not in names
