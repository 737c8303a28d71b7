"""Read a file of notebook parameters: the `-f params.yml` of papermill, in YAML 1.2 and with located mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eastbound.errors import ScenarioError
from eastbound.scenarios.located_yaml import read


def read_parameters(path: Path) -> dict[str, Any]:
    """Return the parameter values of a YAML or JSON file, by name.

    Papermill reads ``-f`` as YAML 1.1, where ``1e5`` is a text, ``010`` is 8 and ``NO`` is false. This reader takes
    YAML 1.2; the planner then checks every value against the type that its notebook declares.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is not YAML or has a key twice; with file and line.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "params.yml")
    ...     _ = path.write_text("until: 2031\\nquick: true\\nnoise: 1e-1\\n")
    ...     read_parameters(path)
    {'until': 2031, 'quick': True, 'noise': 0.1}
    """
    values, problems = read(path)
    if problems:
        raise ScenarioError("\n".join(map(str, sorted(problems))))
    return dict(values)
