"""Make the HTML of executed notebooks readable: headings, figures, tables.

It works on a fragment (the cells of a notebook) and needs no notebook, so that each rule
can be tested alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bs4 import BeautifulSoup, Tag

from eastbound.language import _, mark
from eastbound.reports.editions.leftovers import mark_publishers
from eastbound.reports.editions.markdown import anchor_of
from eastbound.reports.embed import embed_images, outside_addresses, unframe
from eastbound.reports.footnotes import place_marks, take_marks
from eastbound.reports.page_links import link_pages
from eastbound.reports.workbook import PageTable, read_tables

# a number or a range of two, alone, with up to three words of unit behind, or with a range in brackets
_DIGITS = r"[-−+±]?\d[\d\s,.]*"
_UNIT = r"(?:(?:^|\s|(?<=\d))[^\W\d]+|\s?%){0,3}"
_NUMBER = re.compile(rf"[<>≤≥~]?\s?{_DIGITS}(?:\({_DIGITS}–{_DIGITS}\)|(?:(?:[–-]|to )\s?{_DIGITS})?{_UNIT})")
_MISSING = {"NaN", "nan", "None", "NaT", "<NA>"}
_BLANK = _MISSING | {"", "–", "—", "-", "…"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CELLS = ("th", "td")
_STYLER_ID = re.compile(r"\bT_[0-9a-f]{5,}(?=[_\s\"'{#.>,]|$)")
NO_ALT = mark("Figure under the heading “{heading}”; it has no description.")


@dataclass(frozen=True)
class Heading:
    """Hold a heading of a page."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Tidy:
    """Hold a fragment that is ready for a page, with what was found in it.

    Parameters
    ----------
    html : str
        The fragment.
    headings : list of Heading
        In order.
    notes : list of dict
        The sources of its observed numbers, see `place_marks`.
    outside : tuple of str
        Addresses of what it shows but does not hold.
    tables : list of PageTable
        The numbers of its figures and tables, from their CSV links.
    """

    html: str
    headings: list[Heading]
    notes: list[dict[str, Any]]
    outside: tuple[str, ...]
    tables: list[PageTable]


