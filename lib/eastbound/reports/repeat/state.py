"""The state of everything that a request for a report depends on, as one digest.

Nothing heavy is imported here: whether anything has changed is decided before models, pandas or Jupyter are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from eastbound.ensemble.cache import address
from eastbound.errors import InputError
from eastbound.extensions import digest
from eastbound.reports.digests import package_digest, packages_digest
from eastbound.reports.history.locate import since_run
from eastbound.reports.reads import content_digest
from eastbound.scenarios.home import supplied

COPIED: Final = ("notebooks", "params", "data", "views", "extensions", "templates", "ledger", "locale")
IGNORED: Final = (".*", "__pycache__", "matplotlibrc")  # in these folders; patterns of file names
_SECRET: Final = "env:"


def run_state(request: Mapping[str, Any], *, home: Path, source: Path, out: Path, day: str) -> str | None:
    """Return the digest of what a run is made from, or None if its request cannot be repeated.

    A request that reads other files than those of the workspace, several days, or a secret is planned every time.

    Parameters
    ----------
    request : mapping
        The record of a `Request`.
    home : Path
        The workspace, or the private copy that a run was made from: both have the same digest.
    source : Path
        The workspace itself.
    out : Path
        Folder for runs.
    day : str
        Of the run, on which the ages of figures are counted: eight digits.
    """
    values = [str(value) for value in request["parameters"].values()]
    files = [name for name in request["scenarios"] if Path(name).suffix]
    if files or request["data"] or len(request["as_of"]) > 1 or any(value.startswith(_SECRET) for value in values):
        return None
    try:
        since = since_run(request["since"], out, home=source)
    except InputError:  # which the plan reports
        return None
    parts: dict[str, object] = {
        "request": dict(request),
        "places": [str(source.resolve()), str(out)],
        "workspace": dict(_contents(home, COPIED)),
        # a workspace without a file of params takes the one that comes with the package
        "supplied": dict(_contents(supplied(), ("params",))),
        "since": [str(since), content_digest(since / "manifest.json")] if since else None,
        "code": [package_digest(), packages_digest(), digest(home)],
        "day": day,
    }
    return address(parts)


def _contents(home: Path, folders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield name and digest of each file of some folders that a run copies before it starts."""
    for folder in folders:
        for path in (home / folder).rglob("*"):
            name = path.relative_to(home)
            if not any(part.startswith(".") or part in IGNORED for part in name.parts) and path.is_file():
                yield name.as_posix(), content_digest(path)
