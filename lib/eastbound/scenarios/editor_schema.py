"""Generate the JSON schemas by which editors complete, explain and check the files of ``params``.

A schema comes from the model that reads the file, and the meaning of a key from the model's docstring, so that
neither is written twice.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import BaseModel

from eastbound.scenarios.key_texts import KEY_TEXTS

_SECTION: Final = re.compile(r"\n\nAttributes\n-+\n")
_NAMES: Final = re.compile(r"(?P<names>[a-z_]+(?:, [a-z_]+)*)(?: : .*)?")


def editor_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a kind of file, with every key explained.

    Parameters
    ----------
    model : type
        The pydantic model that the file is read with.

    Examples
    --------
    >>> from eastbound.scenarios.reporting import Reporting
    >>> editor_schema(Reporting)["properties"]["claim"]["description"]
    "The projection for Primorye's share that reports test."
    """
    schema = model.model_json_schema()
    for name, part in {model.__name__: schema, **schema.get("$defs", {})}.items():
        _explain(part, name.rpartition("__")[2])
    return schema


def _explain(part: dict[str, Any], name: str) -> None:
    """Move the meanings of keys from the description of a model to the keys."""
    summary, *sections = _SECTION.split(part.get("description", ""))
    if summary:
        part["description"] = summary
    texts = _attributes(sections[0]) if sections else {}
    for key, entry in part.get("properties", {}).items():
        if "description" in entry or any("description" in option for option in entry.get("anyOf", ())):
            continue
        if text := KEY_TEXTS.get(f"{name}.{key}") or texts.get(key) or KEY_TEXTS.get(key):
            entry["description"] = text


def _attributes(section: str) -> dict[str, str]:
    """Return the text of each key of an ``Attributes`` section in numpy style; keys without a text are left out."""
    texts: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        head = _NAMES.fullmatch(line)
        if head:
            names = head["names"].split(", ")
        elif line.startswith("    "):
            for name in names:
                texts[name] = f"{texts.get(name, '')} {line.strip()}".strip().replace("``", "`")
    return texts
