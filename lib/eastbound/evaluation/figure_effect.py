"""The effect of one figure on the forecast: the baseline simulated with and without it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound import catalogue
from eastbound.constants import QUICK_DRAWS
from eastbound.ensemble.aggregate import ratio_of
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import quantiles
from eastbound.evidence.choice import chosen
from eastbound.models import registry
from eastbound.scenarios.inputs import load_all_inputs

if TYPE_CHECKING:
    import xarray as xr

    from eastbound.evidence.book import Evidence

_LEVELS: Final = (0.1, 0.5, 0.9)
_SHOWN: Final = 3  # series named when the forecast of other series moves
_SCENARIO: Final = "baseline"


def figure_effect(before: Evidence, after: Evidence, series_id: str, *, home: Path | None = None) -> str:
    """Describe how the baseline forecast differs between two books that differ in a figure of one series.

    The random numbers are the same in both simulations, so a series that does not depend on the figure
    has the same draws to the last bit.

    Parameters
    ----------
    before, after : Evidence
        Two books of the same as-of date.
    series_id : str
        The series of the figure that was added or removed.
    home : pathlib.Path, optional
        The workspace with the parameters.

    Returns
    -------
    str
        Medians and 10-90 % intervals before and after of the series, or of those that moved most; or the
        reason why no forecast changes.

    Raises
    ------
    ModelError
        When a model cannot be fitted to one of the books.
    """
    inputs = load_all_inputs(registry.order(), home=home)
    unread = reference_only(series_id, inputs=inputs)
    if unread:
        return unread
    old, new = (simulate(_SCENARIO, book=book, draws=QUICK_DRAWS, home=home) for book in (before, after))
    moved = [str(name) for name in new.data_vars if not _same(old, new, str(name))]
    if not moved:
        return _why_nothing_moves(before, after, series_id)
    tables = {name: _compared(old, new, name) for name in moved}
    ranked = sorted(tables, key=lambda name: -_shift(tables[name]))
    shown = [series_id] if series_id in tables else ranked[:_SHOWN]
    lines = ["Forecast of the baseline before -> after, median (10-90 %):"]
    lines += [line for name in shown for line in _lines(name, tables[name], str(after.series["unit"].get(name, "")))]
    others = len(moved) - len(shown)
    return "\n".join([*lines, *([f"  {others} more series change"] if others else [])])


def _same(old: xr.Dataset, new: xr.Dataset, name: str) -> bool:
    return name in old and np.array_equal(old[name].to_numpy(), new[name].to_numpy(), equal_nan=True)


def reference_only(series_id: str, *, inputs: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Say that no model reads a series, and which figures count instead where its forecast is a sum or a ratio.

    Parameters
    ----------
    series_id : str
        An id of the catalogue.
    inputs : mapping of subject to mapping
        From `eastbound.scenarios.inputs.load_all_inputs`.

    Returns
    -------
    str or None
        None for a series that a model reads.

    Examples
    --------
    >>> reference_only("oil.espo1.deliveries", inputs=load_all_inputs(registry.order())).split("; ")[1]
    'this series is kept for reference. It follows from `oil.mohe.deliveries` and `oil.espo2.deliveries`: enter those.'
    """
    readers = registry.model_inputs(inputs)
    if series_id in readers:
        return None
    text = f"No forecast changes: no model reads `{series_id}`; this series is kept for reference."
    sources = catalogue.sums().get(series_id) or ratio_of(catalogue.card(series_id).aggregate) or ()
    links = " and ".join(f"`{source}`" for source in sources if source in readers)
    return f"{text} It follows from {links}: enter those." if links else text


def _why_nothing_moves(before: Evidence, after: Evidence, series_id: str) -> str:
    tables = [chosen(book, series_id)[["period", "value", "low", "high"]] for book in (before, after)]
    if tables[0].equals(tables[1]):
        return "No forecast changes: the choice rule prefers another figure of this period."
    return (
        f"No forecast changes: figures of other series already decide this period of `{series_id}`, or the period lies "
        "outside what its models read."
    )


def _compared(old: xr.Dataset, new: xr.Dataset, name: str) -> pd.DataFrame:
    """Return the quantiles of both by year; columns (book, level)."""
    tables = [
        quantiles(ens, name, levels=_LEVELS).pivot_table(index="period", columns="level", values="value")
        for ens in (old, new)
        if name in ens
    ]
    return pd.concat(tables, axis=1, keys=("before", "after")[-len(tables) :], join="inner")


def _shift(table: pd.DataFrame) -> float:
    """Return the largest change of a median in units of the interval before."""
    if "before" not in table:
        return 0.0
    width = (table["before", 0.9] - table["before", 0.1]).where(lambda widths: widths > 0)
    return float(((table["after", 0.5] - table["before", 0.5]).abs() / width).max())


def _lines(name: str, table: pd.DataFrame, unit: str) -> list[str]:
    years = dict.fromkeys([*table.index[:2], *table.index[-1:]])
    return [
        f"  {name} {year}: "
        + " -> ".join(_interval(table.loc[year, book]) for book in ("before", "after"))
        + f" {unit}"
        for year in years
    ]


def _interval(row: pd.Series) -> str:
    return f"{row[0.5]:.4g} ({row[0.1]:.4g}-{row[0.9]:.4g})"
