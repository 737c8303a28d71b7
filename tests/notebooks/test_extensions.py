"""An installed package, or a file in the workspace, adds models, sources, charts, notebooks and templates.

Each is checked as ours are, and one that is broken is refused by its name while everything else works.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from eastbound.scenarios.layout import lay_out

EXAMPLE = Path(__file__).resolve().parents[1] / "support" / "example_extension"


def install(target: Path, package: Path = EXAMPLE) -> None:
    """Put the package where pip would, with the metadata that it would write."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = project["name"].replace("-", "_")
    shutil.copytree(package / name, target / name)
    info = target / f"{name}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def desk(tmp_path):
    lay_out(tmp_path / "desk")
    (tmp_path / "site").mkdir()
    return tmp_path / "desk"


def run(desk: Path, *words: str, code: str = "from eastbound.cli import entry; entry()") -> subprocess.CompletedProcess:
    """Run the command in a process that sees the folder `site` beside the workspace."""
    paths = os.pathsep.join([str(desk.parent / "site"), *sys.path])
    variables = {"PYTHONPATH": paths, "EASTBOUND_HOME": str(desk)}
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=desk, env={**os.environ, **variables}, capture_output=True, text=True)


LIST = """
import sys, json
from pathlib import Path
from eastbound.reports.added import extension_refusals
print(json.dumps({f"{kind}/{name}": text for (kind, name), text in extension_refusals(Path(sys.argv[1])).items()}))
"""


def refusals(desk: Path) -> dict[str, str]:
    done = run(desk, str(desk), code=LIST)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_kind_of_an_installed_package_is_found_and_passes(desk):
    install(desk.parent / "site")
    assert refusals(desk) == {
        "models/toy": "",
        "sources/mirror": "",
        "charts/spread": "",
        "notebooks/toy_pages": "",
        "templates/footer": "",
    }


@pytest.mark.pages
def test_an_installed_model_is_forecast_and_a_chart_shows_it(desk):
    install(desk.parent / "site")
    code = """
import eastbound as eb
ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=64, until=2027, series=["toy.flow"])
print(float(eb.quantiles(ens, "toy.flow")["value"].iloc[0]), eb.plots.spread(ens, "toy.flow").frame["width"].tolist())
"""
    done = run(desk, code=code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0] == "30.0 [0.0, 0.0]"  # twelve months of 2.5


@pytest.mark.pages
def test_files_of_the_workspace_do_the_same(desk):
    source = EXAMPLE / "eastbound_example"
    folders = {kind: desk / "extensions" / kind for kind in ("models", "sources", "charts")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    shutil.copytree(source / "toy", folders["models"] / "toy")
    shutil.copy(source / "mirror.py", folders["sources"])
    shutil.copy(source / "spread.py", folders["charts"])
    (desk / "templates").mkdir()
    shutil.copy(source / "templates" / "page.html.j2", desk / "templates")
    assert refusals(desk) == {"models/toy": "", "sources/mirror": "", "charts/spread": "", "templates/templates": ""}
    done = run(desk, "data", "refresh", "mirror")
    assert done.returncode == 0, done.stderr
    assert "driver.usd_cny_ecb 2" in done.stdout
    assert (desk / "data" / "mirror.csv").is_file()


@pytest.mark.pages
def test_broken_extensions_are_refused_by_name_and_the_rest_works(desk):
    folders = {kind: desk / "extensions" / kind for kind in ("models", "sources", "charts")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    (folders["charts"] / "slip.py").write_text("def slip(:\n", encoding="utf-8")
    (folders["charts"] / "bare.py").write_text("def bare(ens):\n    return 3\n", encoding="utf-8")
    mirror = (EXAMPLE / "eastbound_example" / "mirror.py").read_text(encoding="utf-8")
    (folders["sources"] / "mirror.py").write_text(mirror.replace("usd_cny_ecb", "usd_cnny"), encoding="utf-8")
    shutil.copytree(EXAMPLE / "eastbound_example" / "toy", folders["models"] / "toy")
    (folders["models"] / "toy" / "settings.yml").write_text("level: {value: 2.5}\n", encoding="utf-8")
    (desk / "templates").mkdir()
    (desk / "templates" / "page.html.j2").write_text("{% if %}", encoding="utf-8")
    texts = refusals(desk)
    assert (
        "`slip` (charts, extensions/charts/slip.py) is refused: it cannot be imported (SyntaxError"
        in texts["charts/slip"]
    )
    assert "it has no docstring; expected one that says what it shows" in texts["charts/bare"]
    assert "the unknown series `driver.usd_cnny`; expected ids" in texts["sources/mirror"]
    assert "did you mean `driver.usd_cny`" in texts["sources/mirror"]
    assert "its settings cannot be read (settings.yml:1:1:" in texts["models/toy"]
    assert "`page.html.j2` line 1 is no template" in texts["templates/templates"]
    for text in texts.values():
        assert text.endswith("Correct it, or remove it; everything else works without it.")
    done = run(desk, "doctor", "--extension", "slip")
    assert done.returncode == 1
    assert "FAILED charts/slip: extension `slip`" in done.stdout
    done = run(desk, "report", "-s", "baseline", "-k", "10_trade", "-n")
    assert done.returncode in (0, 1), done.stderr
    assert "`page.html.j2` line 1 is no template" in done.stdout + done.stderr
    assert done.stdout.startswith("1 page, evidence as of")


@pytest.mark.pages
def test_a_name_that_no_extension_has_gets_the_known_ones(desk):
    install(desk.parent / "site")
    done = run(desk, "doctor", "--extension", "mirorr")
    assert done.returncode == 2
    assert "did you mean `mirror`" in done.stderr


@pytest.mark.pages
def test_a_report_makes_the_added_page_with_the_added_template(desk):
    install(desk.parent / "site")
    done = run(desk, "report", "-s", "baseline", "-k", "95_toy", "-p", "quick", "true", "-j", "1")
    assert done.returncode == 0, done.stderr
    page = next((desk / "reports").glob("*/baseline/95_toy.html")).read_text(encoding="utf-8")
    assert "Width of the forecast of toy.flow" in page
    assert "Made with the example template." in page
