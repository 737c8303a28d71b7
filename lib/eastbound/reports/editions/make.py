"""Make what surrounds the pages of each edition: frames with links between editions, index pages, exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from eastbound.files import write_text
from eastbound.language import ENGLISH, LANGUAGES, TAGS, take_misses, use_language
from eastbound.reports.editions.leftovers import english_left, untranslated_text
from eastbound.reports.exports.make import export_links, write_exports
from eastbound.reports.frames import page_frame
from eastbound.reports.freshness import Age
from eastbound.reports.index import render_index
from eastbound.reports.pages import Page, Plan
from eastbound.reports.render import Frame, Link
from eastbound.reports.worker import Outcome
from eastbound.typing import Record


def edition_frames(
    plan: Plan, *, prices: Mapping[str, Sequence[Record]], ages: Mapping[str, Sequence[Age]]
) -> list[Frame]:
    """Return the frame of every page of a plan, in the language of the page and with links to its other editions."""
    editions = {language: plan.edition(language) for language in plan.languages}
    frames = []
    for page in plan.pages:
        with use_language(page.language):
            own = replace(page, language=ENGLISH)
            frame = page_frame(editions[page.language], own, prices=prices, ages=ages.get(page.name, []))
            frame = replace(frame, lang=page.language, untranslated=take_misses())
        up = "../" * page.name.count("/")
        frames.append(replace(frame, run_root=up, editions=_links(plan, own, page.language, up=up)))
    return frames


def index_editions(plan: Plan, language: str) -> list[Link]:
    """Return the links between the index pages of a report's editions; none if there is only English."""
    made = [code for code in plan.languages if any(page.language == code for page in plan.pages)]
    up = "" if language == ENGLISH else "../"
    targets = {code: f"{up}{'' if code == ENGLISH else f'{code}/'}index.html" for code in made}
    return _edition_links(targets, language)


def write_editions(
    folder: Path,
    plan: Plan,
    outcomes: Mapping[str, Outcome],
    *,
    prices: Mapping[str, Sequence[Record]],
    ages: Mapping[str, Sequence[Age]],
    jobs: int | None,
) -> tuple[list[str], list[str]]:
    """Write the exports and the index page of every edition but the English one; return warnings and faults.

    Parameters
    ----------
    folder : Path
        The run's folder.
    plan : Plan
    outcomes : mapping of page name to Outcome
        How each page went.
    prices : mapping of str to sequence of dict
        By scenario, its views with their prices.
    ages : mapping of str to sequence of Age
        By page, how old the newest figure of each of its series is.
    jobs : int, optional
        Pages made side by side.
    """
    warnings, faults = [], []
    for language in plan.languages:
        edition = plan.edition(language)
        if language == ENGLISH or not edition.pages:
            continue
        start = f"{language}/"
        inside = {name.removeprefix(start): outcome for name, outcome in outcomes.items() if name.startswith(start)}
        own_ages = {name.removeprefix(start): rows for name, rows in ages.items() if name.startswith(start)}
        with use_language(language):
            take_misses()
            notes = write_exports(folder / language, edition, jobs=jobs)
            warnings += [f"{start}{text}" for text in notes]
            links = export_links(folder / language, edition)
            html = render_index(
                edition, inside, prices=prices, ages=own_ages, links=links, editions=index_editions(plan, language)
            )
            write_text(folder / language / "index.html", html)
            lost = untranslated_text([*take_misses(), *english_left(html)], language)
        faults += [f"{start}index.html: {lost}."] if lost else []
    return warnings, faults


def _links(plan: Plan, page: Page, language: str, *, up: str) -> list[Link]:
    """Return the links between the editions of a page."""
    addresses = {other.name for other in plan.pages}
    named = {code: replace(page, language=code).name for code in plan.languages}
    return _edition_links({code: f"{up}{name}.html" for code, name in named.items() if name in addresses}, language)


def _edition_links(targets: Mapping[str, str], language: str) -> list[Link]:
    links = [Link(LANGUAGES[code], href, code == language, TAGS[code]) for code, href in targets.items()]
    return links if len(links) > 1 else []
