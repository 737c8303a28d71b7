"""A contract on local names: a name says what it holds, so words that fit anything are not used as names."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "lib" / "eastbound"
VAGUE = {"one", "found", "place", "said", "kept"}
PARTS = sorted(
    path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))
)


def vague_names(text: str) -> list[str]:
    """Return `line name` for every variable, argument and function that has a vague name."""
    names = []
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append((node.lineno, node.id))
        elif isinstance(node, ast.arg):
            names.append((node.lineno, node.arg))
        elif isinstance(node, definitions) or (isinstance(node, ast.ExceptHandler) and node.name):
            names.append((node.lineno, node.name))
    return [f"{line} {name}" for line, name in sorted(names) if name in VAGUE]


@pytest.mark.parametrize("part", PARTS)
def test_names_say_what_they_hold(part):
    folder = PACKAGE / part
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    names = [
        f"{file.relative_to(PACKAGE).as_posix()}:{name}"
        for file in files
        for name in vague_names(file.read_text(encoding="utf-8"))
    ]
    assert not names, "\n".join(["names that say nothing about the item; use its noun:", *names])


def test_the_contract_sees_every_kind_of_name():
    text = """
def place(found, *, said=0, **kept):
    for one in found:
        pass
    try:
        kept, other = [one for one in found], said
    except ValueError as found:
        one: int = 3
"""
    assert vague_names(text) == [
        *("2 found", "2 kept", "2 place", "2 said"),
        *("3 one", "6 kept", "6 one", "7 found", "8 one"),
    ]
