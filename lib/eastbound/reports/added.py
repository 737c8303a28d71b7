"""Notebooks and page templates that extensions and the workspace add to reports."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape

from eastbound.errors import InputError, nearest
from eastbound.extensions import Extension, ExtensionError, accepted, available
from eastbound.files import explained
from eastbound.language import _, original, plural

TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
OWN: Final = "templates"  # of a workspace
_STYLES: Final = ("style.css", "script.js")


def add_notebooks(home: Path) -> list[ExtensionError]:
    """Copy the notebooks of extensions into the workspace of a run; one of the workspace itself stays.

    Parameters
    ----------
    home : Path
        The copy of the workspace that the run reads.

    Returns
    -------
    list of ExtensionError
        The extensions that cannot be used.
    """
    _, refused = accepted("notebooks", check_notebooks, home)
    for name, extension in available("notebooks", home).items():
        if name in refused or extension.folder is None:
            continue
        for path in notebook_files(extension.folder):
            target = home / "notebooks" / path.name
            with explained(target):
                target.parent.mkdir(exist_ok=True)
                if not target.exists():
                    shutil.copyfile(path, target)
    return list(refused.values())


def check_notebooks(extension: Extension, _home: Any) -> None:
    """Check that the notebooks of an extension can be planned as ours are.

    Raises
    ------
    ExtensionError
        With the first thing that does not fit.
    """
    from eastbound.reports.notebooks import read_notebook

    paths = notebook_files(extension.folder) if extension.folder else []
    if not paths:
        raise extension.refusal("it holds no notebook", expected="files such as `95_name.ipynb` beside its module")
    for path in paths:
        try:
            notebook = read_notebook(path)
        except InputError as error:
            raise extension.refusal(str(error).rstrip("."), expected="a notebook that a report can run") from error
        if notebook.title == path.stem:
            problem = f"`{path.name}` has no title"
            raise extension.refusal(problem, expected="a first cell with `# Title`")


def notebook_files(folder: Path) -> list[Path]:
    """Return the notebooks of a folder that reports run, in the order of their numbers.

    Examples
    --------
    >>> notebook_files(Path("missing"))
    []
    """
    from eastbound.reports.notebooks import NAME

    return [path for path in sorted(folder.glob("*.ipynb")) if NAME.fullmatch(path.stem)]


def template_folders(home: Path) -> tuple[tuple[Path, ...], list[ExtensionError]]:
    """Return the folders that page templates are looked for in, and the refusals of those that cannot be used.

    Parameters
    ----------
    home : Path
        The workspace; its folder ``templates`` comes first, then extensions, then the package.
    """
    values, refused = accepted("templates", check_templates_of, home)
    extensions = [available("templates", home)[name].folder for name in values]
    faults = list(refused.values())
    own = Extension("templates", OWN, f"folder {OWN} of the workspace", home / OWN, lambda: None)
    folders = [folder for folder in extensions if folder is not None]
    if (home / OWN).is_dir():
        try:
            check_templates_of(own, None)
            folders.insert(0, home / OWN)
        except ExtensionError as error:
            faults.append(error)
    return (*folders, TEMPLATES), faults


def check_templates_of(extension: Extension, _home: Any) -> None:
    """Check that the templates of an extension have the names of ours and compile.

    Raises
    ------
    ExtensionError
        With the first thing that does not fit.
    """
    folder = extension.folder
    files = [] if folder is None else sorted(path for path in folder.glob("*") if path.suffix in (".j2", ".css", ".js"))
    known = [*sorted(path.name for path in TEMPLATES.glob("*.j2")), *_STYLES]
    if folder is None or not files:
        raise extension.refusal("it holds no template", expected=f"one of {', '.join(known)} beside its module")
    for path in files:
        if path.name not in known:
            problem = f"`{path.name}` replaces no template of ours; {nearest(path.name, known)}".rstrip("; ")
            raise extension.refusal(problem, expected=f"one of {', '.join(known)}")
        try:
            environment((folder, TEMPLATES)).get_template(path.name)
        except (jinja2.TemplateError, UnicodeDecodeError) as error:
            line = f" line {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
            problem = f"`{path.name}`{line} is no template ({error})"
            raise extension.refusal(problem, expected="a Jinja template that compiles") from error


@lru_cache(maxsize=8)
def environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    """Return the Jinja environment of pages; ``package/NAME`` is always the template of ours, for `extends`.

    Examples
    --------
    >>> "package/page.html.j2" in environment((TEMPLATES,)).list_templates()
    True
    """
    ours = jinja2.PrefixLoader({"package": jinja2.FileSystemLoader(TEMPLATES)})
    loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(folders), ours])
    result = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined)
    result.autoescape = jinja2.select_autoescape(["html.j2"], default_for_string=True)
    result.globals |= {"_": markup, "plural": plural, "original": lambda text: Markup(original(str(text)))}
    return result


def markup(message: str, **values: Any) -> Markup:
    """Translate a message of a template; values are escaped unless they are markup, such as links.

    Examples
    --------
    >>> str(markup("{link} & more", link=Markup("<a>one</a>")))
    '<a>one</a> &amp; more'
    """
    text = Markup(escape(_(message)))
    return text.format(**values) if values else text


def extension_refusals(home: Path) -> dict[tuple[str, str], str]:
    """Return why each extension is refused, by kind and name; an empty text where it can be used.

    Parameters
    ----------
    home : Path
        Workspace.

    Examples
    --------
    >>> extension_refusals(Path("missing"))
    {}
    """
    from eastbound.evidence.connectors.registry import check_connector
    from eastbound.models.added import check_model
    from eastbound.plots.added import check_chart

    checks: dict[str, Callable[[Extension, Any], None]] = {
        "models": check_model,
        "sources": check_connector,
        "charts": check_chart,
        "notebooks": check_notebooks,
        "templates": check_templates_of,
    }
    result: dict[tuple[str, str], str] = {}
    for kind, check in checks.items():
        _, refused = accepted(kind, check, home)
        result |= {(kind, name): str(refused.get(name, "")) for name in available(kind, home)}
    if (home / OWN).is_dir():
        result["templates", OWN] = next((str(error) for error in template_folders(home)[1]), "")
    return result
