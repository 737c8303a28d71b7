"""Contracts over the whole package: who imports whom, size, names, the public face."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lib" / "eastbound"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A package may import from itself and from what stands in an earlier ring.
RINGS = [
    {
        "names",
        "catalogue",
        "constants",
        "cores",
        "english",
        "errors",
        "extensions",
        "face",
        "language",
        "typing",
        "units",
        "periods",
        "file_parts",
        "files",
        "values",
    },
    {"core"},
    {"evidence", "scenarios", "univariate"},
    {"models"},
    {"ensemble"},
    {"evaluation"},
    {"risk"},
    {"plots"},
    {"reports"},
    {"explorer", "notebook"},
    {"cli"},
    {"reference_tables"},
]
RING = {name: level for level, ring in enumerate(RINGS) for name in ring}
# arviz_stats needs numpy and scipy alone, and its array functions load in a hundredth of a second
CORE_MAY_IMPORT = {"numpy", "scipy", "arviz_stats", "eastbound"} | set(sys.stdlib_module_names)


def part_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Absolute module names imported anywhere in a file, type-checking blocks included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write absolute imports"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path):
    here = part_of(path)
    if here == "__init__":
        return
    assert here in RING, f"`{here}` has no place in the order of packages; add it to RINGS"
    for name in imports(path):
        if not name.startswith("eastbound."):
            continue
        there = name.split(".")[1]
        if there.startswith("__"):
            continue
        vocabulary = RING[there] == RING[here] == 0  # errors and names serve the other words
        assert RING[there] < RING[here] or there == here or vocabulary, (
            f"{path.relative_to(ROOT)} imports `{name}`, to its right"
        )


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=lambda p: p.name)
def test_core_imports_numpy_and_scipy_only(path):
    assert {name.split(".")[0] for name in imports(path)} <= CORE_MAY_IMPORT


def test_modules_and_functions_stay_small():
    too_long = []
    for path in MODULES:
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > 400:
            too_long.append(f"{path.relative_to(ROOT)} has {lines} lines (at most 400)")
        for node in functions(path):
            docstring = ast.get_docstring(node) or ""
            length = node.end_lineno - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)
            if length > 80:
                too_long.append(f"{path.relative_to(ROOT)}:{node.lineno} `{node.name}` has {length} lines (at most 80)")
    assert not too_long, "\n".join(too_long)


def test_arguments_after_the_second_are_named():
    positional = [
        f"{path.relative_to(ROOT)}:{node.lineno} `{node.name}`"
        for path in MODULES
        for node in functions(path)
        if not node.name.startswith("_")
        and len([a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in {"self", "cls"}]) > 3
    ]
    assert not positional, "\n".join(positional)


def test_public_things_have_docstrings():
    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            bare.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno} `{node.name}`")
    assert not bare, "\n".join(bare)


def test_face_is_importable_sorted_and_light():
    eastbound = importlib.import_module("eastbound")
    assert eastbound.__all__ == sorted(eastbound.__all__)
    for name in eastbound.__all__:
        assert getattr(eastbound, name) is not None
    code = "import sys, eastbound; sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_under_the_package_is_ignored_by_git():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing to ask")
    files = [p.relative_to(ROOT).as_posix() for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    done = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_no_machine_paths_or_unfinished_words():
    marks = ("TO" + "DO", "FIX" + "ME", "X" + "XX", "/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/")
    texts = [*MODULES, *ROOT.glob("params/**/*.yml"), *ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("tests/**/*.py")]
    found = [f"{p.relative_to(ROOT)}: {m}" for p in texts for m in marks if m in p.read_text(encoding="utf-8")]
    assert not found, "\n".join(found)
