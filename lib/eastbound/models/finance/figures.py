"""Dated figures with their errors, as the finance model reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from eastbound.evidence.choice import chosen
from eastbound.models.observations import ordinals
from eastbound.typing import Floats

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_KINDS: Final = ("observed", "estimate", "plan")
_NARROW: Final = 4.0  # a range is taken as four standard deviations wide


class Figures(NamedTuple):
    """Figures of a series, oldest first, one a period.

    Parameters
    ----------
    month : array, shape (n,)
        Ordinal of the last month of each period; the middle of it for a flow or a mean.
    value : array, shape (n,)
        The figure, or the middle of its range where none is printed.
    sd : array, shape (n,)
        A quarter of the range, zero where none is stated.
    """

    month: Floats
    value: Floats
    sd: Floats


def figures(book: Evidence, series: str, *, middle: bool = False) -> Figures:
    """Return the figures of a series that a model can use.

    Parameters
    ----------
    book : Evidence
    series : str
    middle : bool
        Date a figure at the middle of its period rather than at its end.

    Returns
    -------
    Figures

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> result = figures(load_evidence("2026-10-30"), "payments.china_russia.commission")
    >>> result.value.tolist(), result.sd.tolist()
    ([4.0, 3.0, 2.5], [0.5, 0.25, 0.25])
    """
    rows = chosen(book, series, kinds=_KINDS).sort_values("end", kind="stable")
    value = rows["value"].fillna((rows["low"] + rows["high"]) / 2.0)
    # two statements at one date: the one that the choice rule ranks by period comes first, so the last row is kept
    last = ~pd.Series(ordinals(rows["end"]), index=rows.index).duplicated(keep="last")
    rows, value = rows[last & value.notna()], value[last & value.notna()]
    month = ordinals(rows["end"]).astype(float)
    if middle:
        month = (month + ordinals(rows["start"])) / 2.0
    width = (rows["high"] - rows["low"]).fillna(0.0).to_numpy(float)
    return Figures(month, value.to_numpy(float), width / _NARROW)


def known(dated: Figures) -> bool:
    """Return whether there is any figure."""
    return bool(np.size(dated.value))