def tidy_html(
    fragment: str,
    *,
    after_title: str = "",
    folder: Path | None = None,
    pages: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> Tidy:
    """Make the HTML of a notebook's cells fit for a page.

    Parameters
    ----------
    fragment : str
        HTML of all cells.
    after_title : str
        HTML that is put after the title and its first paragraph.
    folder : Path, optional
        Folder of the notebook; local pictures are read from it and put into the page.
    pages : mapping of str to (title, address)
        Other pages of the run by the name of their notebook, see `link_pages`.

    Returns
    -------
    Tidy
        One ``h1``, no level skipped, ids unique; each image with a text
        alternative; tables with scopes and captions, numbers right-aligned; a
        mark beside each observed number opens its note, see `place_marks`.

    Examples
    --------
    >>> tidy = tidy_html("<h1>Trade</h1><h4>Outlook</h4><h4>Outlook</h4>")
    >>> [(h.level, h.id) for h in tidy.headings]
    [(1, 'trade'), (2, 'outlook'), (2, 'outlook-2')]
    """
    # html.parser leaves a fragment alone; lxml would add html and body around it
    soup = BeautifulSoup(_stable_ids(fragment), "html.parser")
    for style in soup.find_all("style"):
        if style.has_attr("scoped"):  # pandas repeats it with every table
            style.decompose()
    _join_code(soup)
    if folder is not None:
        embed_images(soup, folder)
    outside = unframe(soup)
    headings = _tidy_headings(soup)
    # rows and columns of marks count the table as pandas wrote it, so they come first
    marks = take_marks(soup)
    _describe_images(soup)
    blocks = soup.find_all("div")
    names = {str(block.get("aria-label")) for block in blocks if "table" in block.get_attribute_list("class")}
    for table in soup.find_all("table"):
        tidy_table(soup, table, names)
    for block in blocks:
        del block["data-caption"]
    notes = place_marks(soup, marks)
    _insert_after_title(soup, after_title)
    mark_publishers(soup)
    link_pages(soup, pages)
    return Tidy(
        str(soup), headings, notes, tuple(dict.fromkeys([*outside, *outside_addresses(soup)])), read_tables(soup)
    )


def _stable_ids(fragment: str) -> str:
    """Number pandas Styler's random ids, so that the same report has the same bytes."""
    numbers: dict[str, str] = {}
    return _STYLER_ID.sub(lambda match: numbers.setdefault(match[0], f"T{len(numbers) + 1}"), fragment)


def _join_code(soup: BeautifulSoup) -> None:
    """Join the code of consecutive cells that have no output or text between them."""
    for block in soup.find_all("details"):
        if "code" not in block.get_attribute_list("class"):
            continue
        before = block.find_previous_sibling()
        if before is not None and before.name == "details" and before.get("class") == ["code"]:
            for part in block.find_all("div", recursive=False):
                before.append(part)
            block.decompose()


def _tidy_headings(soup: BeautifulSoup) -> list[Heading]:
    headings: list[Heading] = []
    taken: set[str] = set()
    above: list[int] = []  # levels as written of the headings this one stands under
    for tag in soup.find_all(_HEADINGS):
        written = max(int(tag.name[1]), 2) if headings else 1  # one h1 per page
        while above and above[-1] >= written:
            above.pop()
        above.append(written)
        level = len(above)
        text = tag.get_text(" ", strip=True)
        # a translated heading brings the anchor of the English one
        given = tag.find("a", id=True, recursive=False)
        slug = base = str(given["id"]) if given is not None else anchor_of(text)
        if given is not None:
            given.decompose()
        copies = 1
        while slug in taken:
            copies += 1
            slug = f"{base}-{copies}"
        taken.add(slug)
        tag.name, tag["id"] = f"h{level}", slug
        headings.append(Heading(level, slug, text))
    return headings


def _describe_images(soup: BeautifulSoup) -> None:
    for image in soup.find_all("img"):
        if not image.get("alt"):
            above = image.find_previous(_HEADINGS)
            image["alt"] = _(NO_ALT, heading=above.get_text(" ", strip=True) if above else "")


def _insert_after_title(soup: BeautifulSoup, html: str) -> None:
    title = soup.find("h1")
    if not html or title is None:
        return
    follower = title.find_next_sibling()
    index = follower if follower is not None and follower.name == "p" else title
    index.insert_after(BeautifulSoup(html, "html.parser"))


def tidy_table(soup: BeautifulSoup, table: Tag, names: set[str]) -> None:
    """Give a table scopes, a caption, right-aligned numbers and a frame that scrolls by itself.

    Parameters
    ----------
    soup : BeautifulSoup
        The page, changed in place.
    table : Tag
        Of the page.
    names : set of str
        Names of the page's other tables, which this one's joins.
    """
    # pandas writes both; the style sheet decides
    for attribute in ("border", "class"):
        del table[attribute]
    _merge_head(table)
    _drop_counter(table)
    for cell in _heads(table):
        del cell["halign"]
        if cell.get_text(strip=True):
            cell["scope"] = "row" if cell.find_parent("tbody") else "col"
        else:
            cell.name = "td"  # an empty header says nothing
    _align(table)
    label = _label(_caption(soup, table) or _("Table"), names)
    names.add(label)
    table.wrap(soup.new_tag("div", attrs={"class": "table", "role": "region", "aria-label": label, "tabindex": "0"}))


# Selectors of CSS say the same in fewer words, and took a third of the time of a page: they test every tag of it.


def _rows(table: Tag, part: str) -> list[Tag]:
    """Return the rows in the head or the body of a table, ``thead`` or ``tbody``."""
    return [row for row in table.find_all("tr") if row.find_parent(part)]


def _cells(row: Tag) -> list[Tag]:
    return [tag for tag in row.descendants if isinstance(tag, Tag) and tag.name in _CELLS]


def _heads(table: Tag) -> list[Tag]:
    top = [cell for row in _rows(table, "thead") for cell in _cells(row)]
    return [*top, *(cell for row in _rows(table, "tbody") for cell in row.find_all("th"))]


def _label(caption: str, names: Collection[str]) -> str:
    """Return a name that no other table of the page has: readers of screens list tables by name."""
    others = (_("{caption}, table {number}", caption=caption, number=number) for number in count(2))
    return next(name for name in chain([caption], others) if name not in names)


def _caption(soup: BeautifulSoup, table: Tag) -> str:
    holder = table.find_parent("div", attrs={"data-caption": True})
    text = str(holder["data-caption"]) if holder else ""
    if text and table.caption is None:
        table.insert(0, soup.new_tag("caption", string=text))
    return table.caption.get_text(" ", strip=True) if table.caption else ""


def _merge_head(table: Tag) -> None:
    """Join pandas' second header row, which holds only index names, into the first."""
    rows = _rows(table, "thead")
    if len(rows) != 2:
        return
    first, second = map(_cells, rows)
    names = [cell.get_text(strip=True) for cell in second]
    depth = len([name for name in names if name])
    blank_above = all(not cell.get_text(strip=True) for cell in first[:depth])
    if len(first) == len(second) and depth and all(names[:depth]) and blank_above:
        for above, name in zip(first, names[:depth], strict=False):
            above.string = name
        rows[1].decompose()


def _drop_counter(table: Tag) -> None:
    """Drop the row numbers of a frame without an index of its own."""
    # only a column that counts 0, 1, 2 … is dropped: an index of years is data
    heads = [row.find_all("th") for row in _rows(table, "tbody")]
    if not heads or any(len(cells) != 1 for cells in heads):
        return
    if [cells[0].get_text(strip=True) for cells in heads] != [str(k) for k in range(len(heads))]:
        return
    corner = next((cell for row in _rows(table, "thead")[:1] for cell in _cells(row)), None)
    if corner is not None and not corner.get_text(strip=True):
        corner.decompose()
        for cells in heads:
            cells[0].decompose()


def _align(table: Tag) -> None:
    rows = [_cells(row) for row in _rows(table, "tbody")]
    heads = [_cells(row) for row in _rows(table, "thead")]
    width = max((len(row) for row in rows), default=0)
    complete = [row for row in rows if len(row) == width]
    for column in range(width):
        cells = [row[column] for row in complete]
        texts = [cell.get_text(" ", strip=True) for cell in cells]
        if cells[0].name == "td" and any(t not in _BLANK for t in texts) and all(map(_numeric, texts)):
            for cell, text in zip(cells, texts, strict=True):
                _mark_number(cell, True)
                if text in _MISSING:
                    cell.string = "–"
            for cells in heads:
                if len(cells) == width:
                    _mark_number(cells[column], True)
        else:  # a column is aligned as a whole, whatever single cells look like
            for cell in cells:
                _mark_number(cell, False)


def _mark_number(cell: Tag, number: bool) -> None:
    present = [name for name in cell.get_attribute_list("class") if name and name != "number"]
    names = [*present, *(["number"] if number else [])]
    if names:
        cell["class"] = " ".join(names)
    else:
        del cell["class"]


def _numeric(text: str) -> bool:
    return text in _BLANK or _NUMBER.fullmatch(text) is not None
