"""A page is made again when code changes that its kernel or its worker has loaded, and only then."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import eastbound
from eastbound.scenarios.home import supplied

PACKAGE = Path(eastbound.__file__).parent
READS_SCENARIO = "from eastbound.scenarios.loader import load_scenario\nprint(load_scenario(scenario).title)"
ENTRY = "from eastbound.cli import entry; entry()"

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def copied(new_home, add_notebook, tmp_path_factory):
    """A copy of the package that a test may edit, a workspace whose page has been made by it, and its cache."""
    root = tmp_path_factory.mktemp("copied")
    folder = root / "lib"
    shutil.copytree(PACKAGE, folder / "eastbound", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "params").symlink_to(supplied() / "params")  # the workspace that comes with the package
    home = new_home()
    add_notebook(home, "20_reads", READS_SCENARIO)
    assert reason(folder, home) == "not in the cache"
    return folder, home


def reason(folder, home):
    """Make the page, and return why it had to be made; None if it was kept."""
    where = {"PYTHONPATH": str(folder), "EASTBOUND_HOME": str(home), "EASTBOUND_CACHE": str(folder / "cache")}
    command = [sys.executable, "-c", ENTRY, "report", "-s", "baseline", "-k", "20_reads", "-j", "1", "--json"]
    answer = subprocess.run(command, env={**os.environ, **where}, capture_output=True, text=True, check=True, cwd=home)
    manifest = Path(json.loads(answer.stdout)["folder"], "manifest.json")
    return json.loads(manifest.read_text(encoding="utf-8"))["pages"][0]["made_because"]


def edit(path):
    path.write_text(path.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")


def test_a_module_that_the_page_never_loads_leaves_it_kept(copied):
    folder, home = copied
    edit(folder / "eastbound" / "explorer" / "watch.py")
    assert reason(folder, home) is None


@pytest.mark.parametrize("module", ["scenarios/loader.py", "reports/markup.py"], ids=["kernel", "rendering"])
def test_a_module_that_the_page_loads_has_it_made_again(copied, module):
    folder, home = copied
    edit(folder / "eastbound" / module)
    assert reason(folder, home) == f"`module:{module}` changed"


def test_a_new_module_or_another_table_has_it_made_again(copied):
    folder, home = copied
    (folder / "eastbound" / "added.py").write_text("", encoding="utf-8")
    assert reason(folder, home) == "a table or template of the package changed, or a module was added or removed"
