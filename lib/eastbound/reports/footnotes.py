"""Place marks beside observed numbers, with notes that name their sources.

A mark is a button that opens its note as a popover, without script; on paper the notes stand as a list
at the end. The notes come from the metadata of the output, so a page needs no evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from eastbound.language import _

ATTRIBUTE = "data-observed"


@dataclass(frozen=True)
class Mark:
    """Locate observed numbers on a page.

    Parameters
    ----------
    tag : Tag
        A cell of a table, or the caption of a figure.
    text : str
        The words of the caption behind which the mark stands; empty for the end of the tag.
    notes : sequence of mappings
        As made by `eastbound.plots.citations.source_note`.
    """

    tag: Tag
    text: str
    notes: Sequence[Mapping[str, Any]]


def take_marks(soup: BeautifulSoup) -> list[Mark]:
    """Return the marks in page order, and remove their data from the page.

    Call it before `tidy_table`, which moves cells and reads their text.
    """
    marks = []
    for block in [tag for tag in soup.find_all(True) if tag.has_attr(ATTRIBUTE)]:
        cited = json.loads(str(block[ATTRIBUTE]))
        del block[ATTRIBUTE]
        marks += [Mark(tag, str(c.get("text", "")), c["notes"]) for c in cited if (tag := _tag_of(block, c))]
    return marks


def place_marks(soup: BeautifulSoup, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Add a numbered button at every mark of a page, and return the notes to list at its end.

    Parameters
    ----------
    soup : BeautifulSoup
        The page, changed in place.
    marks : sequence of Mark
        From `take_marks`, in page order.

    Returns
    -------
    list of dict
        Each distinct note once, in the order of its first mark, with `number` (from 1), `anchor` (the id that its
        buttons open) and `name` (for screen readers). Marks with the same note share its number.
    """
    numbered: dict[str, dict[str, Any]] = {}
    for mark in marks:
        group = soup.new_tag("sup", attrs={"class": "source"})
        for note in mark.notes:
            number = len(numbered) + 1
            name = _(
                "Source {number}: {series}, {period}", number=number, series=_(note["series"]), period=note["period"]
            )
            new = {**note, "number": number, "anchor": f"source:{number}", "name": name}
            group.append(_button(soup, numbered.setdefault(json.dumps(note, sort_keys=True), new)))
        _insert(mark, group)
    return list(numbered.values())


def _tag_of(block: Tag, cited: Mapping[str, Any]) -> Tag | None:
    if "text" in cited:
        return block.find("figcaption")
    rows = [row for row in block.find_all("tr") if row.find_parent("tbody")]
    cells = rows[cited["row"]].find_all(["th", "td"]) if cited["row"] < len(rows) else []
    return cells[cited["column"]] if cited["column"] < len(cells) else None


def _button(soup: BeautifulSoup, note: Mapping[str, Any]) -> Tag:
    # The number is drawn by the style sheet: as text it would join the cell when a table is copied (65 became 6510).
    attributes = {"type": "button", "popovertarget": note["anchor"], "aria-label": note["name"]}
    return soup.new_tag("button", attrs={**attributes, "data-n": str(note["number"])})


def _insert(mark: Mark, group: Tag) -> None:
    node = mark.tag.find(string=lambda text: mark.text in text) if mark.text else None
    if node is None:
        mark.tag.append(group)
        return
    before, _, after = str(node).partition(mark.text)
    node.insert_before(before + mark.text, group)
    node.replace_with(after)
