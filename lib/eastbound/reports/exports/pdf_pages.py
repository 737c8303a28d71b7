"""Make the PDF of every page of a run, in parallel; one whose page is unchanged comes from the cache."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from bs4 import BeautifulSoup

from eastbound.ensemble.cache import address, cache_folder, read_checked, write_checked
from eastbound.errors import WriteError
from eastbound.files import write_bytes
from eastbound.reports.budget import worker_count
from eastbound.reports.digests import package_digest, packages_digest
from eastbound.reports.exports.glyphs import ADVICE, missing_glyphs
from eastbound.reports.exports.pdf import make_pdf
from eastbound.reports.processes import die_with_parent, release_interrupts

SHELF: Final = "pdf"


def write_pdfs(folder: Path, pages: Sequence[str], *, as_of: str, jobs: int | None) -> list[str]:
    """Write a PDF beside each page.

    Parameters
    ----------
    folder : Path
        The run's folder with its pages.
    pages : sequence of str
        Their addresses without ending.
    as_of : str
        Day of the evidence.
    jobs : int, optional
        Pages made side by side; default by cores and memory.

    Returns
    -------
    list of str
        A warning for each page with characters that no font has.
    """
    tasks = [(folder / f"{page}.html", as_of) for page in pages]
    count = worker_count(jobs, len(tasks))
    missing = [task for task in tasks if not _put_cached(*task)]
    # spawned, because a fork of a process with threads may hang
    context = multiprocessing.get_context("spawn")
    if missing:
        with ProcessPoolExecutor(count, mp_context=context, initializer=_start) as pool:
            for path, content in pool.map(_made, missing):
                write_bytes(path.with_suffix(".pdf"), content)
                with suppress(WriteError):  # which costs only the time of making it again
                    write_checked(_cached(path.read_bytes(), as_of), content)
    signs = {page: missing_glyphs(_text(folder / f"{page}.html")) for page in pages}
    return [f"{page}.pdf: no font has {' '.join(lost)}; {ADVICE}." for page, lost in signs.items() if lost]


def _start() -> None:
    die_with_parent()
    release_interrupts()


def _made(task: tuple[Path, str]) -> tuple[Path, bytes]:
    path, as_of = task
    return path, make_pdf(path.read_text(encoding="utf-8"), as_of=as_of)


def _put_cached(path: Path, as_of: str) -> bool:
    content = read_checked(_cached(path.read_bytes(), as_of))
    if content is not None:
        write_bytes(path.with_suffix(".pdf"), content)
    return content is not None


def _cached(page: bytes, as_of: str) -> Path:
    known: dict[str, object] = {
        "page": page.decode(),
        "as_of": as_of,
        "code": package_digest(),
        "packages": packages_digest(),
    }
    return cache_folder() / SHELF / address(known)


def _text(path: Path) -> str:
    body = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").body
    return body.get_text() if body else ""
