"""Text table of charts that compare scenarios: one row a scenario, one column a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.plots.sentences import level_cell
from eastbound.plots.style import numbers

if TYPE_CHECKING:
    from eastbound.plots.chart import Chart


def level_rows(chart: Chart) -> pd.DataFrame:
    """Return medians with the central 80 %."""
    return _rows(chart, change=False)


def change_rows(chart: Chart) -> pd.DataFrame:
    """Return signed differences with the central 80 %."""
    return _rows(chart, change=True)


def signed_cell(row: pd.Series, unit: str) -> str:
    """Return a signed difference with its central 80 %."""
    low, high = numbers.signed(row["low_80"], unit), numbers.signed(row["high_80"], unit)
    return f"{numbers.signed(row['value'], unit)} ({numbers.between(low, high)})"


def _rows(chart: Chart, *, change: bool) -> pd.DataFrame:
    cell = signed_cell if change else level_cell
    rows = []
    for _, part in chart.table.groupby("scenario", sort=False):
        row = {"scenario": str(part["title"].iloc[0])}
        row |= {str(line["period"]): cell(line, chart.facts.unit) for _, line in part.iterrows()}
        rows.append(row)
    return pd.DataFrame(rows).fillna(numbers.NONE)
