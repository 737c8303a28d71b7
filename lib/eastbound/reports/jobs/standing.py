"""Read standing jobs, ``params/reports/NAME.yml``: the reports that a workspace makes again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from eastbound.errors import UnknownName
from eastbound.scenarios.home import find_home, supplied
from eastbound.scenarios.quantities import Entry, Text, Title
from eastbound.scenarios.typed_file import params_path, read_typed

FOLDER: Final = Path("params", "reports")


class Job(Entry):
    """A standing job. What it leaves out is as in a report without options.

    Attributes
    ----------
    title : str
        What the report is for.
    scenarios, notebooks : tuple of str
        Names; empty for the default scenarios of ``params/reporting.yml`` and for every notebook.
    parameters : dict
        Values for notebook parameters, by name.
    as_of : tuple of str
        Days of evidence, a run each; empty for the newest.
    views : bool
        Whether the logged views in force are held.
    formats : tuple of str
        What is made besides HTML.
    languages : tuple of str
        Codes of the editions' languages, such as ``[en, ru, zh]``; empty for English alone.
    """

    format: Literal[1] = 1
    title: Title
    scenarios: tuple[Text, ...] = ()
    notebooks: tuple[Text, ...] = ()
    parameters: dict[str, Any] = Field(default_factory=dict)
    as_of: tuple[Text, ...] = ()
    views: bool = Field(default=False, strict=True)
    formats: tuple[Text, ...] = ()
    languages: tuple[Text, ...] = ()


def job_names(home: str | Path | None = None) -> list[str]:
    """Return the names of the standing jobs of a workspace; one without the folder has the package's.

    Examples
    --------
    >>> job_names()
    ['full', 'monthly', 'morning']
    """
    folder = find_home(home) / FOLDER
    return sorted(path.stem for path in (folder if folder.is_dir() else supplied() / FOLDER).glob("*.yml"))


def load_job(name: str, home: str | Path | None = None) -> Job:
    """Read a standing job.

    Raises
    ------
    UnknownName
        If there is no job of this name.
    ScenarioError
        If its file breaks the format; one line per mistake, with file, line and key.

    Examples
    --------
    >>> load_job("morning").title
    'Morning report: every notebook under the default scenarios'
    """
    names = job_names(home)
    if name not in names:
        raise UnknownName("job", name, names)
    return read_typed(Job, params_path(FOLDER / f"{name}.yml", home))
