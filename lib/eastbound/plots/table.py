"""Define `Table`: a table of a page with its caption and the notes of its observed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from eastbound.english import english_words
from eastbound.language import ENGLISH, _, current, original
from eastbound.plots import display
from eastbound.plots.export import save_frame
from eastbound.plots.words import joined, worded


def caption_with(caption: str, held: str) -> str:
    """Return the caption of a table, followed by the views that its numbers hold.

    Parameters
    ----------
    caption : str
    held : str
        From `eastbound.ensemble.with_views.held_text`; may be empty.

    Examples
    --------
    >>> caption_with("In numbers", "View held: set trade.damping = 0.8.")
    'In numbers. View held: set trade.damping = 0.8.'
    """
    return joined(_("{text}.", text=caption), held) if held else caption


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Hold a table of strings that shows itself as the last expression of a notebook cell.

    Parameters
    ----------
    frame : DataFrame of str
        The first column heads the rows. Cells that begin with a digit are right-aligned. Constant heads are English,
        as in `eastbound.plots.words`, and translated when the table is shown.
    caption : str
        What the table shows.
    observed : sequence of mappings
        Notes of observed values by cell, see `eastbound.plots.citations`.
    raw : sequence of str
        Columns that hold HTML written by this package; all others are escaped.
    english : sequence of str
        Columns of names, notes and verdicts of the evidence, which every edition shows in English and marks as such.
    results : sequence of mappings
        Named numbers that index pages pick up: name, value, unit, note and text, see `headline`.

    Examples
    --------
    >>> Table(pd.DataFrame({"year": ["2030"], "median": ["71 %"]}), caption="China's share")
    China's share
    year median
    2030   71 %
    """

    frame: pd.DataFrame
    caption: str
    observed: Sequence[Mapping[str, Any]] = ()
    raw: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    results: Sequence[Mapping[str, Any]] = ()

    def save(self, path: str | Path) -> Path:
        """Write the table as ``.csv`` or ``.xlsx``, and return the path.

        Raises
        ------
        InputError
            If the ending is neither of the two.
        """
        return save_frame(display.without_markup(self.frame, self.raw), Path(path), formats=(".csv", ".xlsx"))

    def __repr__(self) -> str:
        """Return the caption and the table as plain text, without columns of HTML."""
        return f"{self.caption}\n{self.frame.drop(columns=list(self.raw)).to_string(index=False)}"

    def _ipython_display_(self) -> None:
        heads = {column: worded(str(column)) for column in self.frame}
        english = () if current() == ENGLISH else self.english
        marked = self.frame.assign(**{column: self.frame[column].map(_marked) for column in english})
        raw = [heads[column] for column in (*self.raw, *english)]
        frame = marked.rename(columns=heads)
        display.table(frame, caption=self.caption, raw=raw, observed=self.observed, text=repr(self))
        for record in self.results:
            display.result(record)


def _marked(cell: str) -> str:
    """Return a cell as HTML that says where it is English; a number or a translated word stays as it is."""
    return original(cell) if english_words(cell) else escape(cell)
