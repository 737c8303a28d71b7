"""Read YAML files into plain values that keep line and column of every key.

All syntax problems of a file are collected, so that one message lists them.
Anchors and aliases are refused: inheritance has its own key, and nested aliases
can expand a small file into a huge one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from eastbound.errors import ScenarioError
from eastbound.file_parts import announce

_LARGEST_BYTES: Final = 1_000_000
_DEEPEST: Final = 20
_DEEPEST_BRACKETS: Final = 100  # a parser needs minutes for thousands of open brackets
_BRACKETS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_LONG_QUOTE: Final = re.compile("`([^`]{120,})`")
_TAG: Final = "tag:yaml.org,2002:"
_SCALARS: Final = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp"))


@dataclass(frozen=True, order=True)
class Location:
    """Line and column of a file, both counted from 1; written as editors and terminals read it.

    Examples
    --------
    >>> str(Location("baseline.yml", 12, 5))
    'baseline.yml:12:5'
    """

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake and its location.

    Examples
    --------
    >>> str(Problem(Location("baseline.yml", 12), "`name` is missing"))
    'baseline.yml:12:1: `name` is missing'
    """

    location: Location
    text: str

    def __str__(self) -> str:
        # What was found is quoted, and may hold line breaks or control characters that a terminal would obey.
        text = _LONG_QUOTE.sub(lambda quote: f"`{quote[1][:57]}...`", " ".join(self.text.split()))
        printable = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
        return f"{self.location}: {printable}"


class LocatedMap(dict[str, Any]):
    """A mapping of a file; `location` is its start, `locations` the start of each key."""

    location: Location
    locations: dict[str, Location]

    def __init__(self, location: Location) -> None:
        super().__init__()
        self.location = location
        self.locations = {}

    def put(self, key: str, value: Any, location: Location) -> None:
        """Set a key and its location."""
        self[key] = value
        self.locations[key] = location

    def copy(self) -> LocatedMap:
        """Return a shallow copy."""
        twin = LocatedMap(self.location)
        for key, value in self.items():
            twin.put(key, value, self.locations[key])
        return twin


class LocatedList(list[Any]):
    """A list of a file; `locations` has the start of each element."""

    def __init__(self) -> None:
        super().__init__()
        self.locations: list[Location] = []

    def put(self, value: Any, location: Location) -> None:
        """Append an element and its location."""
        self.append(value)
        self.locations.append(location)


def read(path: Path) -> tuple[LocatedMap, list[Problem]]:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    block : LocatedMap
        The content, without what could not be read.
    problems : list of Problem
        Duplicate keys, aliases and other syntax problems.

    Raises
    ------
    ScenarioError
        If the file cannot be read or is not YAML.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "x.yml")
    ...     _ = path.write_text("a: 1\\nb: [2, 3]\\na: 4\\n")
    ...     block, problems = read(path)
    >>> block["b"], block.locations["b"].line, problems[0].text
    ([2, 3], 2, 'key `a` occurs twice in this mapping; keep one')
    """
    block, problems = _parsed(path.name, read_text(path))
    return block.copy(), list(problems)


# Most scenarios extend the baseline, so the same text is parsed many times; a workspace has some hundred files.
@lru_cache(maxsize=512)
def _parsed(file: str, text: str) -> tuple[LocatedMap, tuple[Problem, ...]]:
    reader = _Reader(file)
    # The parser recurses, so brackets are counted before it starts.
    if max(accumulate(_BRACKETS.get(character, 0) for character in text), default=0) > _DEEPEST_BRACKETS:
        message = f"{file}:1:1: not valid YAML: more than {_DEEPEST_BRACKETS} brackets are open at once."
        raise ScenarioError(message)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = " ".join(str(error.problem or error.context).split())
        advice = "Look at the line and the one above it."
        if "'\\t'" in reason:
            reason, advice = "a tab where spaces are expected", "Indent with two spaces instead of the tab."
        message = f"{file}:{line}:{column}: not valid YAML: {reason}. {advice}"
        raise ScenarioError(message) from None
    except (YAMLError, RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        message = f"{file}:1:1: not valid YAML: {reason}."
        raise ScenarioError(message) from None
    if not isinstance(root, MappingNode):
        message = f"{file}:1:1: expected `key: value` lines at the top level, found {_kind(root)}."
        raise ScenarioError(message)
    block = reader.value(root, depth=0)
    if not isinstance(block, LocatedMap):
        raise ScenarioError("\n".join(map(str, reader.problems)))
    return block, tuple(reader.problems)


def read_text(path: Path) -> str:
    """Return the text of a YAML file.

    Raises
    ------
    ScenarioError
        If it is no regular file, too large, or not UTF-8.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "x.yml")
    ...     _ = path.write_text("a: 1")
    ...     read_text(path)
    'a: 1'
    """
    if path.exists() and not path.is_file():  # a pipe or a device would be read without end
        message = f"{path.name}: is not a regular file; remove it or give it another name."
        raise ScenarioError(message)
    announce(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"{path.name}: cannot be read: {error.strerror}."
        raise ScenarioError(message) from None
    if len(raw) > _LARGEST_BYTES:
        message = f"{path.name}: has {len(raw):,} bytes; at most {_LARGEST_BYTES:,} are allowed."
        raise ScenarioError(message)
    try:
        # Editors on Windows begin a file with a byte order mark.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"{path.name}:{line}:{column}: is not UTF-8 text; save the file in UTF-8."
        raise ScenarioError(message) from None


def _kind(node: Node | None) -> str:
    if node is None:
        return "nothing"
    if isinstance(node, MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, SequenceNode) else "a single value"


class _Reader:
    """Converts YAML nodes to values and collects problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._seen: set[int] = set()
        self._scalars = YAML(typ="safe", pure=True).constructor

    def value(self, node: Node, *, depth: int) -> Any:
        # An alias gives the node of its anchor a second time.
        if id(node) in self._seen or depth > _DEEPEST:
            self._note(node, "anchors, aliases and deep nesting are not allowed; write the values out")
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return self._block(node, depth)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            rows = LocatedList()
            for child in node.value:
                rows.put(self.value(child, depth=depth + 1), self._location(child))
            return rows
        if isinstance(node, ScalarNode) and node.tag in _SCALARS:
            return self._scalar(node)
        self._note(node, f"tag `{node.tag}` is not allowed; remove it")
        return None

    def _block(self, node: MappingNode, depth: int) -> LocatedMap:
        block = LocatedMap(self._location(node))
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._note(key_node, f"{_kind(key_node)} cannot be a key; expected a word")
                continue
            key = str(key_node.value)
            if key in block:
                self._note(key_node, f"key `{_short(key)}` occurs twice in this mapping; keep one")
                continue
            block.put(key, self.value(value_node, depth=depth + 1), self._location(key_node))
        return block

    def _scalar(self, node: ScalarNode) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (YAMLError, ValueError, OverflowError, TypeError):
            # For example an impossible date, or a number of thousands of digits.
            self._note(node, f"`{_short(node.value)}` cannot be read as a {str(node.tag).removeprefix(_TAG)}")
            return None

    def _note(self, node: Node, text: str) -> None:
        self.problems.append(Problem(self._location(node), text))

    def _location(self, node: Node) -> Location:
        return Location(self.file, node.start_mark.line + 1, node.start_mark.column + 1)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
