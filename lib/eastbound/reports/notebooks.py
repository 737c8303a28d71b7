"""Read notebooks for the planner: name, title and declared parameters."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import nbformat

from eastbound.errors import InputError, UnknownName
from eastbound.reports.declared import read_declared
from eastbound.reports.parameters import Parameter

NAME = re.compile(r"\d\d_\w+")
DOCS: Final = "docs"


@dataclass(frozen=True)
class Notebook:
    """Describe a notebook that a report can run.

    Parameters
    ----------
    name : str
        File name without ending, such as ``"20_primorye"``.
    path : Path
        The file.
    title : str
        Its first heading.
    parameters : mapping of str to Parameter
        What its tagged cell declares, by name.
    """

    name: str
    path: Path
    title: str
    parameters: Mapping[str, Parameter]

    @property
    def per_scenario(self) -> bool:
        """Whether it runs once per scenario; otherwise once per report."""
        return "scenario" in self.parameters


def read_notebook(path: Path) -> Notebook:
    """Read a notebook's title and declared parameters.

    Raises
    ------
    InputError
        If the file is not a notebook or has no cell tagged `parameters`.
    """
    node = _load(path)
    tagged = [c for c in node.cells if c.cell_type == "code" and "parameters" in c.metadata.get("tags", ())]
    if len(tagged) != 1:
        message = (
            f"`{path.name}` has {len(tagged)} code cells tagged `parameters`; it must have exactly one. "
            "Tag the cell that holds the defaults."
        )
        raise InputError(message)
    return Notebook(path.stem, path, _title(node, path.stem), read_declared(tagged[0].source, where=path.name))


def find_notebooks(home: Path, wanted: Iterable[str] = ()) -> list[Path]:
    """Return the wanted notebooks of a workspace, in the order of their numbers.

    Parameters
    ----------
    home : Path
        The workspace; notebooks are ``notebooks/NN_name.ipynb``, those of the documentation are in ``notebooks/docs``.
    wanted : iterable of str
        Names, their part after the number, or a number that one alone has; ``docs`` for the documentation. None means
        all but the documentation.

    Raises
    ------
    InputError
        If there is no notebook, or a wanted one does not exist.
    """
    folder = home / "notebooks"
    main = _numbered(folder)
    if not main:
        message = f"no notebook in {folder}; expected files such as `10_trade.ipynb`. Choose the workspace with --home."
        raise InputError(message)
    names = list(wanted)
    docs = _numbered(folder / DOCS) if names else {}
    known = {**docs, **main}  # a subject prevails over a page of the documentation
    numbers = [name[:2] for name in main]
    short = {name: stem for name, stem in zip(numbers, main, strict=True) if numbers.count(name) == 1}
    short |= {name.partition("_")[2]: name for name in known}
    chosen: set[str] = set()
    for name in names:
        stem = name.removesuffix(".ipynb")
        if stem not in known and stem not in short and stem != DOCS:
            misnamed = misnamed_notebooks(home).get(f"{stem}.ipynb")
            if misnamed:
                message = f"`{stem}.ipynb` exists, but {misnamed}; rename it."
                raise InputError(message)
            raise UnknownName("notebook", name, [*main, *short] if len(main) < 2 else main)
        chosen |= docs.keys() if stem == DOCS else {stem if stem in known else short[stem]}
    return [path for name, path in {**main, **docs}.items() if name in chosen or not names]


def _numbered(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.ipynb")) if NAME.fullmatch(path.stem)}


def misnamed_notebooks(home: Path) -> dict[str, str]:
    """Return the notebooks of a workspace that no report runs, each with the name it needs."""
    paths = sorted((home / "notebooks").glob("*.ipynb"))
    return {
        path.name: f"notebooks are named like `40_{re.sub(r'[^0-9A-Za-z]+', '_', path.stem).strip('_')}.ipynb`"
        for path in paths
        if not NAME.fullmatch(path.stem) and not path.name.startswith(".")
    }


def _load(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (OSError, ValueError) as error:
        message = (
            f"`{path.name}` cannot be read as a notebook ({error}); save it again from JupyterLab, or "
            "take the copy that `eastbound init DIR` lays out in another folder."
        )
        raise InputError(message) from error
    version = content.get("nbformat") if isinstance(content, dict) else None
    if version != 4:
        message = f"`{path.name}` is not an nbformat 4 notebook (found {version}); save it again from JupyterLab."
        raise InputError(message)
    with warnings.catch_warnings():  # nbformat repairs duplicate cell ids and says so without the file's name
        warnings.simplefilter("ignore")
        try:
            nbformat.validate(content)
            return nbformat.reads(text, as_version=4)
        except (nbformat.ValidationError, TypeError, KeyError, AttributeError) as error:  # it trusts the outline
            reason = str(error).splitlines()[0]
            message = f"`{path.name}` breaks the notebook format ({reason}); save it again from JupyterLab."
            raise InputError(message) from error


def _title(node: Any, fallback: str) -> str:
    for cell in node.cells:
        heading = re.search(r"^#\s+(.+?)\s*#*$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if heading:
            return re.sub(r"[*_`]", "", heading.group(1))
    return fallback
