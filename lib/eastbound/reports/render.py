"""Turn an executed notebook into one self-contained HTML page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from eastbound.reports.markup import dress
from eastbound.reports.results import Result, read_results

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_OUTSIDE = re.compile(
    r"""(?:\b(?:src|srcset|poster|data|action)\s*=|<link\b[^>]*\bhref\s*=|url\(|@import)\s*["']?([^"'\s)>]+)"""
)


@dataclass(frozen=True)
class Link:
    """A link in a page's header."""

    text: str
    href: str
    here: bool = False


@dataclass(frozen=True)
class Frame:
    """What stands around the cells of a page.

    Parameters
    ----------
    title, subtitle : str
        For the window's title: the notebook's and the scenario's.
    facts, provenance : sequence of (name, text)
        Header and footer.
    notebooks, scenarios : sequence of Link
        The other pages of the run.
    root : str
        Prefix that leads to the run's folder, such as ``"../"``.
    quick : bool
        Whether it is a trial run.
    """

    title: str
    subtitle: str = ""
    facts: Sequence[tuple[str, str]] = ()
    provenance: Sequence[tuple[str, str]] = ()
    notebooks: Sequence[Link] = ()
    scenarios: Sequence[Link] = ()
    root: str = ""
    quick: bool = False
    lang: str = field(default="en", kw_only=True)


def render_page(nb: Any, frame: Frame, *, failure: str = "") -> str:
    """Render an executed notebook.

    Parameters
    ----------
    nb : NotebookNode
        With outputs.
    frame : Frame
        What stands around it.
    failure : str
        Why the notebook did not finish; marks the page.

    Returns
    -------
    str
        HTML that loads nothing from anywhere.
    """
    fragment, _ = _exporter().from_notebook_node(nb)
    results = read_results(nb)
    body, headings, notes = dress(fragment, after_title=_key_figures(results) if results else "")
    if not headings:
        body = f"<h1>{escape(frame.title)}</h1>{body}"
    shown = {"body": Markup(body), "headings": headings, "notes": notes}
    return fill("page.html.j2", **vars(frame), **shown, failure=failure, failed_step='id="failure"' in body)


def fill(template: str, **values: Any) -> str:
    """Fill one of the package's page templates; style and script are put inline."""
    return _environment().get_template(template).render(style=_read("style.css"), script=_read("script.js"), **values)


def outside_references(html: str) -> list[str]:
    """Return every address that a browser would load for this page and that is not in it.

    Links a reader may follow do not count.

    Examples
    --------
    >>> outside_references('<img src="data:image/png;base64,AA"><script src="https://a.example/x.js"></script>')
    ['https://a.example/x.js']
    """
    return [address for address in _OUTSIDE.findall(html) if not address.startswith(("data:", "#"))]


def _key_figures(results: Sequence[Result]) -> str:
    template = "{% import 'parts.html.j2' as parts %}{{ parts.figures(results) }}"
    return _environment().from_string(template).render(results=results)


@cache
def _exporter() -> HTMLExporter:
    config = Config()
    config.HTMLExporter.template_name = "eastbound"
    config.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES)]
    config.HTMLExporter.exclude_anchor_links = True
    # a drawing before its table, a table before its print-out; no script of other tools
    priority = ["image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain"]
    config.NbConvertBase.display_data_priority = priority
    return HTMLExporter(config=config)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), undefined=jinja2.StrictUndefined)
    environment.autoescape = jinja2.select_autoescape(["html.j2"], default_for_string=True)
    return environment


@cache
def _read(name: str) -> Any:
    # ours, therefore safe to put into the page as it stands
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8").strip())
