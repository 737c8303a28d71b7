"""Read the figures and views that a user adds to a report, and describe the price of each view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eastbound.errors import InputError
from eastbound.language import plural
from eastbound.reports.notebooks import Notebook
from eastbound.reports.snapshot import OWN_DATA, Snapshot
from eastbound.reports.vintage import load_book
from eastbound.scenarios.schema import Scenario
from eastbound.scenarios.statements import Statement
from eastbound.scenarios.view_log import Entry
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.ensemble.with_views import Held


@dataclass(frozen=True)
class OwnFigures:
    """Summarize the figures that a folder of the user's tables adds to the book.

    Parameters
    ----------
    folder : str
        Name of the folder, without the path, which is the machine's.
    rows : int
        Figures in it that the book uses.
    series : tuple of str
        Ids of their series, sorted.
    """

    folder: str
    rows: int
    series: tuple[str, ...]

    def as_text(self) -> str:
        """Return the figures in words.

        Examples
        --------
        >>> OwnFigures("mine", 1, ("driver.brent_price",)).as_text()
        '1 figure of driver.brent_price, from the folder `mine`'
        """
        return plural(
            "{count} figure of {series}, from the folder `{folder}`",
            "{count} figures of {series}, from the folder `{folder}`",
            self.rows,
            series=", ".join(self.series),
            folder=self.folder,
        )


@dataclass(frozen=True)
class Assumptions:
    """Hold the user's figures and the views of a report.

    Parameters
    ----------
    figures : OwnFigures or None
        None when no folder was given.
    views : tuple of (Statement, Entry or None)
        The views, each with its entry in the log where it has one.
    """

    figures: OwnFigures | None = None
    views: tuple[Held, ...] = ()

    def __bool__(self) -> bool:
        """Return whether the report differs from one of the book alone."""
        return self.figures is not None or bool(self.views)

    def views_of(self, scenario: str) -> list[Held]:
        """Return the views of a scenario: those given for this run, and logged ones about it or about all scenarios."""
        return [(view, entry) for view, entry in self.views if entry is None or entry.scenario in ("", scenario)]

    def statements_of(self, scenario: str) -> list[str]:
        """Return the text of the views that apply to a scenario, as notebooks get them."""
        return [str(view) for view, _ in self.views_of(scenario)]

    def values_for(self, notebook: Notebook, scenario: Scenario | None) -> dict[str, Any]:
        """Return the values of the parameters `data` and `views` that a notebook gets."""
        values: dict[str, Any] = {}
        # a notebook without the parameter would fail on it, and its page says that it does not use the figures
        if self.figures is not None and "data" in notebook.parameters:
            values["data"] = f"../{OWN_DATA.as_posix()}"  # from the folder of notebooks, where kernels run
        if scenario is not None and "views" in notebook.parameters and self.views:
            values["views"] = self.statements_of(scenario.name)
        return values

    def as_record(self) -> Record:
        """Return own figures and statements for JSON."""
        figures = None if self.figures is None else {**vars(self.figures), "series": list(self.figures.series)}
        return {"data": figures, "views": [str(view) for view, _ in self.views]}


def settle_assumptions(
    snapshot: Snapshot, views: Iterable[str | Statement | Entry], notebooks: Sequence[Notebook]
) -> Assumptions:
    """Read the own figures and views of a report; each must reach at least one of its notebooks.

    Parameters
    ----------
    snapshot : Snapshot
        The workspace, with the own tables.
    views : iterable of str, Statement or Entry
    notebooks : sequence of Notebook
        Those of the report.

    Raises
    ------
    InputError
        If a text is no statement, a table breaks the format, or no notebook takes what was given.
    """
    figures = None if snapshot.tables is None else _own_figures(snapshot)
    stated = list(views)
    result = Assumptions(figures)
    if stated:  # reading them takes the models, which a report without views does not load
        from eastbound.ensemble.with_views import read_views

        result = Assumptions(figures, tuple(read_views(stated)))
    given = {"data": result.figures is not None, "views": bool(result.views)}
    for name in [name for name, present in given.items() if present]:
        if notebooks and not any(name in notebook.parameters for notebook in notebooks):
            message = (
                f"none of the notebooks declares the parameter `{name}`, so nothing would act; add `{name}` to the "
                "cell tagged `parameters`, as 10_trade does."
            )
            raise InputError(message)
    return result


def _own_figures(snapshot: Snapshot) -> OwnFigures:
    """Count the rows that the own tables add to the book or replace in it."""
    columns = ["series_id", "period", "value", "kind", "source_id", "locator"]
    books = [load_book(snapshot.folder, data=data).observations for data in (None, snapshot.tables)]
    # as text, because a missing value equals no other
    known, rows = (set(book[columns].astype(str).itertuples(index=False, name=None)) for book in books)
    new = rows - known
    assert snapshot.data is not None  # its tables have been copied
    return OwnFigures(snapshot.data.resolve().name, len(new), tuple(sorted({str(row[0]) for row in new})))


def price_texts(prices: Mapping[str, Sequence[Record]], scenario: str) -> list[str]:
    """Return a line on each view of a scenario: what it says, what held without it, and its price in words."""
    held = prices.get(scenario, ())
    if not held:
        return []
    from eastbound.ensemble.with_views import view_text

    return [text[0].upper() + text[1:] for text in map(view_text, held)]
