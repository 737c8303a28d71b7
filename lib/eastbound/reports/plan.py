"""Plan a report: which notebooks run with which values, or every problem that prevents it.

All input is checked here, before a kernel starts: notebooks, parameters,
scenarios, dates, folders. All problems are reported together.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from eastbound.errors import InputError, UnknownName
from eastbound.reports.assumptions import Assumptions, settle_assumptions
from eastbound.reports.editions.gate import chosen_languages, edition_problem
from eastbound.reports.exports.formats import FORMATS, format_problems
from eastbound.reports.folder import runs_folder
from eastbound.reports.freshness import unknown_series
from eastbound.reports.history.locate import since_run
from eastbound.reports.jobs.space import needed_bytes, space_fault
from eastbound.reports.notebooks import Notebook, find_notebooks, read_notebook
from eastbound.reports.pages import Page, Plan
from eastbound.reports.render import check_templates
from eastbound.reports.snapshot import Snapshot, add_scenario_file, take_snapshot
from eastbound.reports.vintage import Vintage, load_book, read_vintage, settle_day
from eastbound.scenarios.home import find_home
from eastbound.scenarios.library import report_problems, report_scenarios
from eastbound.scenarios.loader import load_scenario, scenario_names, scenario_path
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.statements import Statement
from eastbound.scenarios.view_log import Entry

_T = TypeVar("_T")
# parameters that have an option of their own, which checks more than a type
ALL: Final = "all"  # in place of a scenario: every one of the workspace
_OPTIONS = {
    "scenario": "choose scenarios with -s NAME",
    "data": "name the folder with --data FOLDER",
    "views": "state each view with --view STATEMENT, or take those of the log with --views",
}


@dataclass(frozen=True)
class Selection:
    """Hold the names of the chosen scenarios and notebooks; empty means all."""

    scenarios: tuple[str, ...]
    notebooks: tuple[str, ...]


def plan_report(  # noqa: PLR0913 - the options of the command line
    *,
    scenarios: Iterable[str] = (),
    notebooks: Iterable[str] = (),
    parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
    as_of: str | date | None = None,
    data: Path | None = None,
    views: Iterable[str | Statement | Entry] = (),
    formats: Iterable[str] = (),
    languages: Iterable[str] = (),
    since: str = "",
    home: Path | None = None,
    out: Path | None = None,
) -> Plan:
    """Check everything that a report needs, and return what will run.

    Parameters
    ----------
    scenarios : iterable of str
        Names or paths of scenario files; none means every scenario of the workspace.
    notebooks : iterable of str
        Names such as ``"20_primorye"`` or ``"primorye"``; none means all.
    parameters : mapping or iterable of (name, value)
        Values for notebook parameters; texts are read in the declared type.
    as_of : str or date, optional
        Day whose evidence is used.
    data : Path, optional
        Folder with own tables, which extend or override the evidence.
    views : iterable of str, Statement or Entry
        Views that hold in every scenario; an entry of the log holds in its own.
    formats : iterable of str
        What is made besides HTML, of `eastbound.reports.exports.formats.FORMATS`.
    languages : iterable of str
        Codes of the editions' languages, of `eastbound.language.LANGUAGES`; English is always made, because the
        others take their numbers from the same ensembles.
    since : str
        The run that the report is compared with: id, folder, ``latest`` or ``published``; empty for the last published
        run, if there is one.
    home, out : Path, optional
        The workspace, and the folder for runs (default ``reports`` in it).

    Returns
    -------
    Plan
        Pages in the order of notebooks, then scenarios.

    Raises
    ------
    InputError
        With every problem found; nothing has run.
    """
    snapshot = take_snapshot(find_home(home), data)
    selection = Selection(tuple(_once(scenarios)), tuple(_once(notebooks)))
    try:
        places = (out, since)
        made = (tuple(formats), tuple(languages))
        values = (parameters, as_of)
        return _plan(snapshot, selection, values=values, views=views, made=made, places=places)
    except InputError as problem:
        problem.args = (snapshot.rename(str(problem)),)
        snapshot.stack.close()
        raise
    except BaseException:
        snapshot.stack.close()
        raise


def _plan(
    snapshot: Snapshot,
    selection: Selection,
    *,
    values: tuple[Any, Any],
    views: Iterable[str | Statement | Entry],
    made: tuple[tuple[str, ...], tuple[str, ...]],
    places: tuple[Path | None, str],
) -> Plan:
    home, data = snapshot.folder, snapshot.tables
    formats, codes = made
    problems: list[InputError] = []
    chosen, unreadable = _notebooks(home, selection.notebooks, problems)
    worlds, drafts = _worlds(snapshot, selection.scenarios, problems)
    # a misspelt notebook must not hide a misspelt parameter
    given = _read(_values(*values, problems), chosen or _each(_find(home, (), []), read_notebook, []), problems)
    if isinstance(given.get("as_of"), str):  # kernels and headers get the day itself
        given["as_of"] = next(
            iter(_each([given["as_of"]], lambda day: settle_day(home, day, data=data), problems)), None
        )
    vintage = _each([given.get("as_of")], lambda day: read_vintage(home, day, data=data), problems)
    vintages = _vintages(snapshot, chosen, given, problems)
    problems += _series_faults(snapshot, chosen)
    assumptions = next(
        iter(_each([views], lambda given: settle_assumptions(snapshot, given, chosen), problems)), Assumptions()
    )
    folder = runs_folder(snapshot.source, places[0])
    # a trial or a look back is compared only with a run that is named
    alone = not places[1] and (given.get("quick") or given.get("as_of"))
    runs = [] if alone else [places[1]]
    earlier = _each(runs, lambda run: since_run(run, folder, home=snapshot.source), problems)
    problems += _folder_faults(folder, len(chosen) * max(1, len(worlds)))
    _each([None], lambda _: check_templates(), problems)
    _twins([world.name for _, world in worlds], problems)
    problems += format_problems(formats, chosen)
    titled = [world for _, world in worlds]
    languages = next(iter(_each([codes], lambda codes: chosen_languages(codes, titled), problems)), ())
    without, refused = _without_edition(languages, chosen, titled)
    problems += refused if selection.notebooks or len(without) == len(chosen) * (len(languages) - 1) else []
    problems += [
        InputError(text) for known in vintage for text in _faults(snapshot, [world for world, _ in worlds], known)
    ]
    if problems:
        raise joined_problems(problems)
    pages = tuple(
        Page(
            notebook,
            world,
            _injected(notebook, reference, given) | assumptions.values_for(notebook, world),
            vintages.get(notebook.name),
        )
        for notebook in chosen
        for reference, world in (worlds if notebook.per_scenario else [("", None)])
    )
    pages += tuple(
        replace(page, language=code)
        for code in languages[1:]
        for page in pages
        if (page.notebook.name, code) not in without
    )
    plan = Plan(
        snapshot=snapshot,
        out=folder,
        pages=pages,
        scenarios=tuple(world for _, world in worlds),
        vintage=vintage[0],
        # a reader of `latest` expects the forecast of the book alone
        full=_is_full(home, worlds, pages) and not assumptions,
        skipped=tuple(snapshot.rename(str(fault)) for fault in (*unreadable, *drafts, *refused, *snapshot.refused)),
        assumptions=assumptions,
        formats=tuple(name for name in FORMATS if name in formats),
        since=earlier[0] if earlier else None,
        languages=languages,
    )
    weakref.finalize(plan, snapshot.stack.close)
    return plan


def _without_edition(
    languages: tuple[str, ...], notebooks: list[Notebook], scenarios: list[Scenario]
) -> tuple[set[tuple[str, str]], list[InputError]]:
    """Return the notebooks that have no complete edition, by name and language, and why."""
    checked = {
        (notebook.name, code): edition_problem(notebook, code, scenarios)
        for code in languages[1:]
        for notebook in notebooks
    }
    faults = {key: problem for key, problem in checked.items() if problem is not None}
    return set(faults), list(faults.values())


def _faults(snapshot: Snapshot, references: list[str], vintage: Vintage) -> list[str]:
    """Return what keeps scenarios from being forecast, which every page of them would fail on."""
    home = snapshot.folder
    files = [home / "notebooks" / text if Path(text).suffix else text for text in references]
    return report_problems(map(str, files), as_of=date.fromisoformat(vintage.as_of), home=home)


def _series_faults(snapshot: Snapshot, notebooks: list[Notebook]) -> list[InputError]:
    """Return a problem for each series that a notebook names and neither the catalogue nor own tables have."""
    wrong = {notebook.name: unknown_series(notebook) for notebook in notebooks}
    if not any(wrong.values()):
        return []
    try:
        known = set(map(str, load_book(snapshot.folder, data=snapshot.tables).series.index))
    except InputError:  # which is a problem of its own
        return []
    return [
        UnknownName("series", name, known, where=f"{notebook}.ipynb")
        for notebook, names in wrong.items()
        for name in names
        if name not in known
    ]


def _is_full(home: Path, worlds: list[tuple[str, Scenario]], pages: tuple[Page, ...]) -> bool:
    notebooks = {page.notebook.name for page in pages}
    complete = {path.stem for path in find_notebooks(home)} <= notebooks
    covered = set(report_scenarios(home)) <= {reference for reference, _ in worlds}
    trial = any(page.values.get("quick") or page.given.get("as_of") for page in pages)
    return complete and covered and not trial


def _worlds(
    snapshot: Snapshot, wanted: tuple[str, ...], problems: list[InputError]
) -> tuple[list[tuple[str, Scenario]], list[InputError]]:
    """Return each scenario with the text that kernels find it by, and what is wrong with those passed over.

    A scenario that was asked for must be right. One draft among all must not cost the report the others.
    """
    home = snapshot.folder
    faults: list[InputError] = []

    def read(name: str) -> tuple[str, Scenario]:
        if not Path(name).suffix:
            return name, load_scenario(name, home=home)
        file = scenario_path(name, home=home)
        number = 1 + sum(1 for _ in (home / "outside").glob("*"))
        reference = add_scenario_file(snapshot, file, number)
        return reference, load_scenario(home / "notebooks" / reference, home=home)

    if wanted and wanted != (ALL,):
        return _each(wanted, read, problems), []
    worlds = _each(scenario_names(home) if wanted else report_scenarios(home), read, faults)
    if not worlds:
        problems += faults or [InputError("the workspace has no scenario; put one into params/scenarios.")]
    return worlds, faults if worlds else []


def _notebooks(
    home: Path, wanted: tuple[str, ...], problems: list[InputError]
) -> tuple[list[Notebook], list[InputError]]:
    """Return the notebooks, and what is wrong with those passed over: only one that was asked for must be right."""
    faults: list[InputError] = []
    paths = _find(home, wanted, problems)
    notebooks = _each(paths, read_notebook, problems if wanted else faults)
    if paths and not notebooks:
        problems += faults
        return [], []
    return notebooks, faults


def _find(home: Path, wanted: Iterable[str], problems: list[InputError]) -> list[Path]:
    result = []
    for names in [[name] for name in _once(wanted)] or [[]]:
        try:
            result += find_notebooks(home, names)
        except InputError as problem:
            problems.append(problem)
    return sorted(set(result))


def _each(items: Iterable[Any], act: Callable[[Any], _T], problems: list[InputError]) -> list[_T]:
    """Apply `act` to every item, and collect the errors of those that it refuses."""
    done = []
    for item in items:
        try:
            done.append(act(item))
        except InputError as problem:
            problems.append(problem)
    return done


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _values(parameters: Any, as_of: str | date | None, problems: list[InputError]) -> dict[str, Any]:
    pairs = list(parameters.items()) if isinstance(parameters, Mapping) else list(parameters)
    if as_of is not None:
        pairs.append(("as_of", str(as_of)))
    names = [name for name, _ in pairs]
    for name in _once(names):
        if names.count(name) > 1:
            problems.append(InputError(f"parameter `{name}` is given {names.count(name)} times; give it once."))
    for name in _once(names):
        if name in _OPTIONS:
            problems.append(InputError(f"`{name}` is not given by -p; {_OPTIONS[name]}."))
    return {name: value for name, value in pairs if name not in _OPTIONS}


def _read(values: Mapping[str, Any], notebooks: list[Notebook], problems: list[InputError]) -> dict[str, Any]:
    """Return the values in their declared types; a name must be declared by at least one notebook."""
    given = {}
    declared = {name for notebook in notebooks for name in notebook.parameters}
    for name, value in values.items():
        owners = [notebook for notebook in notebooks if name in notebook.parameters]
        if not owners and notebooks:
            problems.append(UnknownName("parameter", name, declared))
        for notebook in owners:
            try:
                given[name] = notebook.parameters[name].read(value)
            except InputError as problem:
                problems.append(problem)
                break
    return given


def _vintages(
    snapshot: Snapshot, notebooks: list[Notebook], given: Mapping[str, Any], problems: list[InputError]
) -> dict[str, Vintage]:
    """Return the evidence of each notebook that takes `as_of`; a default other than None counts."""
    days = {n.name: given.get("as_of", n.parameters["as_of"].default) for n in notebooks if "as_of" in n.parameters}
    unique = dict.fromkeys(days.values())
    read = lambda day: (day, read_vintage(snapshot.folder, day, data=snapshot.tables))  # noqa: E731
    known = dict(_each(unique, read, problems))
    return {name: known[day] for name, day in days.items() if day in known}


def _injected(notebook: Notebook, reference: str, given: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in given.items() if name in notebook.parameters}
    return values | {"scenario": reference} if notebook.per_scenario else values


def _folder_faults(folder: Path, pages: int) -> list[InputError]:
    latest = folder / "latest"
    if folder.exists() and not folder.is_dir():
        return [InputError(f"`{folder}` is a file; --out must be a folder.")]
    if latest.exists() and not latest.is_symlink():
        return [InputError(f"`{latest}` is not a link to a run; move it away or choose another --out.")]
    fault = space_fault(folder, needed=needed_bytes(folder, pages))
    return [InputError(fault)] if fault else []


def _twins(names: list[str], problems: list[InputError]) -> None:
    for name in _once(names):
        if names.count(name) > 1:
            problems.append(InputError(f"two of the scenario files given have the name `{name}`; rename one."))


def joined_problems(problems: list[InputError]) -> InputError:
    """Return one error that lists every problem once."""
    texts = _once(str(problem) for problem in problems)
    if len(texts) == 1:
        return problems[0]
    return InputError("\n".join([f"{len(texts)} problems; nothing was run:", *(f"  - {text}" for text in texts)]))
