"""Find the age of the newest figure of each series, and the figures that rest on a single witness."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from eastbound import language
from eastbound.catalogue import cards, headlines
from eastbound.language import _, mark, original, plural
from eastbound.reports.added import markup
from eastbound.reports.notebooks import Notebook

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

# customs print their own counts; any other single page may have copied a mistake
_FIRST_HAND = "customs"
_FILES = ("csv", "html", "ipynb", "json", "parquet", "png", "svg", "xlsx", "yml")
_QUOTED = re.compile(r"[\"']([a-z0-9_]+(?:\.[a-z0-9_]+)+)[\"']")


@dataclass(frozen=True)
class Age:
    """Describe the newest figure of a series.

    Parameters
    ----------
    series, label : str
        Id, and name for readers.
    month : str
        Last month that the figure covers, such as ``"2026-04"``.
    months : int
        Age on the day of the count, in whole months after that month.
    witness : str
        The publisher, when no independent page confirms the figure and it is not first-hand; else empty.
    """

    series: str
    label: str
    month: str
    months: int
    witness: str = ""

    def as_text(self) -> str:
        """Return the age in words, without the day of the count.

        Examples
        --------
        >>> Age("a.b", "Trade", "2026-04", 7).as_text()
        'Trade: to April 2026, 7 months old'
        """
        return _("{series}: to {month}, {age}", series=_(self.label), month=self.newest, age=self.age)

    @property
    def newest(self) -> str:
        """The last month that the figure covers, in words."""
        return language.month(self.month)

    @property
    def age(self) -> str:
        """The age in words."""
        if not self.months:
            return _("less than a month old")
        return plural("{count} month old", "{count} months old", self.months)


def read_ages(book: Evidence, series_ids: Iterable[str], *, today: date) -> list[Age]:
    """Return the newest observed figure of each series that has one, in the order given.

    Parameters
    ----------
    book : Evidence
    series_ids : iterable of str
    today : date
        Day on which ages are counted. A figure for a period that has not ended, such as a plan for the year, is passed
        over.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> book = load_evidence("2026-06-30")
    >>> read_ages(book, ["trade.china_russia.total"], today=date(2026, 11, 27))[0].month
    '2026-04'
    """
    import pandas as pd

    from eastbound.evidence.choice import chosen

    ages = []
    for name in series_ids:
        # estimates and plans are not news
        rows = chosen(book, name, kinds=("observed",))
        rows = rows[rows["end"] <= pd.Timestamp(book.as_of)]
        if rows.empty:
            continue
        newest = rows.sort_values("end", kind="stable").iloc[-1]
        alone = newest["n_sources"] == 1 and newest["directness"] != _FIRST_HAND
        witness = str(book.sources["publisher"].get(newest["source_id"], newest["source_id"])) if alone else ""
        end = newest["end"]
        months = max(0, (today.year - end.year) * 12 + today.month - end.month)
        ages.append(Age(name, str(book.series["label"].get(name, name)), f"{end:%Y-%m}", months, witness))
    return ages


def shown_series(notebook: Notebook) -> tuple[str, ...]:
    """Return the series that a notebook names in its code, or the headline series if it names none.

    Parameters
    ----------
    notebook : Notebook
    """
    # `card` would look for the nearest name of everything that is quoted and is no series
    named = [name for name in dict.fromkeys(_QUOTED.findall(_code(notebook))) if name in cards()]
    return tuple(named) or headlines()


def unknown_series(notebook: Notebook) -> list[str]:
    """Return what a notebook's code names like a series of the catalogue, although the catalogue has no such series.

    A text counts that begins like a series, such as ``"trade."``, and is neither one nor the beginning of one. A file
    such as ``"trade.csv"`` is none.

    Parameters
    ----------
    notebook : Notebook
    """
    roots = {name.partition(".")[0] for name in cards()}
    named = [name for name in dict.fromkeys(_QUOTED.findall(_code(notebook))) if name.partition(".")[0] in roots]
    known = [*cards(), *(name.rpartition(".")[0] for name in cards())]
    return [
        name
        for name in named
        if name.rpartition(".")[2] not in _FILES and not any(f"{each}.".startswith(f"{name}.") for each in known)
    ]


def single_witness_texts(ages: Sequence[Age], *, year: int) -> list[Markup]:
    """Return, as HTML, a sentence on each page that alone stands behind the newest figure of some series.

    Parameters
    ----------
    ages : sequence of Age
    year : int
        The running year; a forecast of it rests on figures of its months.

    Examples
    --------
    >>> ages = [Age("a.b", "Trade", "2026-04", 7, "a newspaper"), Age("a.c", "Gas", "2026-07", 4)]
    >>> single_witness_texts(ages, year=2026)[0].striptags()
    'Only a newspaper states the newest figure (April 2026) of Trade; the forecast of 2026 rests on it.'
    """
    # one sentence per source: exports, imports and total usually come from the same page
    groups: dict[tuple[str, str], list[str]] = {}
    for age in ages:
        if age.witness:
            groups.setdefault((age.witness, age.month), []).append(_(age.label))
    texts = []
    newest = mark("Only {source} states the newest figure ({month}) of {series}.")
    used = mark("Only {source} states the newest figure ({month}) of {series}; the forecast of {year} rests on it.")
    for (witness, month), labels in groups.items():
        values = {"source": Markup(original(witness)), "month": language.month(month), "series": "; ".join(labels)}
        rests = month.startswith(str(year))
        texts.append(markup(used if rests else newest, year=year, **values))
    return texts


def _code(notebook: Notebook) -> str:
    # the source, not the output: the header is needed before the notebook runs
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    return "\n".join("".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code")
