"""What the branches of the scenario tree move: headline medians in the draws of each, the largest effect first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from eastbound.catalogue import cards
from eastbound.ensemble import summary
from eastbound.ensemble.with_views import held_text
from eastbound.language import _
from eastbound.plots.bands import only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.reporting import load_reporting
from eastbound.scenarios.tree import OTHER

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

_VARIABLE: Final = "branch."
_LEAST: Final = 3.0  # fewer standard errors come about by chance in a table of a hundred differences
_ERROR_OF_MEDIAN: Final = 1.2533  # the standard error of a median over that of a mean, of a normal distribution


def branches(ens: xr.Dataset, *, scenario: str | None = None, home: Path | None = None) -> Table:
    """Tabulate the branches of every open axis: probability, and what the headline medians are in their draws.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    scenario : str, optional
        Its name; default is the first of the ensemble.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        Columns branch, probability, and a column per headline median that some branch moves, with the difference from
        all draws in its unit; a dash where that is below three standard errors. The largest difference comes first;
        branches without any are counted in the last row.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), draws=256, until=2030)
    >>> branches(ens).frame.columns[:2].tolist()
    ['branch', 'probability']
    """
    chosen = only(ens, scenario_of(ens, scenario))
    medians = [entry for entry in load_reporting(home).headline if entry.series and entry.year]
    columns = {
        _head(str(entry.series), year): (str(entry.series), year)
        for entry in medians
        for year in years_in(chosen, [int(entry.year or 0)])
        if entry.series in ens
    }
    rows = sorted(_rows(chosen, columns, home), key=lambda row: -row["size"])
    movers = [row for row in rows if row["size"]]
    moved = [label for label in columns if any(row[label] != numbers.NONE for row in movers)]
    shown = [{name: row[name] for name in ("branch", "probability", *moved)} for row in movers]
    if still := len(rows) - len(movers):
        shown.append(
            {"branch": _("{count} more branches", count=still), "probability": "", **dict.fromkeys(moved, numbers.NONE)}
        )
    frame = pd.DataFrame(shown, columns=["branch", "probability", *moved])
    caption = _("Branches of the scenario tree, and the difference that each makes to the median")
    return Table(frame, caption_with(caption, held_text(ens)))


def _rows(ens: xr.Dataset, columns: dict[str, tuple[str, int]], home: Path | None) -> Iterator[dict[str, Any]]:
    values = {
        label: summary.annual(ens, series).sel(year=year).to_numpy()[0] for label, (series, year) in columns.items()
    }
    for variable in map(str, ens.data_vars):
        if not variable.startswith(_VARIABLE):
            continue
        picks = ens[variable].to_numpy()[0]
        for index, name in enumerate(ens[variable].attrs["branches"]):
            holds = picks == index
            if not holds.any() or holds.all():
                continue
            row: dict[str, Any] = {"branch": _title(name, home)}
            share = float(holds.mean())
            row["probability"] = numbers.share_of_futures(share, holds.size)
            sizes = []
            for label, (series, _key) in columns.items():
                row[label], size = _difference(values[label], holds, unit=cards()[series].unit)
                sizes.append(size)
            yield {**row, "size": max(sizes, default=0.0)}


def _head(series: str, year: int) -> str:
    card = cards()[series]
    return _("{label} in {year}, {unit}", label=_(card.label), year=year, unit=numbers.points(card.unit))


def _title(name: str, home: Path | None) -> str:
    return _("none of these") if name == OTHER else _(load_scenario(name, home=home).title)


def _difference(values: np.ndarray, holds: np.ndarray, *, unit: str) -> tuple[str, float]:
    """Return the difference of the medians as text, and its size in standard deviations; none within the error."""
    known = values[np.isfinite(values)]
    inside = values[holds & np.isfinite(values)]
    if len(inside) < 2 or not known.std():
        return numbers.NONE, 0.0
    change = float(np.median(inside) - np.median(known))
    error = _ERROR_OF_MEDIAN * float(known.std()) / np.sqrt(len(inside))
    if abs(change) < _LEAST * error:
        return numbers.NONE, 0.0
    return numbers.signed(change, unit), abs(change) / float(known.std())
