"""Read a YAML file of ``params`` as an instance of its model, with every mistake located."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eastbound.errors import ScenarioError
from eastbound.scenarios import schema_errors
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.located_yaml import LocatedMap, Problem, read
from eastbound.scenarios.validated import validated

_Model = TypeVar("_Model", bound=BaseModel)
Check = Callable[[_Model, LocatedMap], Iterable[Problem]]


def params_path(file: Path, home: str | Path | None = None) -> Path:
    """Return the path of a file in a workspace; one without it, such as a folder of drafts, takes the package's.

    Examples
    --------
    >>> params_path(Path("params", "reporting.yml")).is_file()
    True
    """
    path = find_home(home) / file
    return path if path.is_file() else supplied() / file


def read_typed(model: type[_Model], path: Path, *, check: Check[_Model] | None = None) -> _Model:
    """Read a file whose content has to fit a model.

    Parameters
    ----------
    model : type
        A frozen pydantic model.
    path : Path
    check : callable, optional
        Takes valid content and the file with its locations; yields what the model alone cannot see.

    Raises
    ------
    ScenarioError
        If the file is not YAML or breaks the format; one line per mistake, with file, line and key.

    Examples
    --------
    >>> from eastbound.scenarios.reporting import Reporting
    >>> read_typed(Reporting, params_path(Path("params", "reporting.yml"))).claim.year
    2035
    """
    data, problems = read(path)
    content: _Model | None = None
    try:
        content = validated(model, data)
    except ValidationError as error:
        problems.extend(schema_errors.located_problems(error, model, data))
    if content is not None and check is not None:
        problems.extend(check(content, data))
    if problems or content is None:
        raise ScenarioError("\n".join(map(str, sorted(problems))))
    return content


def repeated(names: Iterable[str]) -> str | None:
    """Return the first name, in alphabetical order, that occurs more than once; None if each occurs once.

    Examples
    --------
    >>> repeated(["b", "a", "b"]), repeated(["a", "b"])
    ('b', None)
    """
    known = list(names)
    return next((name for name in sorted(set(known)) if known.count(name) > 1), None)
