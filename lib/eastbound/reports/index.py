"""Render the index page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eastbound import __version__
from eastbound.catalogue import headlines
from eastbound.reports.assumptions import price_texts
from eastbound.reports.exports.formats import PDF
from eastbound.reports.exports.make import ExportLinks
from eastbound.reports.frames import assumption_provenance, draw_facts, in_words, vintage_facts
from eastbound.reports.freshness import Age, single_witness_texts
from eastbound.reports.matrix import MOST_COLUMNS, scenario_matrix
from eastbound.reports.pages import Page, Plan
from eastbound.reports.render import fill
from eastbound.reports.results import Result
from eastbound.reports.worker import Outcome
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.tree import axis_titles
from eastbound.typing import Record

_MEDIAN = ", median"  # ends the note of a result that is a quantity


def render_index(
    plan: Plan,
    outcomes: Mapping[str, Outcome],
    *,
    prices: Mapping[str, Sequence[Record]],
    ages: Mapping[str, Sequence[Age]],
    links: ExportLinks,
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Render the index: the answer with its ranges, the key figures of every scenario, and links to all pages.

    Parameters
    ----------
    plan : Plan
        The pages that were planned.
    outcomes : mapping of page name to Outcome
        By page, how it went.
    prices : mapping of str to sequence of dict
        By scenario, its views with their prices.
    ages : mapping of str to sequence of Age
        By page, how old the newest figure of each of its series is.
    links : ExportLinks
        What else has been made.
    changes : mapping, optional
        What changed since an earlier run, see `eastbound.reports.comparison.section`.

    Returns
    -------
    str
        HTML; the same inputs give the same bytes, so times stand in the manifest.
    """
    shelves = [_shelf(plan, scenario, outcomes) for scenario in plan.scenarios]
    shared = _shelf(plan, None, outcomes)
    matrix = _matrix(plan, outcomes)
    entries = [_link(plan, page, outcomes) for page in plan.pages]
    figures = _figures(plan, outcomes)
    headlined = _headlined(ages)  # every series of every page would be a list of forty
    return fill(
        "index.html.j2",
        lang="en",
        title=_title(plan),
        lead=_lead(plan, figures),
        contents=_contents(plan),
        facts=[*vintage_facts(plan.vintage, headlined), *draw_facts(plan.pages[0])],
        ages=headlined,
        counted=in_words(plan.vintage.as_of),
        witnesses=single_witness_texts(headlined, year=int(plan.vintage.as_of[:4])),
        held=_held(plan, prices),
        provenance=[*_provenance(plan), *assumption_provenance(plan)],
        scenarios=plan.scenarios,
        figures=figures,
        changes=changes,
        matrix=matrix,
        shelves=[shelf for shelf in (*_in_order(shelves, matrix), shared) if shelf["pages"]],
        failed=[{**link, "text": f"{link['text']} ({link['scenario']})"} for link in entries if link["failed"]],
        pages=len(entries),
        exports=links,
        quick=any(page.values.get("quick") for page in plan.pages),
    )


def _matrix(plan: Plan, outcomes: Mapping[str, Outcome]) -> dict[str, Any] | None:
    """Return one row per scenario where there are too many for a column each, with a link to its first page."""
    first = {page.scenario.name: page for page in reversed(plan.pages) if page.scenario}
    if len(plan.scenarios) <= MOST_COLUMNS or not first:
        return None
    results = [
        {result.name: result for page in _of(plan, scenario) for result in outcomes[page.name].results}
        for scenario in plan.scenarios
    ]
    matrix = scenario_matrix(plan.scenarios, results, axes=axis_titles(plan.home))
    for row in (row for group in matrix["groups"] for row in group["rows"]):
        row["href"] = f"{first[row['name']].name}.html"
    return matrix if matrix["columns"] else None


