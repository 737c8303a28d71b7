"""Render the index page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eastbound import __version__
from eastbound.catalogue import headlines
from eastbound.language import ENGLISH, TAGS, _, current, plural
from eastbound.reports.assumptions import price_texts
from eastbound.reports.exports.formats import PDF
from eastbound.reports.exports.make import ExportLinks
from eastbound.reports.frames import assumption_provenance, draw_facts, evidence_words, in_words, vintage_facts
from eastbound.reports.freshness import Age, single_witness_texts
from eastbound.reports.matrix import MOST_COLUMNS, scenario_matrix
from eastbound.reports.pages import Page, Plan
from eastbound.reports.render import Link, fill
from eastbound.reports.results import Result
from eastbound.reports.worker import Outcome
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.tree import axis_titles
from eastbound.typing import Record


def render_index(
    plan: Plan,
    outcomes: Mapping[str, Outcome],
    *,
    prices: Mapping[str, Sequence[Record]],
    ages: Mapping[str, Sequence[Age]],
    links: ExportLinks,
    changes: Mapping[str, Any] | None = None,
    editions: Sequence[Link] = (),
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

    editions : sequence of Link
        The index in the languages of the run; empty if there is only one.

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
        lang=TAGS[current()],
        editions=editions,
        run_root="" if current() == ENGLISH else "../",
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
    lines = [_("Own figures: {figures}.", figures=figures.as_text())] if figures is not None else []
    for scenario in plan.scenarios:
        lines += [f"{_(scenario.title)}: {text}." for text in price_texts(prices, scenario.name)]
    return lines


def _of(plan: Plan, scenario: Any) -> list[Page]:
    return [page for page in plan.pages if page.scenario is scenario]


def _shelf(plan: Plan, scenario: Scenario | None, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    name, title = (scenario.name, _(scenario.title)) if scenario else ("all-scenarios", _("All scenarios"))
    return {"name": name, "title": title, "pages": [_link(plan, page, outcomes) for page in _of(plan, scenario)]}


def _figures(plan: Plan, outcomes: Mapping[str, Outcome]) -> list[dict[str, Any]]:
    """Return the key figures: one group per notebook, one row per figure, one text per scenario."""
    groups: list[dict[str, Any]] = []
    shown: set[str] = set()  # an overview may repeat what a subject says
    titles = [_(scenario.title) for scenario in plan.scenarios]
    for notebook in {page.notebook.name: page.notebook for page in plan.pages if page.scenario}.values():
        made = [outcomes[f"{scenario.name}/{notebook.name}"].results for scenario in plan.scenarios]
        by_name = [{result.name: result for result in results} for results in made]
        names = [name for name in dict.fromkeys(name for results in by_name for name in results) if name not in shown]
        shown |= set(names)
        rows = [_row(name, [results.get(name) for results in by_name], titles) for name in names]
        groups += [{"title": _(notebook.title), "rows": rows}] if rows else []
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
        "text": _(page.notebook.title),
        "scenario": _(page.scenario.title) if page.scenario else _("all scenarios"),
        "failed": bool(outcomes[page.name].failure),
        "workbook": f"{page.name}.xlsx" if outcomes[page.name].workbook else "",
        "pdf": f"{page.name}.pdf" if PDF in plan.formats else "",
    }


def _title(plan: Plan) -> str:
    until = {page.values["until"] for page in plan.pages if "until" in page.values}
    if len(until) == 1:
        return _("The turn to the East: forecasts to {year}", year=until.pop())
    return _("The turn to the East")


def _headlined(ages: Mapping[str, Sequence[Age]]) -> list[Age]:
    """Return the ages of the headline series that the pages show, each once."""
    shown = {age.series: age for rows in ages.values() for age in rows}
    return [shown[name] for name in headlines() if name in shown]


def _lead(plan: Plan, figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the answer of the first scenario: its quantities with their ranges, in one sentence."""
    rows = [row for group in figures for row in group["rows"] if _quantity(row["note"]) and row["cells"][0]["range"]]
    if not rows:  # such as a run of the evidence page alone
        return _contents(plan)
    answers = [
        _(
            "{quantity} is {figure} at the median ({range})",
            quantity=_quantity(row["note"]),
            figure=row["cells"][0]["text"],
            range=row["cells"][0]["range"],
        )
        for row in rows
    ]
    return _("Under “{scenario}”, {answers}.", scenario=_(plan.scenarios[0].title), answers="; ".join(answers))


def _quantity(note: str) -> str:
    """Return the name of the quantity of which a result is the median; empty for other results."""
    before, after = _("{quantity}, median").split("{quantity}")
    fits = note.startswith(before) and note.endswith(after)
    return note.removeprefix(before).removesuffix(after) if fits else ""


def _contents(plan: Plan) -> str:
    notebooks = len({page.notebook.name for page in plan.pages})
    number = len(plan.scenarios)
    reports = plural("{count} report", "{count} reports", notebooks, **_spelled(notebooks))
    under = plural("{count} scenario", "{count} scenarios", number, **_spelled(number))
    return _("{reports} under {scenarios}, from published figures.", reports=_upper(reports), scenarios=under)


def _spelled(number: int) -> dict[str, str]:
    """Return the number of a message as a word, in English and up to nine."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return {"count": words[number]} if current() == ENGLISH and number < len(words) else {}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _provenance(plan: Plan) -> list[tuple[str, str]]:
    rows = [(_("Evidence"), evidence_words(plan.vintage))]
    if len(plan.scenarios) > MOST_COLUMNS:
        count = len(plan.scenarios)
        rest = _("{count}; the manifest has the sha256 of each", count=count)
        rows.append((_("Scenarios"), rest))
    else:
        rows += [(_(scenario.title), f"sha256 {scenario.digest}") for scenario in plan.scenarios]
    return [*rows, (_("Made by"), f"Eastbound {__version__}")]
