"""Check the installation and the workspace, and name what a report would miss."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from eastbound.errors import EastboundError, InputError, UnknownName
from eastbound.reports.exports.glyphs import ADVICE, PROBES, missing_scripts
from eastbound.reports.exports.pdf import load_weasyprint


@dataclass(frozen=True)
class Check:
    """Record the result of one check.

    Parameters
    ----------
    name : str
        What was checked.
    passed : bool
        Whether a report can be made.
    text : str
        The result in words.
    advice : str
        What to do; may be given with a passed check, when a report works but could work better.
    """

    name: str
    passed: bool
    text: str
    advice: str = ""

    def as_record(self) -> dict[str, Any]:
        """Return the check as a JSON record."""
        return asdict(self)


def doctor(*, home: Path | None = None) -> list[Check]:
    """Check the installation, the workspace, the evidence and the tools.

    Parameters
    ----------
    home : Path, optional
        The workspace; found by itself when not given.

    Returns
    -------
    list of Check
        In the order in which things are needed.
    """
    checks: Sequence[tuple[str, Callable[[], Check]]] = (
        ("python", _python),
        ("packages", _packages),
        ("bytecode", _bytecode),
        ("kernel", _kernel),
        ("fonts", _fonts),
        ("pdf", _pdf),
        ("workspace", lambda: _workspace(home)),
        ("scenarios", lambda: _scenarios(home)),
        ("evidence", lambda: _evidence(home)),
        ("freshness", lambda: _freshness(home)),
        ("extensions", lambda: _extensions(home)),
        ("cache", _cache),
        ("chromium", _chromium),
    )
    return [_guarded(name, check) for name, check in checks]


def as_text(checks: Sequence[Check]) -> str:
    """Return the checks for reading; what continues a check, and its advice, stands on indented lines."""
    lines = []
    for check in checks:
        mark = "FAILED" if not check.passed else "note" if check.advice else "ok"
        first, *more = check.text.splitlines() or [""]
        lines.append(f"{mark:6} {check.name}: {first}")
        lines += [f"       {line}" for line in (*more, check.advice) if line]
    failed = sum(not check.passed for check in checks)
    lines.append("Nothing is missing." if not failed else f"{failed} of {len(checks)} checks failed.")
    return "\n".join(lines)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except EastboundError as error:
        return Check(name, False, str(error))
    except Exception as error:  # the remaining checks may find the cause
        return Check(name, False, f"{type(error).__name__}: {error}", "Install again: make clean, then make report.")


def _python() -> Check:
    text = f"{sys.version.split()[0]} at {sys.executable}"
    good = sys.version_info >= (3, 11)
    return Check("python", good, text, "" if good else "Install Python 3.11 or later.")


def _packages() -> Check:
    from packaging.requirements import Requirement

    needed = [Requirement(line) for line in requires("eastbound") or () if "extra ==" not in line]
    wrong = []
    for requirement in needed:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            installed = "missing"
        if installed == "missing" or not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement} ({installed})")
    if wrong:
        advice = "Install them: pip install --constraint constraints.txt --editable ."
        return Check("packages", False, ", ".join(wrong), advice)
    return Check("packages", True, f"{len(needed)} as required")


def _bytecode() -> Check:
    import pandas as pd

    if Path(importlib.util.cache_from_source(str(pd.__file__))).exists():
        return Check("bytecode", True, "compiled")
    advice = f"Run: {sys.executable} -m compileall -q {Path(pd.__file__).parents[1]}"
    return Check("bytecode", True, "not compiled; every kernel starts three times slower", advice)


def _kernel() -> Check:
    import papermill
    from nbformat.v4 import new_code_cell, new_notebook

    cell = new_code_cell("import sys, eastbound\nprint(sys.executable)")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    done = papermill.execute_notebook(notebook, None, engine_name="eastbound", progress_bar=False)
    interpreter = done.cells[0].outputs[0].text.strip()
    seconds = done.metadata.eastbound.seconds.kernel
    good = interpreter == sys.executable
    advice = "" if good else "Notebooks run another Python; install Eastbound into one environment."
    return Check("kernel", good, f"this interpreter, ready in {seconds:.1f} s" if good else interpreter, advice)


def _fonts() -> Check:
    import matplotlib as mpl
    from matplotlib.font_manager import findfont, fontManager

    from eastbound.plots.style.letters import chinese_font

    installed = set(fontManager.get_font_names())
    wanted = [name for name in mpl.rcParams["font.sans-serif"] if name in installed]
    if not wanted:
        advice = "Install the package fonts-dejavu-core or another sans-serif font."
        return Check("fonts", False, "no sans-serif font for figures", advice)
    text = f"{wanted[0]} ({Path(findfont(wanted[0])).name})"
    try:
        return Check("fonts", True, f"{text}; for Chinese {chinese_font()}")
    except InputError:
        return Check("fonts", True, f"{text}; none for Chinese", f"For editions in Chinese, {ADVICE}.")


def _pdf() -> Check:
    try:
        version = load_weasyprint().__version__
    except InputError as error:
        return Check("pdf", True, str(error), "Only `report --format pdf` and `brief` need it.")
    scripts = missing_scripts()
    if scripts:
        return Check("pdf", True, f"no font has {' and '.join(scripts)} letters", f"For PDF, {ADVICE}.")
    return Check("pdf", True, f"WeasyPrint {version}, fonts with {', '.join(PROBES)} letters")


def _workspace(home: Path | None) -> Check:
    from eastbound.reports.notebooks import find_notebooks, misnamed_notebooks, read_notebook
    from eastbound.scenarios.home import find_home

    folder = find_home(home)
    notebooks = [read_notebook(path) for path in find_notebooks(folder)]
    passed_over = misnamed_notebooks(folder)
    return Check("workspace", True, f"{len(notebooks)} notebooks in {folder}", _advice(passed_over))


def _scenarios(home: Path | None) -> Check:
    from eastbound.scenarios.loader import load_scenario, misnamed_files, scenario_names

    names = scenario_names(home)
    faults = []
    for name in names:
        try:
            load_scenario(name, home=home)
        except EastboundError as error:
            faults.append(str(error))
    if not names:
        advice = "Put scenario files into params/scenarios, or lay out a workspace: eastbound init DIR."
        return Check("scenarios", False, "none", advice)
    text = f"{len(names) - len(faults)} of {len(names)} valid"
    return Check("scenarios", not faults, "; ".join([text, *faults]), _advice(misnamed_files(home)))


def _advice(passed_over: Mapping[str, str]) -> str:
    """Name the files that no command reads, each with the reason."""
    return " ".join(f"Passed over: `{name}`: {reason}." for name, reason in passed_over.items())


def _evidence(home: Path | None) -> Check:
    from eastbound.reports.vintage import read_vintage
    from eastbound.scenarios.home import find_home

    vintage = read_vintage(find_home(home))
    return Check("evidence", True, f"{vintage.observations} rows as of {vintage.as_of}")


def _extensions(home: Path | None) -> Check:
    """Count the extensions, and name those that are refused; a report works without them."""
    from eastbound.reports.added import extension_refusals
    from eastbound.scenarios.home import find_home

    results = extension_refusals(find_home(home))
    refused = [error for error in results.values() if error]
    kinds = ", ".join(f"{name} ({kind})" for kind, name in results)
    text = f"{len(results) - len(refused)} of {len(results)} can be used: {kinds}" if results else "none"
    return Check("extensions", True, text, "\n".join(refused))


def check_extension(name: str, *, home: Path | None = None) -> list[Check]:
    """Check the extensions of one name as our own parts are checked.

    Parameters
    ----------
    name : str
        Name of the entry point or of the file in ``extensions``.
    home : Path, optional
        The workspace; found by itself when not given.

    Returns
    -------
    list of Check
        One per kind that has an extension of this name.

    Raises
    ------
    UnknownName
        If there is none.
    """
    from eastbound.reports.added import extension_refusals
    from eastbound.scenarios.home import find_home

    results = extension_refusals(find_home(home))
    if name not in {known for _, known in results}:
        raise UnknownName("extension", name, sorted({known for _, known in results}))
    return [
        Check(f"{kind}/{name}", not problem, problem or "keeps the contract of ours")
        for (kind, known), problem in results.items()
        if known == name
    ]


def _freshness(home: Path | None) -> Check:
    """State how old the newest figure of each headline series is today, and which rest on a single witness."""
    from eastbound.catalogue import headlines
    from eastbound.reports.freshness import read_ages, single_witness_texts
    from eastbound.reports.vintage import load_book
    from eastbound.scenarios.home import find_home

    today = date.today()
    ages = read_ages(load_book(find_home(home)), headlines(), today=today)
    lines = [age.as_text() for age in ages]
    lines += [text.striptags() for text in single_witness_texts(ages, year=today.year)]
    return Check("freshness", True, "\n".join((f"newest figures, on {today}", *lines)))


def _cache() -> Check:
    from eastbound.ensemble.cache import cache_folder, cache_limit, cache_size

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check("cache", False, f"cannot write to {folder}: {error.strerror}", "Set $EASTBOUND_CACHE to a folder.")
    free = shutil.disk_usage(folder).free / 10**9
    used, limit = cache_size() / 10**9, cache_limit() / 10**9
    good = free > 1
    return Check(
        "cache",
        good,
        f"{folder}, {used:.1f} of {limit:g} GB used, {free:.0f} GB free",
        "" if good else "Make room: an ensemble needs some.",
    )


def _chromium() -> Check:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((path for name in names if (path := shutil.which(name, path=os.environ.get("PATH")))), None)
    return Check("chromium", True, path or "not found; only `make test-browser` needs it")
