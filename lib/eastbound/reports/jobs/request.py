"""Combine a standing job with the options of a command into a request, and plan the runs of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eastbound.errors import InputError

if TYPE_CHECKING:
    from eastbound.reports.pages import Plan

# Planning imports models and pandas; whether a run would only repeat an earlier one is decided before that.


@dataclass(frozen=True)
class Request:
    """Hold what a report was asked for with; empty means the default.

    Parameters
    ----------
    scenarios, notebooks : tuple of str
        Names; a scenario may be a path.
    parameters : mapping
        Values for notebook parameters, by name.
    as_of : tuple of str
        Days of evidence; a run each.
    stated : tuple of str
        Views for this report alone.
    logged : bool
        Whether the views of the log are held.
    data : str or None
        Folder with own tables.
    formats : tuple of str
        What is made besides HTML.
    since : str
        The run to compare with; empty for the last published one.
    languages : tuple of str
        Codes of the editions' languages.
    """

    scenarios: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    as_of: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    logged: bool = False
    data: str | None = None
    formats: tuple[str, ...] = ()
    since: str = ""
    languages: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return the request as a JSON record, from which `from_record` makes it again."""
        # the command that finishes the run may be called in another folder
        whole = {"scenarios": [str(Path(s).absolute()) if Path(s).suffix else s for s in self.scenarios]}
        lists = {name: list(value) for name, value in asdict(self).items() if isinstance(value, tuple)}
        return {**asdict(self), **lists, **whole, "parameters": dict(self.parameters)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Request:
        """Return the request of a record of `as_record`.

        Examples
        --------
        >>> request = Request(scenarios=("baseline",), as_of=("2026-03-31",))
        >>> Request.from_record(request.as_record()) == request
        True
        """
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
        return cls(**values)


def with_job(request: Request, name: str, *, home: Path | None) -> Request:
    """Return a request completed by a standing job; what the request states itself prevails.

    Raises
    ------
    UnknownName, ScenarioError
        If there is no such job, or its file is wrong.

    Examples
    --------
    >>> request = with_job(Request(notebooks=("10_trade",)), "full", home=None)
    >>> request.notebooks, request.scenarios, dict(request.parameters)
    (('10_trade',), ('all',), {'draws': 16384})
    """
    from eastbound.reports.jobs.standing import load_job

    job = load_job(name, home)
    return replace(
        request,
        scenarios=request.scenarios or job.scenarios,
        notebooks=request.notebooks or job.notebooks,
        parameters={**job.parameters, **dict(request.parameters)},
        as_of=request.as_of or job.as_of,
        logged=request.logged or job.views,
        formats=request.formats or job.formats,
        languages=request.languages or job.languages,
    )


def merged_parameters(file: Mapping[str, Any], pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the values of a file, replaced by those of ``-p NAME VALUE``, each of which may be given once.

    Raises
    ------
    InputError
        If a name is given twice on the command line.

    Examples
    --------
    >>> merged_parameters({"until": 2031, "draws": 256}, [("until", "2033")])
    {'until': '2033', 'draws': 256}
    """
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            message = f"parameter `{name}` is given {names.count(name)} times; give it once."
            raise InputError(message)
    return {**file, **dict(pairs)}


def plan_request(request: Request, *, home: Path | None, out: Path | None) -> list[Plan]:
    """Plan the runs of a request: one for each day of evidence.

    Parameters
    ----------
    request : Request
    home, out : Path, optional
        The workspace, and the folder for runs.

    Raises
    ------
    InputError
        With every problem of every day; nothing has run.
    """
    from eastbound.reports.plan import joined_problems, plan_report
    from eastbound.scenarios.chosen_views import chosen_views

    plans, problems = [], []
    days: Sequence[str | None] = tuple(dict.fromkeys(request.as_of)) or (None,)
    for day in days:
        try:
            plans.append(
                plan_report(
                    scenarios=request.scenarios,
                    notebooks=request.notebooks,
                    parameters=dict(request.parameters),
                    as_of=day,
                    data=Path(request.data) if request.data else None,
                    views=chosen_views(logged=request.logged, stated=request.stated, as_of=day, home=home),
                    formats=request.formats,
                    languages=request.languages,
                    since=request.since,
                    home=home,
                    out=out,
                )
            )
        except InputError as problem:
            problems.append(problem)
    if problems:
        raise joined_problems(problems)
    return plans