def _in_order(shelves: Sequence[dict[str, Any]], matrix: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the shelves of the scenarios in the order of the matrix, where there is one."""
    if matrix is None:
        return list(shelves)
    names = [row["name"] for group in matrix["groups"] for row in group["rows"]]
    return sorted(shelves, key=lambda shelf: names.index(shelf["name"]))


def _held(plan: Plan, prices: Mapping[str, Sequence[Record]]) -> list[str]:
    """Return a line on the own figures, and on each view in each scenario, where its price may differ."""
    figures = plan.assumptions.figures
    lines = [f"Own figures: {figures.as_text()}."] if figures is not None else []
    for scenario in plan.scenarios:
        lines += [f"{scenario.title}: {text}." for text in price_texts(prices, scenario.name)]
    return lines


def _of(plan: Plan, scenario: Any) -> list[Page]:
    return [page for page in plan.pages if page.scenario is scenario]


def _shelf(plan: Plan, scenario: Scenario | None, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    name, title = (scenario.name, scenario.title) if scenario else ("all-scenarios", "All scenarios")
    return {"name": name, "title": title, "pages": [_link(plan, page, outcomes) for page in _of(plan, scenario)]}


def _figures(plan: Plan, outcomes: Mapping[str, Outcome]) -> list[dict[str, Any]]:
    """Return the key figures: one group per notebook, one row per figure, one text per scenario."""
    groups: list[dict[str, Any]] = []
    shown: set[str] = set()  # an overview may repeat what a subject says
    titles = [scenario.title for scenario in plan.scenarios]
    for notebook in {page.notebook.name: page.notebook for page in plan.pages if page.scenario}.values():
        made = [outcomes[f"{scenario.name}/{notebook.name}"].results for scenario in plan.scenarios]
        by_name = [{result.name: result for result in results} for results in made]
        names = [name for name in dict.fromkeys(name for results in by_name for name in results) if name not in shown]
        shown |= set(names)
        rows = [_row(name, [results.get(name) for results in by_name], titles) for name in names]
        groups += [{"title": notebook.title, "rows": rows}] if rows else []
    return groups


def _row(name: str, results: Sequence[Result | None], titles: Sequence[str]) -> dict[str, Any]:
    note = next((result.note for result in results if result), name)
    cells = [
        {"title": title, "text": result.text if result else "\N{EN DASH}", "range": result.range if result else ""}
        for title, result in zip(titles, results, strict=True)
    ]
    return {"note": note, "cells": cells}


def _link(plan: Plan, page: Page, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    return {
        "href": f"{page.name}.html",
        "text": page.notebook.title,
        "scenario": page.scenario.title if page.scenario else "all scenarios",
        "failed": bool(outcomes[page.name].failure),
        "workbook": f"{page.name}.xlsx" if outcomes[page.name].workbook else "",
        "pdf": f"{page.name}.pdf" if PDF in plan.formats else "",
    }


def _title(plan: Plan) -> str:
    until = {page.values["until"] for page in plan.pages if "until" in page.values}
    return f"The turn to the East: forecasts to {until.pop()}" if len(until) == 1 else "The turn to the East"


def _headlined(ages: Mapping[str, Sequence[Age]]) -> list[Age]:
    """Return the ages of the headline series that the pages show, each once."""
    shown = {age.series: age for rows in ages.values() for age in rows}
    return [shown[name] for name in headlines() if name in shown]


def _lead(plan: Plan, figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the answer of the first scenario: its quantities with their ranges, in one sentence."""
    rows = [
        row for group in figures for row in group["rows"] if row["note"].endswith(_MEDIAN) and row["cells"][0]["range"]
    ]
    if not rows:  # such as a run of the evidence page alone
        return _contents(plan)
    answers = [
        f"{row['note'].removesuffix(_MEDIAN)} is {row['cells'][0]['text']} at the median ({row['cells'][0]['range']})"
        for row in rows
    ]
    return f"Under “{plan.scenarios[0].title}”, {'; '.join(answers)}."


def _contents(plan: Plan) -> str:
    notebooks = len({page.notebook.name for page in plan.pages})
    under = _count(len(plan.scenarios), "scenario")
    return f"{_count(notebooks, 'report').capitalize()} under {under}, from published figures."


def _count(number: int, word: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    text = words[number] if number < len(words) else str(number)
    return f"{text} {word}{'' if number == 1 else 's'}"


def _provenance(plan: Plan) -> list[tuple[str, str]]:
    rows = [("Evidence", f"{plan.vintage.observations} rows, sha256 {plan.vintage.digest}")]
    if len(plan.scenarios) > MOST_COLUMNS:
        rows.append(("Scenarios", f"{len(plan.scenarios)}; the manifest has the sha256 of each"))
    else:
        rows += [(scenario.title, f"sha256 {scenario.digest}") for scenario in plan.scenarios]
    return [*rows, ("Made by", f"Eastbound {__version__}")]
