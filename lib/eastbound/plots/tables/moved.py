"""What moved in the headline numbers since the forecast that was kept last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound.catalogue import cards
from eastbound.evaluation.live import last_kept
from eastbound.language import _, mark
from eastbound.plots.bands import only, scenario_of
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.tables.headline import HeadlineRow, headline_rows
from eastbound.plots.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from eastbound.typing import Record

_NONE = mark("no earlier run")


def moved(ens: xr.Dataset, *, home: Path | None = None) -> Table | Text:
    """Tabulate the headline numbers beside those of the forecast that was kept last.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; the first scenario counts.
    home : Path, optional
        Workspace with the folder ``forecasts``; found by itself when not given.

    Returns
    -------
    Table or Text
        Columns quantity, earlier, now, change. Only forecasts of the baseline are kept, month by month, with
        ``eastbound forecast --keep``; without one of an earlier month, or under another scenario, a sentence says so.
    """
    part = only(ens, scenario_of(ens))
    month = str(ens.attrs["as_of"])[:7]
    comparable = str(part["scenario"].to_numpy()[0]) == "baseline"
    rows: list[dict[str, str]] = []
    months: set[str] = set()
    for row in headline_rows(part):
        subject = cards()[row.number.series].subject
        record = last_kept(subject, before=month, home=home) if comparable else None
        value = None if record is None else _value(record, row)
        if record is not None and value is not None:
            months.add(str(record["as_of"])[:7])
        rows.append(_row(row, value))
    if not months:
        words = _("No earlier run: no forecast of this scenario was kept in a month before {month}.", month=month)
        return Text((words,))
    frame = pd.DataFrame(rows, columns=["quantity", "earlier", "now", "change"])
    joined_months = ", ".join(sorted(months))
    return Table(frame, caption=_("Headline numbers since the run kept in {months}", months=joined_months))


def _row(row: HeadlineRow, earlier: float | None) -> dict[str, str]:
    cells = {"quantity": row.label, "now": row.text}
    if earlier is None:
        return {**cells, "earlier": _(_NONE), "change": numbers.NONE}
    unit = row.number.unit
    chance = row.number.kind != "median"
    before = numbers.probability(earlier / 100, row.number.mcse / 100) if chance else numbers.number(earlier, unit)
    return {**cells, "earlier": before, "change": numbers.signed(row.number.value - earlier, unit)}


def _value(record: Record, row: HeadlineRow) -> float | None:
    """Return the number of a kept forecast; forecasts of earlier versions lack the probabilities."""
    known = {item["name"]: item["value"] for item in record.get("headline", ())}
    if row.number.name in known:
        return float(known[row.number.name])
    series = next((item for item in record["series"] if item["id"] == row.number.series), None)
    if series is None or row.number.kind != "median":
        return None
    medians = {line["period"]: line["quantiles"]["0.5"] for line in series["rows"]}
    value = medians.get(str(row.number.year))
    return None if value is None else float(value)
