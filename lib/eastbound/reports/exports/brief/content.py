"""Read the content of a brief from the finished overview page, so that both state the same."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from bs4 import BeautifulSoup, Tag

from eastbound.language import _, mark

OVERVIEW: Final = "00_overview"  # the notebook whose page a brief condenses
_PNG: Final = "data:image/png;base64,"
_FACTS: Final = (mark("Scenario"), mark("Evidence as of"), mark("Simulated futures"))


@dataclass(frozen=True)
class KeyFigure:
    """Hold a number of the brief: its name, its value and its range, as readers see them."""

    name: str
    value: str
    range: str


@dataclass(frozen=True)
class Brief:
    """Hold the content of a brief.

    Parameters
    ----------
    title : str
    facts : tuple of (name, text)
        Scenario, day of the evidence and number of futures.
    notices : tuple of str
        What a reader must know first: a trial run, views or own figures.
    sentences : tuple of str
        Paragraphs of the summary.
    figures : tuple of KeyFigure
    picture : bytes
        The fan, as PNG.
    alt, caption : str
        Text alternative and caption of the fan.
    table_title : str
    table : tuple of tuple of str
        Heads, then rows.
    source : str
        What the brief rests on, for its foot.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    sentences: tuple[str, ...]
    figures: tuple[KeyFigure, ...]
    picture: bytes
    alt: str
    caption: str
    table_title: str
    table: tuple[tuple[str, ...], ...]
    source: str


def read_brief(html: str) -> Brief | None:
    """Return the content of a brief, None if the page lacks its summary, numbers, fan or table.

    Parameters
    ----------
    html : str
        The overview page of one scenario.
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select("sup, a.csv, details"):
        tag.decompose()
    image = soup.select_one(f'figure .chart img[src^="{_PNG}"]')
    figure = image.find_parent("figure") if image else None
    table = figure.find_next("table") if figure else None
    # paragraphs further down comment on the sections that they stand in
    sentences = tuple(_text(tag) for tag in (figure.find_all_previous("p", class_="summary")[::-1] if figure else ()))
    if image is None or figure is None or not isinstance(table, Tag) or not sentences or soup.h1 is None:
        return None
    facts = {_text(row.dt): _text(row.dd) for row in soup.select(".facts div")}
    provenance = {_text(row.dt): _text(row.dd) for row in soup.select(".provenance div")}
    return Brief(
        title=_text(soup.h1),
        facts=tuple((name, facts[name]) for name in map(_, _FACTS) if name in facts),
        notices=tuple(_text(tag) for tag in soup.select("main > .warning, .held li, .failure p")),
        sentences=sentences,
        figures=tuple(_key_figure(row) for row in soup.select(".figures div")),
        picture=base64.b64decode(str(image["src"]).removeprefix(_PNG)),
        alt=str(image.get("alt", "")),
        caption=_text(figure.figcaption),
        table_title=_text(table.caption),
        table=tuple(tuple(_text(cell) for cell in row.find_all(["th", "td"])) for row in table.find_all("tr")),
        source="; ".join(f"{name} {provenance[name]}" for name in (_("Evidence"), _("Made by")) if name in provenance),
    )


def _key_figure(row: Tag) -> KeyFigure:
    values = [_text(tag) for tag in row.find_all("dd")]
    return KeyFigure(_text(row.dt), values[0], values[1] if len(values) > 1 else "")


def _text(tag: Tag | None) -> str:
    """Return the text of a tag on one line; a number stays with its percent sign."""
    if tag is None:
        return ""
    text = re.sub(r"[ \t\r\n]+", " ", tag.get_text(" ", strip=True)).replace(" .", ".").strip()
    return re.sub(r"(\d) %", "\\1\N{NO-BREAK SPACE}%", text)
