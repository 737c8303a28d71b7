"""A run of which nothing has changed is copied before anything is planned; any change is seen."""

import json
import os
import subprocess
import sys

import pytest

from eastbound.cli import main
from eastbound.reports.jobs.request import Request
from eastbound.reports.repeat.copy import repeat_run
from eastbound.reports.repeat.state import COPIED, run_state

REQUEST = Request(scenarios=("baseline",), notebooks=("10_good",))
CHANGES = (
    "params/extra.yml",
    "data/own.csv",
    "notebooks/picture.svg",
    "extensions/charts/own.py",
    "templates/style.css",
    "ledger/chain.jsonl",
)

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def finished(new_home, tmp_path_factory):
    """A workspace with one run, made by the command."""
    home, cache = new_home(), tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASTBOUND_CACHE", str(cache))
        assert main(["report", "--home", str(home), "-s", "baseline", "-k", "10_good", "-j", "1"]) == 0
        yield home


def repeat(home, request=REQUEST):
    return repeat_run(request.as_record(), home=home, out=None)


def files(folder):
    apart = ("manifest.json", "log.jsonl")
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in apart]
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def test_an_unchanged_run_is_copied_under_a_new_id(finished, capsys):
    earlier = max((finished / "reports").glob("2*Z"))
    capsys.readouterr()
    assert main(["report", "--home", str(finished), "-s", "baseline", "-k", "10_good", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    folder = finished / "reports" / record["run"]
    assert folder != earlier
    assert files(folder) == files(earlier)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run"] == record["run"]
    assert [page["made_because"] for page in manifest["pages"]] == [None]
    events = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["event"] for event in events] == ["run started", "planned", "page unchanged", "run finished"]
    assert events[1]["same_as"] == earlier.name
    assert record["run"][:4] in (finished / "reports" / "index.html").read_text(encoding="utf-8")


def test_any_change_is_planned_anew(finished):
    assert repeat(finished, Request(scenarios=("baseline",))) is None
    assert (
        repeat(finished, Request(scenarios=("baseline",), notebooks=("10_good",), parameters={"until": 2031})) is None
    )
    for name in CHANGES:
        path = finished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
        assert repeat(finished) is None, name
        path.unlink()
    assert repeat(finished) is not None


def test_a_damaged_page_is_not_copied(finished):
    for page in (finished / "reports").glob("2*/baseline/10_good.html"):
        page.write_bytes(page.read_bytes() + b" ")
    assert repeat(finished) is None


@pytest.mark.parametrize(
    "request_", [Request(data="own"), Request(scenarios=("a.yml",)), Request(parameters={"token": "env:TOKEN"})]
)
def test_what_lies_outside_the_workspace_is_read_every_time(home, request_):
    places = {"home": home, "source": home, "out": home / "reports", "day": "20261128"}
    assert run_state(REQUEST.as_record(), **places) is not None
    assert run_state(request_.as_record(), **places) is None


def test_the_state_covers_all_that_a_run_copies():
    from eastbound.evaluation.ledger.chain import FOLDER as LEDGER
    from eastbound.evidence.workspace import FOLDER as DATA
    from eastbound.extensions import FOLDER
    from eastbound.reports.added import OWN

    assert {DATA, FOLDER, OWN, LEDGER, "locale", "notebooks", "params", "views"} == set(COPIED)


def test_nothing_heavy_is_imported_to_see_that_nothing_changed():
    code = "import sys, eastbound.cli.reports, eastbound.reports.repeat.copy, eastbound.reports.jobs.request\n"
    code += "print({'pandas', 'pydantic', 'ruamel.yaml', 'scipy', 'nbformat'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert answer.stdout.strip() == "set()"
