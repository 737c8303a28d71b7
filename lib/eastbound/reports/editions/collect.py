"""Collect what editions must translate: text of code, of page templates, of notebooks and of data files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from eastbound import catalogue
from eastbound.reports.added import TEMPLATES
from eastbound.reports.editions.markdown import prose_messages
from eastbound.units import UNITS

Message = str | tuple[str, str]  # one text, or singular and plural
PACKAGE: Final = Path(__file__).resolve().parents[2]
_KEYWORDS: Final = {"_": None, "mark": None, "plural": (1, 2)}
_FRAME: Final = "reports"  # the part of the package whose text belongs to the frame of pages
_EVENTS: Final = PACKAGE / "evidence" / "tables" / "events.csv"
_LINES: Final = _EVENTS.with_name("building_times.csv")  # names of pipelines abroad
_NOT_SHOWN: Final = ("context", "status")  # kinds of dated events that no chart names
_GUIDES: Final = ("docs/03_reading.ipynb",)  # pages of the documentation that have editions: those for readers
# Keys of the files of params whose texts reach a page.
_TEXT_KEYS: Final = frozenset(
    {"title", "note", "summary", "question", "label", "claim", "rule", "stated_by", "assumptions", "why", "judgement"}
    | {"phrase", "of", "missing", "before", "system"}
)


def code_messages(path: Path) -> list[Message]:
    """Return the messages that a Python file marks with `_`, `mark` or `plural`, in order.

    Examples
    --------
    >>> code_messages(PACKAGE / "errors.py")
    []
    """
    from babel.messages.extract import extract

    with path.open("rb") as file:
        return [_message(texts) for _line, texts, _notes, _context in extract("python", file, _KEYWORDS)]


def template_messages() -> dict[Message, str]:
    """Return the messages of the page templates, each with the name of the first template that has it."""
    from babel.messages.extract import extract

    result: dict[Message, str] = {}
    for path in sorted(TEMPLATES.rglob("*.j2")):
        with path.open("rb") as file:
            options = {"encoding": "utf-8", "silent": "false"}
            for _line, texts, _notes, _context in extract("jinja2.ext:babel_extract", file, _KEYWORDS, options=options):
                result.setdefault(_message(texts), path.name)
    return result


def notebook_messages(path: Path) -> list[str]:
    """Return the messages of a notebook's prose, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return list(dict.fromkeys(message for source in sources for message in prose_messages(source)))


def data_messages(home: Path) -> dict[Message, str]:
    """Return titles and other texts of data files that reach pages, each with the first file that has it.

    They are labels of series and dated events, units, and the texts of the files of ``params``: titles of scenarios and
    events, questions, claims, axes of the scenario tree.

    Parameters
    ----------
    home : Path
        Workspace.
    """
    result: dict[Message, str] = {}
    with catalogue.FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            result.setdefault(row["label"], catalogue.FILE.name)
    with _EVENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["type"] not in _NOT_SHOWN:
                result.setdefault(row["label"], _EVENTS.name)
    with _LINES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            result.setdefault(row["pipeline"], _LINES.name)
    for label, _size in UNITS.values():
        result.setdefault(label, "units.py")
    for path in sorted((home / "params").rglob("*.yml")):
        for text in _texts(_loaded(path)):
            result.setdefault(text, path.name)
    return result


def domain_messages(domain: str, home: Path) -> dict[Message, str]:
    """Return the messages of one catalogue, each with the file that has it: ``code``, ``texts`` or ``frame``."""
    if domain == "texts":
        prose: dict[Message, str] = {}
        folder = home / "notebooks"
        for path in [*sorted(folder.glob("*.ipynb")), *(path for name in _GUIDES if (path := folder / name).is_file())]:
            for text in notebook_messages(path):
                prose.setdefault(text, path.name)
        return prose | {title: name for title, name in data_messages(home).items() if title not in prose}
    result: dict[Message, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if (inside.parts[0] == _FRAME) == (domain == "frame"):
            for message in code_messages(path):
                result.setdefault(message, inside.as_posix())
    return {**template_messages(), **result} if domain == "frame" else result


def _message(texts: Any) -> Message:
    return texts if isinstance(texts, str) else (texts[0], texts[1])


def _loaded(path: Path) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(path)


def _texts(node: Any, key: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _texts(value, str(name))
    elif isinstance(node, Iterable) and not isinstance(node, str):
        for item in node:
            yield from _texts(item, key)
    elif isinstance(node, str) and key in _TEXT_KEYS and " ".join(node.split()):
        yield " ".join(node.split())
