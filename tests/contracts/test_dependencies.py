"""Every package that lib imports is declared in pyproject.toml, and every declared one is pinned."""

import ast
import re
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = packages_distributions()


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """Return every need of the project and of its extras that users install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [need for name, needs in project["optional-dependencies"].items() if name != "dev" for need in needs]
    needs = [*project["dependencies"], *extras]
    return {normal(re.match(r"[A-Za-z0-9._-]+", need).group()) for need in needs}


def imported(text: str) -> set[str]:
    """Return the outside packages that a module imports anywhere, absolute imports only."""
    modules = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module)
    return {name.split(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"eastbound"}


def undeclared(modules: set[str], needs: set[str]) -> set[str]:
    """Return the modules of which no distribution is among the needs."""
    return {name for name in modules if not {normal(d) for d in DISTRIBUTIONS.get(name, [name])} & needs}


@pytest.mark.parametrize("path", sorted((ROOT / "lib").rglob("*.py")), ids=lambda path: path.name)
def test_imports_are_declared(path):
    assert undeclared(imported(path.read_text(encoding="utf-8")), declared()) == set()


def test_an_import_without_a_declared_need_is_seen():
    assert undeclared(imported("import bs4\nfrom jinja2 import Template"), {"jinja2"}) == {"bs4"}


def test_declared_needs_are_pinned():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {normal(line.split("==")[0]) for line in lines if "==" in line}
    assert declared() - pins == set()


def package_names(path: Path) -> set[str]:
    """Return the full names of everything that a file imports from the package, inside functions too."""
    nodes = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom))
    own = (node for node in nodes if f"{node.module}.".startswith("eastbound."))
    return {f"{node.module}.{alias.name}" for node in own for alias in node.names}


@pytest.mark.parametrize("folder", ["benchmarks", "browser", "faults", "real"])
def test_scripts_import_names_that_exist(folder):
    # the gate runs benchmarks and campaigns seldom or never, so nothing else sees that a name has moved
    import_module("papermill")  # loads our engines, which cannot be the first to import it
    names = set().union(*(package_names(path) for path in (ROOT / "tests" / folder).rglob("*.py")))
    assert names
    for name in sorted(names):
        resolve_name(name)
