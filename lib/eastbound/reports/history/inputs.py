"""Keep what a run was computed from: digests by category, and an archive from which it can be computed again.

The categories are those by which a comparison explains a difference: evidence, parameters, scenario probabilities,
views, simulation settings, and the code with its packages.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from eastbound.ensemble.cache import address, code_digest
from eastbound.errors import InputError
from eastbound.evidence.book import TABLES
from eastbound.evidence.user_tables import table_paths
from eastbound.evidence.workspace import FOLDER as OWN
from eastbound.reports.digests import packages_digest
from eastbound.reports.pages import Plan
from eastbound.reports.reads import content_digest
from eastbound.typing import Record

FILE: Final = "inputs.zip"
RECORD: Final = "inputs.json"
SCHEMA: Final = "inputs/1"
CATEGORIES: Final = ("evidence", "parameters", "probabilities", "views", "simulation", "code", "packages")
TREE: Final = "params/scenario_tree.yml"
SETTINGS: Final = ("draws", "seed", "until", "quick")
_PACKAGE: Final = Path(__file__).resolve().parents[2]
_CODE: Final = ("risk", "reports/history")  # what else than the models the kept numbers come from
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold
# A scenario file states its own probability in a block that ends at the next key in the first column.
_PROBABILITY: Final = re.compile(r"^probability:.*\n(?:[ \t].*\n|\s*\n)*", re.MULTILINE)


def run_inputs(plan: Plan) -> Record | None:
    """Return the inputs of a run by category, None if no page of it simulates.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict or None
        ``as_of``, ``scenarios`` (name to reference), ``views``, the settings of the simulation, and ``digests``:
        a sha256 for each of `CATEGORIES`.
    """
    values = next((page.values for page in plan.pages if page.scenario and "draws" in page.values), None)
    if values is None:
        return None
    settings: dict[str, Any] = {str(name): values[name] for name in SETTINGS if name in values}
    views = [
        {"statement": str(view), "scenario": "" if entry is None else entry.scenario}
        for view, entry in plan.assumptions.views
    ]
    files = dict(_params(plan.home))
    digests = {
        "evidence": plan.vintage.digest,
        "parameters": address({name: text for name, text in files.items() if name != TREE} | _bare(files)),
        "probabilities": address({"tree": files.get(TREE, ""), **_probabilities(files)}),
        "views": address({"views": views}),
        "simulation": address(settings),
        **installed(),
    }
    references = {page.scenario.name: str(page.values["scenario"]) for page in plan.pages if page.scenario}
    return {
        "schema": SCHEMA,
        "as_of": plan.vintage.as_of,
        "scenarios": references,
        "views": views,
        "simulation": settings,
        "digests": digests,
    }


def installed() -> dict[str, str]:
    """Return the digests of the code that the numbers come from, and of the installed packages.

    Examples
    --------
    >>> sorted(installed())
    ['code', 'packages']
    """
    here = [path for folder in _CODE for path in sorted((_PACKAGE / folder).rglob("*.py"))]
    code = address({"models": code_digest(), **{path.name: content_digest(path) for path in here}})
    return {"code": code, "packages": packages_digest()}


def archive_inputs(plan: Plan, record: Record) -> bytes:
    """Return the archive of a run's inputs: parameters, evidence, own tables, and the record.

    Parameters
    ----------
    plan : Plan
    record : dict
        From `run_inputs`.

    Returns
    -------
    bytes
        A zip file; the same inputs give the same bytes.
    """
    files = {RECORD: json.dumps(record, indent=1, ensure_ascii=False).encode()}
    files |= {name: text.encode() for name, text in _params(plan.home)}
    outside = (path for path in (plan.home / "outside").glob("*/*.y*ml") if path.is_file())
    files |= {path.relative_to(plan.home).as_posix(): path.read_bytes() for path in outside}
    files |= {f"evidence/{path.name}": path.read_bytes() for path in TABLES.glob("*.csv")}
    for folder, tables in (("own", plan.home / OWN), ("given", plan.snapshot.tables)):
        files |= {f"{folder}/{path.name}": path.read_bytes() for path in (table_paths(tables) if tables else ())}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            bundle.writestr(zipfile.ZipInfo(name, _STAMP), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read_archive(folder: Path) -> dict[str, bytes]:
    """Return the files of the archive in a run's folder, by name.

    Raises
    ------
    InputError
        If the run has no archive, or a damaged one.

    Examples
    --------
    >>> read_archive(Path("no-such-run"))
    Traceback (most recent call last):
    eastbound.errors.InputError: the run `no-such-run` has no `inputs.zip`, so it cannot be computed again.
    """
    path = folder / FILE
    if not path.is_file():
        message = f"the run `{folder.name}` has no `{FILE}`, so it cannot be computed again."
        raise InputError(message)
    try:
        with zipfile.ZipFile(path) as bundle:
            return {name: bundle.read(name) for name in bundle.namelist()}
    except (zipfile.BadZipFile, OSError) as error:
        message = f"`{FILE}` of the run `{folder.name}` cannot be read ({error}); restore it from a copy of the run."
        raise InputError(message) from error


def read_record(files: Mapping[str, bytes]) -> Record:
    """Return the record of an archive.

    Raises
    ------
    InputError
        If it was written by a later version.
    """
    record: Record = json.loads(files[RECORD])
    if record["schema"] != SCHEMA:
        message = f"the inputs have the format `{record['schema']}`, this version reads `{SCHEMA}`; update Eastbound."
        raise InputError(message)
    return record


def with_probability_of(text: str, other: str) -> str:
    """Return a scenario file with the probability that another version of it states.

    Parameters
    ----------
    text, other : str
        Two versions of a scenario file.

    Examples
    --------
    >>> with_probability_of("probability: {value: 0.1}\\nevents: []\\n", "probability: {value: 0.2}\\n")
    'probability: {value: 0.2}\\nevents: []\\n'
    """
    match = _PROBABILITY.search(_ended(other))
    stated = match[0] if match else ""
    text = _ended(text)
    if _PROBABILITY.search(text):
        return _PROBABILITY.sub(lambda _: stated, text, count=1)
    return text + stated


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _params(home: Path) -> Iterator[tuple[str, str]]:
    folder = home / "params"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(home).as_posix(), path.read_text(encoding="utf-8", errors="surrogateescape")


def _bare(files: Mapping[str, str]) -> dict[str, Any]:
    """Return scenario files without their probabilities."""
    return {name: _PROBABILITY.sub("", _ended(text)) for name, text in files.items() if is_scenario(name)}


def _probabilities(files: Mapping[str, str]) -> dict[str, Any]:
    matches = {name: _PROBABILITY.search(_ended(text)) for name, text in files.items() if is_scenario(name)}
    return {name: match[0] for name, match in matches.items() if match}


def is_scenario(name: str) -> bool:
    """Return whether a file of an archive is a scenario of the workspace."""
    return name.startswith("params/scenarios/") and name.endswith((".yml", ".yaml"))
