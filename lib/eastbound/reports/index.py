"""The index page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eastbound import __version__
from eastbound.reports.frames import draw_facts, vintage_facts
from eastbound.reports.plan import Page, Plan
from eastbound.reports.render import fill
from eastbound.reports.results import Result
from eastbound.reports.worker import Outcome


def render_index(plan: Plan, outcomes: Mapping[str, Outcome]) -> str:
    """Render the page that leads to all others.

    Parameters
    ----------
    plan : Plan
        What was to be made.
    outcomes : mapping of page name to Outcome
        What became of it.

    Returns
    -------
    str
        HTML; the same inputs give the same bytes, so times stand in the manifest.
    """
    groups = [_group(scenario.name, scenario.title, _of(plan, scenario), outcomes) for scenario in plan.scenarios]
    groups.append(_group("all-scenarios", "All scenarios", _of(plan, None), outcomes))
    links = [_link(page, outcomes) for page in plan.pages]
    return fill(
        "index.html.j2",
        lang="en",
        title=_title(plan),
        lead=_lead(plan),
        facts=[*vintage_facts(plan), *draw_facts(plan.pages[0])],
        provenance=_provenance(plan),
        scenarios=[group for group in groups if group["pages"]],
        failed=[{**link, "text": f"{link['text']} ({link['scenario']})"} for link in links if link["failed"]],
        pages=len(links),
        quick=any(page.values.get("quick") for page in plan.pages),
    )


def _of(plan: Plan, scenario: Any) -> list[Page]:
    return [page for page in plan.pages if page.scenario is scenario]


def _group(name: str, title: str, pages: Sequence[Page], outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    results: dict[str, Result] = {}
    for page in pages:
        for result in outcomes[page.name].results:
            results.setdefault(result.name, result)  # an overview may repeat what a subject says
    return {
        "name": name,
        "title": title,
        "results": list(results.values()),
        "pages": [_link(page, outcomes) for page in pages],
    }


def _link(page: Page, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    return {
        "href": f"{page.name}.html",
        "text": page.notebook.title,
        "scenario": page.scenario.title if page.scenario else "all scenarios",
        "failed": bool(outcomes[page.name].failure),
    }


def _title(plan: Plan) -> str:
    until = {page.values["until"] for page in plan.pages if "until" in page.values}
    return f"The turn to the East: forecasts to {until.pop()}" if len(until) == 1 else "The turn to the East"


def _lead(plan: Plan) -> str:
    notebooks = len({page.notebook.name for page in plan.pages})
    return f"{_count(notebooks, 'subject')} under {_count(len(plan.scenarios), 'scenario')}, from published figures."


def _count(number: int, word: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    text = words[number] if number < len(words) else str(number)
    return f"{text} {word}{'' if number == 1 else 's'}"


def _provenance(plan: Plan) -> list[tuple[str, str]]:
    rows = [("Evidence", f"{plan.vintage.observations} rows, sha256 {plan.vintage.digest}")]
    rows += [(scenario.title, f"sha256 {scenario.digest}") for scenario in plan.scenarios]
    return [*rows, ("Made by", f"Eastbound {__version__}")]
