"""Check a scenario file at each save, and print what the change does to the numbers that open a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from eastbound.constants import DRAWS
from eastbound.ensemble.simulate import simulate
from eastbound.errors import InputError
from eastbound.names import OWN_HISTORY, REFERENCE_CLASS
from eastbound.plots.tables.headline import HeadlineRow, headline_rows
from eastbound.scenarios.differences import scenario_differences
from eastbound.scenarios.home import find_home
from eastbound.scenarios.loader import load_scenario, scenario_path
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
    from eastbound.scenarios.schema import Scenario

_PARAMS = "params"


@dataclass(frozen=True)
class Draft:
    """A valid state of a scenario file, and its numbers."""

    scenario: Scenario
    numbers: tuple[HeadlineRow, ...]


def saves(name: str, *, home: Path | None = None) -> Iterator[object]:
    """Yield once for each save of a YAML file that a scenario may depend on; ends with an interrupt.

    Parameters
    ----------
    name : str
        Name or path of the scenario.
    home : Path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.

    Notes
    -----
    The operating system reports each change, so nothing is read while nothing happens. Changes within 50 ms count as
    one save: editors truncate a file and then write it, or write another one and rename it.
    """
    from watchfiles import watch

    folders = {scenario_path(name, home=home).parent.resolve(), (find_home(home) / _PARAMS).resolve()}
    outer = [folder for folder in folders if not any(other in folder.parents for other in folders)]
    yield from watch(*outer, watch_filter=lambda _, path: path.endswith(".yml"), debounce=200, step=50)


def follow(
    name: str, changes: Iterable[object], *, book: Evidence, draws: int = DRAWS, home: Path | None = None
) -> Iterator[str]:
    """Yield a report on a scenario now, and one after each save.

    Parameters
    ----------
    name : str
        Name or path of the scenario.
    changes : iterable
        Yields once per save, see `saves`.
    book : Evidence
        Forecasts start from it.
    draws : int
        Simulated futures; all states of the file share their random numbers.
    home : Path, optional
        Workspace.

    Yields
    ------
    str
        The numbers that open a report; after a save, what was changed in words and each number before and now. A file
        that cannot be read gives its mistakes with line and column, and is compared again once it is right.

    Examples
    --------
    >>> import eastbound as eb
    >>> reports = follow("price_slump", [], book=eb.load_evidence("2026-10-30"), draws=64)
    >>> next(reports).splitlines()[0]
    'A lasting slump of oil and gas prices'
    """
    path = scenario_path(name, home=home)
    last: Draft | None = None
    for _ in chain([None], changes):
        try:
            draft = _read(path, book=book, draws=draws, home=home)
        except InputError as error:
            numbers = " The numbers above stay." if last else ""
            yield f"{error}\nNot simulated; correct the file and save it again.{numbers}"
            continue
        yield _alone(draft) if last is None else _compared(last, draft, book)
        last = draft


def _read(path: Path, *, book: Evidence, draws: int, home: Path | None) -> Draft:
    scenario, reporting = load_scenario(path, home=home), load_reporting(home)
    stated = {"target": reporting.target.series, "claim": reporting.claim.series}
    wanted = dict.fromkeys(str(entry.series or stated[entry.number]) for entry in reporting.headline)
    if reporting.claim.series in wanted:  # its range is that of the drift models
        wanted |= dict.fromkeys(f"{reporting.claim.series}.{suffix}" for suffix in (OWN_HISTORY, REFERENCE_CLASS))
    ens = simulate(scenario, book=book, draws=draws, series=wanted, home=home)
    return Draft(scenario, tuple(headline_rows(ens)))


def _alone(draft: Draft) -> str:
    lines = [draft.scenario.title, *(f"  {row.label}: {row.text} ({row.range})" for row in draft.numbers)]
    return "\n".join(lines)


def _compared(before: Draft, now: Draft, book: Evidence) -> str:
    """Return what was changed, and each number before and now."""
    told = scenario_differences(before.scenario, now.scenario, as_of=book.as_of)
    lines = [f"- {line}" for line in told] or ["Saved; the scenario says what it said before."]
    earlier = {row.number.name: row for row in before.numbers}
    for row in now.numbers:
        old = earlier.get(row.number.name)
        if old is None:
            lines.append(f"  {row.label}: {row.text} (new)")
        elif old.text == row.text:
            lines.append(f"  {row.label}: {row.text}, as before")
        else:
            lines.append(f"  {row.label}: {old.text} becomes {row.text}")
    return "\n".join(lines)
