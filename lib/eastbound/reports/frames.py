"""Build the header, footer and links of each page from the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from eastbound import __version__, language
from eastbound.constants import QUICK_DRAWS
from eastbound.language import _, digits, original, plural
from eastbound.reports.assumptions import price_texts
from eastbound.reports.exports.formats import PDF
from eastbound.reports.freshness import Age, single_witness_texts
from eastbound.reports.pages import Page, Plan
from eastbound.reports.render import Frame, Link
from eastbound.reports.vintage import Vintage
from eastbound.typing import Record

_SEPARATE = {"scenario", "as_of", "draws", "seed", "quick", "data", "views"}  # have a line of their own


def page_frame(plan: Plan, page: Page, *, prices: Mapping[str, Sequence[Record]], ages: Sequence[Age] = ()) -> Frame:
    """Return the header, footer and links of a page.

    Parameters
    ----------
    plan : Plan
    page : Page
        One of the plan.
    prices : mapping of str to sequence of dict
        By scenario, its views with their prices, see `prepare_ensembles`.
    ages : sequence of Age
        Of the newest figure of each series that the page shows.
    """
    root = "../" if page.scenario else ""
    scenario = _(page.scenario.title) if page.scenario else ""
    # a page of all scenarios leads to those of the first one
    near = page.scenario or next(iter(plan.scenarios), None)
    same_scenario = [other for other in plan.pages if other.scenario in (near, None)]
    same_notebook = [other for other in plan.pages if other.notebook.name == page.notebook.name]
    scenario_facts = [(_("Scenario"), scenario)] if scenario else []
    return Frame(
        title=_(page.notebook.title),
        subtitle=scenario,
        file=page.notebook.name,
        facts=[*scenario_facts, *vintage_facts(page.vintage, ages), *draw_facts(page)],
        provenance=[*page_provenance(page), *assumption_provenance(plan)],
        ages=ages,
        counted=in_words(page.vintage.as_of) if page.vintage else "",
        witnesses=single_witness_texts(ages, year=_year(page)) if page.vintage else [],
        held=held_lines(plan, page, prices),
        notebooks=[Link(_(other.notebook.title), f"{root}{other.name}.html", other == page) for other in same_scenario],
        scenarios=[
            Link(_(other.scenario.title), f"{root}{other.name}.html", other == page)
            for other in same_notebook
            if other.scenario
        ],
        root=root,
        quick=bool(page.values.get("quick")),
        pdf=PDF in plan.formats,
    )


def vintage_facts(vintage: Vintage | None, ages: Sequence[Age]) -> list[tuple[str, str]]:
    """Return the day of the evidence, and the month of the newest figure among some series, in words.

    Parameters
    ----------
    vintage : Vintage or None
        None for a page that does not take `as_of`, which states nothing.
    ages : sequence of Age
    """
    if vintage is None:
        return []
    facts = [(_("Evidence as of"), in_words(vintage.as_of))]
    newest = max(ages, key=lambda age: age.month, default=None)
    return [*facts, (_("Newest figure shown"), f"{newest.newest}, {newest.age}")] if newest else facts


def draw_facts(page: Page) -> list[tuple[str, str]]:
    """Return the number of draws, in words."""
    values = page.values
    draws = min(values.get("draws", 0), QUICK_DRAWS) if values.get("quick") else values.get("draws", 0)
    count = digits(f"{draws:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))
    return [(_("Simulated futures"), count)] if draws else []


def page_provenance(page: Page) -> list[tuple[str, str]]:
    """Return the inputs of a page for its footer: notebook, scenario, evidence and parameters."""
    others = ", ".join(f"{name} = {value}" for name, value in page.values.items() if name not in _SEPARATE)
    rows = [(_("Notebook"), page.notebook.path.name)]
    rows += (
        [(_("Scenario"), Markup(f"{original(page.scenario.name)}, sha256 {page.scenario.digest}"))]
        if page.scenario
        else []
    )
    rows += [(_("Evidence"), evidence_words(page.vintage))] if page.vintage else []
    rows += [(_("Parameters"), Markup(original(others)))] if others else []
    rows += [(_("Seed"), str(page.values["seed"]))] if "seed" in page.values else []
    return [*rows, (_("Made by"), f"Eastbound {__version__}")]


def evidence_words(vintage: Vintage) -> str:
    """Return the number of rows of the evidence and their sha256."""
    return plural(
        "{count} row, sha256 {digest}", "{count} rows, sha256 {digest}", vintage.observations, digest=vintage.digest
    )


def _year(page: Page) -> int:
    assert page.vintage is not None  # only such pages show ages
    return int(page.vintage.as_of[:4])


def held_lines(plan: Plan, page: Page, prices: Mapping[str, Sequence[Record]]) -> list[str]:
    """Return a line on the own figures and on each view that a page holds, or on those that do not act on it."""
    figures, declared = plan.assumptions.figures, page.notebook.parameters
    lines = []
    if figures is not None:
        text = figures.as_text()
        used = _("Own figures: {figures}.", figures=text)
        lines.append(used if "data" in declared else _("Own figures, not used on this page: {figures}.", figures=text))
    if page.scenario and "views" in declared:
        lines += [f"{text}." for text in price_texts(prices, page.scenario.name)]
    elif plan.assumptions.views:
        lines.append(_("The views of this report do not act on this page."))
    return lines


def assumption_provenance(plan: Plan) -> list[tuple[str, str]]:
    """Return the own figures and the views of a report for the footer."""
    figures = plan.assumptions.figures
    rows = [(_("Own figures"), figures.as_text())] if figures is not None else []
    views = "; ".join(str(view) for view, _ in plan.assumptions.views)
    return [*rows, *([(_("Views"), views)] if views else [])]


def in_words(day: str) -> str:
    """Write a day for readers.

    Examples
    --------
    >>> in_words("2026-11-20")
    '20 November 2026'
    """
    return language.day(day)
