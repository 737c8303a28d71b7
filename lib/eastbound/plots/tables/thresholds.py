"""Probabilities of levels: in one year, and in at least one year by then, side by side so that nobody mixes them up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound.ensemble import summary
from eastbound.ensemble.forecast_rows import YEARS
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import label_of, only, scenario_of, years_in
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.scenarios.reporting import load_reporting

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

_CAPTION: Final = mark(
    "Probability of a level: in a year, and in at least one year by then (Monte-Carlo error at most {error} points)"
)


def threshold_table(ens: xr.Dataset, series_ids: Iterable[str], *, home: Path | None = None) -> Table:
    """Tabulate the probability that each level of ``params/reporting.yml`` is reached.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    series_ids : iterable of str
        Series with thresholds in that file.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        A row per level; for each year the probability of that level in the year itself ("in") and of at least one
        year at that level by its end ("by"). Both count annual figures.

    Examples
    --------
    >>> import eastbound as eb
    >>> ens = eb.simulate("baseline", book=eb.load_evidence("2026-10-30"), until=2030, quick=True)
    >>> threshold_table(ens, ["trade.china_russia.total"]).frame.columns.tolist()
    ['level', 'in 2030', 'by 2030']
    """
    part = only(ens, scenario_of(ens))
    years = years_in(part, YEARS)
    reporting = load_reporting(home)
    rows, errors = [], []
    for name in series_ids:
        levels = reporting.thresholds_of(name)
        within = summary.exceedance(part, name, levels, at=years)
        passed = summary.first_passage(part, name, levels)
        errors += [within["mcse"].max(), passed["mcse"].max()]
        card = summary.variable(part, name).attrs
        label = label_of(part, name)
        for level in levels:
            row = {"level": _("{name}: {level} or more", name=label, level=numbers.level(level, card["unit"]))}
            for year in years:
                row[_("in {year}", year=year)] = _cell(within, "probability", level=level, year=year)
                row[_("by {year}", year=year)] = _cell(passed, "by", level=level, year=year)
            rows.append(row)
    largest = numbers.fixed(100 * max(errors, default=0.0), 1)
    caption = _(_CAPTION, error=largest)
    return Table(pd.DataFrame(rows), caption=caption_with(caption, held_text(ens)))


def _cell(table: pd.DataFrame, column: str, *, level: float, year: int) -> str:
    row = table[(table["threshold"] == level) & (table["period"] == str(year))].iloc[0]
    return numbers.probability(float(row[column]), float(row["mcse"]))
