"""Keep finished pages: one is made again only when something that it is made from has changed.

A page is made from its notebook, its parameters, the evidence, the code that its kernel and its worker have loaded, the
installed packages, what surrounds its cells, and the files that its kernel read. All are compared by content, so a page
from the cache has the bytes that a new one would have. A run that was killed finds here the pages that it had finished.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from eastbound.ensemble.cache import address, cache_folder, read_checked, write_checked
from eastbound.errors import WriteError, shortened
from eastbound.extensions import digest
from eastbound.file_parts import NUMBERS
from eastbound.reports.digests import MODULE, package_files, packages_digest, shared_digest
from eastbound.reports.pages import Page, Plan
from eastbound.reports.reads import content_digest
from eastbound.reports.render import Frame

SHELF: Final = "pages"
_RECORD: Final = "record.json"
_PART: Final = 32  # hexadecimal digits of each half of an entry's name
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold
_SURROUNDINGS: Final = "the other pages of the report, or the age of its figures, changed"
# What is compared, in words for the reason of a miss.
_WORDS: Final = {
    "notebook": "the notebook changed",
    "attachments": "a file beside the notebooks changed",
    "evidence": "the evidence changed",
    "code": "a table or template of the package changed, or a module was added or removed",
    "packages": "an installed package changed",
    "extensions": "an extension or template changed",
    "links": _SURROUNDINGS,
    "frame": _SURROUNDINGS,
}


@dataclass(frozen=True)
class CachedPage:
    """Hold a page of an earlier run.

    Parameters
    ----------
    files : mapping of str to bytes
        By ending: ``.html``, ``.ipynb`` and, for a page with tables, ``.xlsx``.
    outcome : mapping
        Its `Outcome` as a record.
    reads : mapping of str to str
        The digest of each file that its kernel read, and of each module of the package that made it.
    links : str or None
        The `link_record` of the page, if its links alone differ from those that it is to have.
    """

    files: Mapping[str, bytes]
    outcome: Mapping[str, Any]
    reads: Mapping[str, str]
    links: str | None = None


def page_key(plan: Plan, page: Page) -> str:
    """Return the name of a page's entry: a workspace, a notebook, a scenario and a language, then the parameters."""
    scenario = page.scenario.name if page.scenario else ""
    workspace = str(plan.snapshot.source.resolve())
    parts: dict[str, object] = {"workspace": workspace, "notebook": page.notebook.name, "scenario": scenario}
    parts["language"] = page.language
    identity = address(parts)
    return f"{identity[:_PART]}-{address(page.values)[:_PART]}"


def page_inputs(plan: Plan, page: Page, frame: Frame | None) -> dict[str, str]:
    """Return the digest of everything that a page is made from, but for the files that its kernel reads.

    Parameters
    ----------
    plan : Plan
    page : Page
        One of the plan.
    frame : Frame or None
        What surrounds its cells; None where that is not known yet, and is not to be compared.
    """
    vintage = page.vintage
    inputs = {
        "notebook": content_digest(page.notebook.path),
        "attachments": _attachments(page.notebook.path.parent),
        "evidence": f"{vintage.as_of} {vintage.digest}" if vintage else "",
        "code": shared_digest(),
        "packages": packages_digest(),
        "extensions": digest(plan.snapshot.folder),
        # only to name the parameter that changed: another value is another entry
        "values": json.dumps(page.values, sort_keys=True, default=str),
    }
    if frame is not None:
        inputs["links"] = link_record(frame)
        rest = replace(frame, notebooks=(), scenarios=())
        inputs["frame"] = sha256(repr(rest).encode("utf-8", "surrogateescape")).hexdigest()
    return inputs


def link_record(frame: Frame) -> str:
    """Return the links of a frame to the other pages as JSON: those to notebooks, then those to scenarios.

    Examples
    --------
    >>> from eastbound.reports.render import Link
    >>> link_record(Frame("Trade", scenarios=[Link("Slump", "../slump/10_trade.html", True)]))
    '[[], [["Slump", "../slump/10_trade.html", true]]]'
    """
    lists = [[[link.text, link.href, link.here] for link in links] for links in (frame.notebooks, frame.scenarios)]
    return json.dumps(lists, ensure_ascii=False)


