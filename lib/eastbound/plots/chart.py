"""Define `Chart`: one figure with its numbers, its drawing, its sentence, its text alternative and its table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes

from eastbound.language import _
from eastbound.plots import display
from eastbound.plots.export import csv_link, save_figure, save_frame
from eastbound.plots.hover import Point, hover_layer
from eastbound.plots.style import canvas
from eastbound.plots.table import Table, caption_with
from eastbound.plots.words import joined


@dataclass(frozen=True)
class Facts:
    """State what the axes, the footer and the sentences of a chart repeat.

    Parameters
    ----------
    title : str
        Above the axes and in the caption of the table.
    label : str
        Name of the series or subject.
    unit : str
        Unit id such as ``"USD_bn"``.
    footer : str
        Last data date, as-of date and source.
    scenario : str
        Title of the scenario; empty when the chart shows several or none.
    aggregate : str
        How months become years: ``"sum"`` marks a flow, whose axis reads "a year".
    freq : str
        ``"Y"`` or ``"M"``.
    draws : int
        Size of the simulation; 0 without one.
    held : str
        The views that the simulation holds, with their price; empty without any.
    """

    title: str
    label: str
    unit: str
    footer: str
    scenario: str = ""
    aggregate: str = ""
    freq: str = "Y"
    draws: int = 0
    held: str = ""


@dataclass(frozen=True)
class Form:
    """Bundle what charts of one kind share.

    Parameters
    ----------
    name : str
        The kind in words, such as ``mark("Fan chart with 50, 80 and 95 % bands")``; opens the text alternative.
    draw : callable (Axes, Chart) -> None
        Draws on the axes; the chart brings title, labels, scenario and footer itself where `finish` is called.
    caption : callable (Chart) -> str
        One or two sentences that state the main numbers.
    text_table : callable (Chart) -> DataFrame
        The numbers as strings, one row per year, scenario or case.
    size : (width, height)
        Of a new figure, in inches.
    points : callable (Chart) -> iterable of `eastbound.plots.hover.Point`, optional
        The values that a page shows under the pointer; a table over time needs none.
    english : sequence of str
        Columns of the text table that stay English, as in `Table`.
    """

    name: str
    draw: Callable[[Axes, Chart], None]
    caption: Callable[[Chart], str]
    text_table: Callable[[Chart], pd.DataFrame]
    size: tuple[float, float] = canvas.SIZE
    points: Callable[[Chart], Iterable[Point]] | None = None
    english: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Chart:
    """Hold one figure: the value that every chart function returns.

    As the last expression of a notebook cell it shows itself with its caption, text alternative and source, and with
    its table beneath when made by `with_table`.

    Parameters
    ----------
    table : DataFrame
        The numbers that are drawn, unrounded.
    facts : Facts
    form : Form
    options : mapping
        What the caller chose, such as ``{"threshold": 300.0}``; drawing and caption read the same value.
    observed : sequence of mappings
        Notes of the observed values that the caption mentions, see `eastbound.plots.citations`.
    rows : sequence of int, optional
        Years of the table shown beneath the figure; empty for all of them, None for no table.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2025-12-31"), until=2027, quick=True)
    >>> chart = eb.plots.fan(ens, "trade.china_russia.total", threshold=300)
    >>> chart.caption().startswith("In 2027 the median is")
    True
    >>> sorted(chart.table["period"])
    ['2025', '2026', '2027']
    """

    table: pd.DataFrame
    facts: Facts
    form: Form
    options: Mapping[str, Any] = field(default_factory=dict)
    observed: Sequence[Mapping[str, Any]] = ()
    rows: tuple[int, ...] | None = None

    def draw(self, ax: Axes | None = None) -> Axes:
        """Draw the chart and leave matplotlib's settings as they were.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; new axes by default.

        Returns
        -------
        Axes
        """
        with matplotlib.rc_context(canvas.style()):
            ax = canvas.new_axes(ax, size=self.form.size)
            self.form.draw(ax, self)
            return ax

    def caption(self) -> str:
        """Return one or two sentences with the main numbers of the chart."""
        return joined(self.form.caption(self), self.facts.held)

    def alt_text(self) -> str:
        """Return the text alternative: the kind of chart, its subject, its span in time and its caption."""
        scenario = _(", scenario {title}", title=self.facts.scenario) if self.facts.scenario else ""
        subject = f"{self.facts.label}{scenario}{self._span()}"
        return _("{kind}: {subject}. {caption}", kind=_(self.form.name), subject=subject, caption=self.caption())

    def text_table(self, at: Sequence[int] = ()) -> pd.DataFrame:
        """Return the numbers as strings for people, rounded to what their Monte-Carlo error allows.

        Parameters
        ----------
        at : sequence of int
            Years to show where the chart has them; without any, or when it has none of them, all years.

        Returns
        -------
        DataFrame of str
        """
        table = self.table
        if at and "period" in table:
            years = {str(year) for year in at} & set(table["period"].astype(str))
            table = table[table["period"].isin(years)] if years else table
        return self.form.text_table(replace(self, table=table))

    def with_table(self, at: Sequence[int] = ()) -> Chart:
        """Return the same chart, which shows its table beneath the figure.

        Parameters
        ----------
        at : sequence of int
            As for `text_table`.
        """
        return replace(self, rows=tuple(at))

    def as_table(self, at: Sequence[int] = ()) -> Table:
        """Return the text table as a table of the page, without the figure.

        Parameters
        ----------
        at : sequence of int
            As for `text_table`.
        """
        scenario = f" ({self.facts.scenario})" if self.facts.scenario else ""
        caption = caption_with(f"{self.facts.title}{scenario}", self.facts.held)
        return Table(self.text_table(at), caption=caption, english=self.form.english)

    def save(self, path: str | Path) -> Path:
        """Write the figure (``.png``, ``.svg``) or its numbers (``.csv``, ``.xlsx``).

        Parameters
        ----------
        path : str or Path
            Its ending chooses the format.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        InputError
            If the ending is none of the four.
        """
        path = Path(path)
        if path.suffix in (".png", ".svg"):
            figure = self.draw().get_figure(root=True)
            assert figure is not None  # axes are never without a figure here
            return save_figure(figure, path)
        return save_frame(self.table, path, formats=(".png", ".svg", ".csv", ".xlsx"))

    def __repr__(self) -> str:
        """Return the text alternative, so that a terminal shows what the chart says."""
        return self.alt_text()

    def _ipython_display_(self) -> None:
        link = csv_link(self.table, self.facts.title)
        notes: Any = {"alt": self.alt_text(), "caption": self.caption(), "observed": self.observed, "download": link}
        display.figure(self.draw(), layer=partial(hover_layer, self), **notes)
        if self.rows is not None and len(self.table):
            self.as_table(self.rows)._ipython_display_()

    def _span(self) -> str:
        if self.table.empty or "period" not in self.table:
            return ""
        periods = self.table["period"].astype(str)
        first, last = periods.min(), periods.max()
        if first == last:
            return _(", in {period}", period=first)
        return _(", from {first} to {last}", first=first, last=last)
