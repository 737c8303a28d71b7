"""Turn an executed notebook into one self-contained HTML page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup, escape

from eastbound.errors import InputError
from eastbound.language import ENGLISH, TAGS, _, current, mark
from eastbound.reports.added import TEMPLATES, environment, markup, template_folders
from eastbound.reports.results import Result, read_results
from eastbound.scenarios.home import find_home

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter

    from eastbound.reports.freshness import Age
    from eastbound.reports.workbook import PageTable

# What the script of the pages says; it looks each up in the element `words`, which English pages do not have.
SCRIPT_TEXTS: Final = (
    mark("Show all code"),
    mark("Hide all code"),
    mark("Point at a value, or move through the values with the arrow keys."),
    mark("Scenarios shown"),
    mark("Sections found:"),
)
_DOLLAR = "\ue000"  # stands for a dollar sign while Markdown is read, which would take it for mathematics


@dataclass(frozen=True)
class Link:
    """Hold a link of a page's header; `lang` is the language of a page in another one."""

    text: str
    href: str
    here: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Frame:
    """Hold everything that surrounds the cells of a page.

    Parameters
    ----------
    title, subtitle : str
        For the window's title: the notebook's and the scenario's.
    file : str
        Name of the page's file without ending; its workbook has the same name.
    facts, provenance : sequence of (name, text)
        Header and footer.
    notebooks, scenarios : sequence of Link
        The other pages of the run.
    root : str
        Prefix that leads to the run's folder, such as ``"../"``.
    quick : bool
        Whether it is a trial run.
    held : sequence of str
        A line on the own figures and on each view, with its price in words.
    ages : sequence of Age
        How old the newest figure of each series of the page is, counted on the day `counted`, in words.
    counted : str
    witnesses : sequence of str
        A sentence on each page that alone stands behind a newest figure.
    lang : str
        Code of the page's language.
    pdf : bool
        Whether a PDF of the page stands beside it.
    run_root : str
        Prefix that leads to the run's folder, which `root` does only for the English edition.
    editions : sequence of Link
        The same page in the languages of the run; empty if there is only one.
    untranslated : sequence of str
        Messages of the frame that lack a translation.
    """

    title: str
    subtitle: str = ""
    file: str = ""
    facts: Sequence[tuple[str, str]] = ()
    provenance: Sequence[tuple[str, str]] = ()
    notebooks: Sequence[Link] = ()
    scenarios: Sequence[Link] = ()
    root: str = ""
    quick: bool = False
    held: Sequence[str] = ()
    ages: Sequence[Age] = ()
    counted: str = ""
    witnesses: Sequence[str] = ()
    lang: str = field(default="en", kw_only=True)
    pdf: bool = field(default=False, kw_only=True)
    run_root: str = field(default="", kw_only=True)
    editions: Sequence[Link] = field(default=(), kw_only=True)
    untranslated: Sequence[str] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Rendered:
    """Hold a rendered page, the addresses of what it could not embed, and the numbers of its tables."""

    html: str
    outside: tuple[str, ...] = ()
    tables: Sequence[PageTable] = ()


def render_page(nb: Any, frame: Frame, *, failure: str = "", folder: Path | None = None) -> Rendered:
    """Render an executed notebook.

    Parameters
    ----------
    nb : NotebookNode
        With outputs.
    frame : Frame
        Header, footer, links and notices.
    failure : str
        Why the notebook did not finish; marks the page.
    folder : Path, optional
        Folder of the notebook; local pictures are read from it and put into the page.

    Returns
    -------
    Rendered
        HTML that loads nothing from anywhere; the page itself names what it lacks for that.
    """
    from eastbound.reports.markup import tidy_html

    fragment, _resources = _exporter().from_notebook_node(nb)
    fragment = fragment.replace(_DOLLAR, "$")
    results = read_results(nb)
    after_title = _key_figures(results) if results else ""
    pages = {PurePosixPath(link.href).stem: (link.text, link.href) for link in frame.notebooks if not link.here}
    tidy = tidy_html(fragment, after_title=after_title, folder=folder, pages=pages)
    body = tidy.html if tidy.headings else f"<h1>{escape(frame.title)}</h1>{tidy.html}"
    workbook = f"{frame.file}.xlsx" if tidy.tables else ""
    shown = {
        "body": Markup(body),
        "headings": tidy.headings,
        "notes": tidy.notes,
        "outside": tidy.outside,
        "workbook": workbook,
    }
    values = {**vars(frame), **shown, "lang": TAGS[frame.lang]}
    html = fill("page.html.j2", **values, failure=failure, failed_step='id="failure"' in body)
    return Rendered(html, tidy.outside, tidy.tables)


def fill(template: str, **values: Any) -> str:
    """Fill one of the package's page templates; style and script are put inline.

    The page allows this one script by its hash, so that nothing else on it can run.
    """
    script = _read("script.js")
    allowed = base64.b64encode(sha256(f"\n{script}\n".encode()).digest()).decode()
    # the browser hashes the text between the tags, line ends included
    template_values = {
        "style": _read("style.css"),
        "script": script,
        "script_hash": allowed,
        "words": {} if current() == ENGLISH else {text: _(text) for text in SCRIPT_TEXTS},
    }
    return _environment().get_template(template).render(**template_values, **values)


def render_links(label: str, links: Sequence[Link]) -> str:
    """Render the links to the other pages as they stand in the header of a page."""
    template = "{% import 'parts.html.j2' as parts %}{{ parts.links(label, items) }}"
    return _environment().from_string(template).render(label=label, items=links)


def fill_export(template: str, **values: Any) -> str:
    """Fill a template for paper, which has no script and a style of its own."""
    return _environment().get_template(template).render(**values)


def _key_figures(results: Sequence[Result]) -> str:
    template = "{% import 'parts.html.j2' as parts %}{{ parts.figures(results) }}"
    return _environment().from_string(template).render(results=results)


@cache
def _exporter() -> HTMLExporter:
    # nbconvert takes longer to import than an index to render
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    from eastbound.reports.embed import with_attachments

    config = Config()
    config.HTMLExporter.template_name = "eastbound"
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
    config.HTMLExporter.exclude_anchor_links = True
    # a drawing before its table, a table before its print-out; no script of other tools
    priority = ["image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain"]
    config.NbConvertBase.display_data_priority = priority
    exporter = HTMLExporter(config=config)
    exporter.register_filter("with_attachments", with_attachments)
    exporter.environment.globals["_"] = markup
    exporter.register_filter("no_math", lambda text: text.replace("$", _DOLLAR))
    return exporter


def check_templates() -> None:
    """Compile every template of the pages.

    Raises
    ------
    InputError
        If one of the package cannot be read, as in a damaged installation.
    """
    for name in sorted(path.name for path in TEMPLATES.glob("*.j2")):
        try:
            environment((TEMPLATES,)).get_template(name)
        except jinja2.TemplateError as error:
            message = f"template `{name}` of the package is damaged ({error}); install eastbound again."
            raise InputError(message) from error


def _environment() -> jinja2.Environment:
    return environment(_folders(find_home()))


@cache
def _folders(home: Path) -> tuple[Path, ...]:
    # The plan names those that are refused.
    return template_folders(home)[0]


def _read(name: str) -> Any:
    # from the package or from the user's own templates, therefore put into the page as it stands
    path = next(folder / name for folder in _folders(find_home()) if (folder / name).is_file())
    return Markup(path.read_text(encoding="utf-8").strip())