def find_page(key: str, inputs: Mapping[str, str], *, home: Path) -> tuple[CachedPage | None, str]:
    """Return the page of an entry if its cells would give the same again, and what has changed since.

    Parameters
    ----------
    key : str
        From `page_key`.
    inputs : mapping of str to str
        From `page_inputs`.
    home : Path
        The workspace that the run reads.

    Returns
    -------
    CachedPage or None
        None if the notebook must run again.
    str
        The first change, in words; empty if the page is as a new one would be. A page with only another frame is
        rendered again from its executed notebook.
    """
    content = read_checked(_path(key))
    if content is None:
        return None, _changed_values(key, inputs) or "not in the cache"
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        record = json.loads(bundle.read(_RECORD))
        before = record["inputs"]
        changed = [text for name, text in _WORDS.items() if name in inputs and before.get(name) != inputs[name]]
        reads = record["reads"]
        differing = (name for name, digest in reads.items() if _present(name, home) != digest)
        changed += [f"`{name.removesuffix(NUMBERS)}` changed" for name in differing]
        again = [text for text in changed if text != _SURROUNDINGS]
        if again:
            return None, again[0]
        files = {name: bundle.read(name) for name in bundle.namelist() if name != _RECORD}
    links_alone = "links" in before and before.get("frame") == inputs.get("frame")
    links = before["links"] if changed and links_alone else None
    return CachedPage(files, record["outcome"], reads, links), "".join(changed[:1])


def _present(name: str, home: Path) -> str:
    """Return the digest that something has now of which an entry notes one: a file, a part of it, or a module."""
    if name.startswith(MODULE):
        return package_files().get(name.removeprefix(MODULE), "")
    return content_digest(home / name)


def _changed_values(key: str, inputs: Mapping[str, str]) -> str:
    """Return which parameters differ from the newest entry of the same notebook and scenario; empty if it has none."""
    entries = sorted((cache_folder() / SHELF).glob(f"{key[:_PART]}-*.zip"), key=_time, reverse=True)
    content = read_checked(entries[0]) if entries else None
    if content is None:
        return ""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        before = json.loads(json.loads(bundle.read(_RECORD))["inputs"].get("values", "{}"))
    values = json.loads(inputs["values"])
    changed = [name for name in values if name in before and values[name] != before[name]]
    return ", ".join(
        f"`{name}` is {shortened(str(values[name]))}, was {shortened(str(before[name]))}" for name in changed
    )


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # removed meanwhile
        return 0.0


def read_digests(paths: Sequence[str], *, home: Path) -> dict[str, str]:
    """Return the digest of each file, by its path from the workspace, or by its whole path if it lies outside."""
    start = os.path.join(os.path.abspath(home), "")
    return {path.removeprefix(start) or ".": content_digest(path) for path in paths}


def keep_page(key: str, inputs: Mapping[str, str], cached: CachedPage) -> None:
    """Put a finished page into the cache; a cache that cannot be written costs only the time of making it again."""
    record = {"schema": "page/1", "inputs": dict(inputs), "reads": dict(cached.reads), "outcome": dict(cached.outcome)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in {_RECORD: json.dumps(record).encode(), **cached.files}.items():
            # pictures do not shrink further, so that the fastest level costs 2 % of the space
            bundle.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED, 1)
    try:
        write_checked(_path(key), buffer.getvalue())
    except WriteError:
        return


def _path(key: str) -> Path:
    return cache_folder() / SHELF / f"{key}.zip"


@cache
def _attachments(folder: Path) -> str:
    """Return a sha256 over the files beside the notebooks, which a page may show."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".ipynb")
    lines = [f"{path.relative_to(folder)} {content_digest(path)}" for path in paths]
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
