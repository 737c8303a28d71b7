"""Define `Text`: sentences of a page that are computed."""

from __future__ import annotations

from dataclasses import dataclass

from eastbound.plots import display
from eastbound.plots.words import joined


@dataclass(frozen=True)
class Text:
    """Hold sentences that show themselves as one paragraph, as the last expression of a notebook cell.

    Parameters
    ----------
    sentences : tuple of str
        In order, each with its full stop.

    Examples
    --------
    >>> Text(("Trade grows.", "The share stays."))
    Trade grows. The share stays.
    """

    sentences: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the paragraph."""
        return joined(*self.sentences)

    def _ipython_display_(self) -> None:
        display.paragraph(repr(self))
