"""Refuse an edition whose page would not be complete, before a kernel starts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from eastbound.catalogue import cards
from eastbound.errors import InputError, shortened
from eastbound.language import CATALOGUES, ENGLISH, LANGUAGES, checked, has_translation, read_catalogue
from eastbound.reports.editions.collect import PACKAGE, Message, code_messages, notebook_messages
from eastbound.reports.freshness import shown_series
from eastbound.reports.notebooks import Notebook
from eastbound.scenarios.schema import Scenario
from eastbound.units import UNITS, unit_label

_USED: Final = re.compile(r"\b(?:eb\.plots|plots|eb)\.(\w+)")
_IMPORT: Final = re.compile(r"^\s*(?:from (eastbound[\w.]*) import ([^\n(]+|\([^)]*\))|import (eastbound[\w.]+))", re.M)
_SHOWN: Final = 3  # missing messages that an error quotes
_LONG: Final = 60  # characters of each


def chosen_languages(codes: Iterable[str], scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return the languages of a report's editions, English first, which the others take their numbers from.

    Raises
    ------
    InputError
        If a code names no language, or a scenario has the name of an edition's folder.

    Examples
    --------
    >>> chosen_languages(["zh", "en", "zh"], [])
    ('en', 'zh')
    """
    languages = tuple(dict.fromkeys([ENGLISH, *map(checked, codes)]))
    for scenario in scenarios:
        if scenario.name in languages[1:]:
            message = f"the scenario `{scenario.name}` has the name of an edition's folder; rename the scenario."
            raise InputError(message)
    return languages


def edition_gaps(notebook: Notebook, language: str, scenarios: Iterable[Scenario] = ()) -> list[str]:
    """Return the messages of a notebook's page that a language lacks, as far as they are known before it runs.

    They are its prose, the text of the modules that it calls, labels and units of the series that it names, titles of
    the scenarios, and the frame around every page.

    Parameters
    ----------
    notebook : Notebook
    language : str
    scenarios : iterable of Scenario
    """
    if language == ENGLISH:
        return []
    series = [cards()[name] for name in shown_series(notebook) if name in cards()]
    needed: list[Message] = [*notebook_messages(notebook.path), *_code_of(notebook)]
    needed += [scenario.title for scenario in scenarios if notebook.per_scenario]
    needed += [card.label for card in series]
    needed += [unit_label(card.unit) for card in series if card.unit in UNITS]
    texts = [message if isinstance(message, str) else message[0] for message in needed]
    gaps = [text for text in texts if not has_translation(text, language)]
    return list(dict.fromkeys([*gaps, *_frame_gaps(language)]))


def edition_problem(notebook: Notebook, language: str, scenarios: Iterable[Scenario]) -> InputError | None:
    """Return why a notebook has no edition in a language; None if it has one."""
    gaps = edition_gaps(notebook, language, scenarios)
    if not gaps:
        return None
    quoted = ", ".join(f"“{shortened(text, _LONG)}”" for text in gaps[:_SHOWN])
    count = f"{len(gaps)} message{'s' * (len(gaps) != 1)}"
    message = (
        f"`{notebook.name}` has no complete edition in {LANGUAGES[language]} ({language}): {count} without a "
        f"translation, such as {quoted}. Translate them in locale/{language} (`make messages` lists them), choose "
        f"other notebooks with -k, or leave out `--lang {language}`."
    )
    return InputError(message)


@cache
def _frame_gaps(language: str) -> tuple[str, ...]:
    catalog = read_catalogue(CATALOGUES / language / "LC_MESSAGES" / "frame.po", language)
    texts = [message.id if isinstance(message.id, str) else message.id[0] for message in catalog if message.id]
    return tuple(text for text in texts if not has_translation(text, language))


def _code_of(notebook: Notebook) -> list[Message]:
    """Return the marked messages of the modules that a notebook's code reaches through the public face."""
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    plots = {name: f"eastbound.plots.{module}" for name, module in import_module("eastbound.plots")._FACE.items()}
    faces = {**import_module("eastbound")._FACE, **plots}
    reached: set[str] = set()
    waiting = [faces[name] for name in _USED.findall(code) if name in faces]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _imports(name)
    return [message for name in sorted(reached) for message in _messages(name)]


@cache
def _messages(module: str) -> tuple[Message, ...]:
    path = _path(module)
    marks = path is not None and "eastbound.language import" in path.read_text(encoding="utf-8")
    return tuple(code_messages(path)) if path is not None and marks else ()


@cache
def _imports(module: str) -> tuple[str, ...]:
    path = _path(module)
    names: list[str] = []
    for package, imported, whole in _IMPORT.findall(path.read_text(encoding="utf-8")) if path is not None else ():
        inner = [f"{package}.{name}" for name in re.findall(r"\w+", imported)]
        # a name is a module of the package, or a part of the module that it is imported from
        names += [whole] if whole else [name if _path(name) is not None else package for name in inner]
    return tuple(dict.fromkeys(names))


@cache
def _path(module: str) -> Path | None:
    inside = PACKAGE.joinpath(*module.split(".")[1:])
    files = (inside.with_suffix(".py"), inside / "__init__.py")
    return next((path for path in files if path.is_file()), None)
