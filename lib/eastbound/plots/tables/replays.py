"""Table of past shocks and other events of the baseline, repeated next year one at a time and together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound.catalogue import cards
from eastbound.ensemble.aggregate import ratio_of, variable
from eastbound.language import _, digits, mark
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots.style import numbers
from eastbound.plots.table import Table
from eastbound.plots.words import worded
from eastbound.risk.stress import JOINT, simulate_stresses, stress_table

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence
_CAPTION = mark("Past shocks at the size they had, and other events at their reference size, from January {year}")


def replays(
    ens: xr.Dataset,
    series: Sequence[str] = (TRADE_TOTAL, CHINA_SHARE),
    *,
    book: Evidence,
    years: int = 1,
) -> Table:
    """Tabulate what past shocks would change if they came again in January of the next year.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; gives draws, seed and horizon of the runs made here, and the series must be in it.
    series : sequence of str
        What is affected.
    book : Evidence
        The evidence of the ensemble.
    years : int
        How many years of the effect are shown, from the year of the shock.

    Returns
    -------
    Table
        One row an event, replays of past shocks first and all losses together last; for each series and year the median
        effect with its central 80 %, in percent of the baseline or in percentage points of a share.

    Examples
    --------
    >>> import eastbound as eb
    >>> book = eb.load_evidence("2026-10-30")
    >>> ens = eb.simulate("baseline", book=book, draws=256, until=2030)
    >>> replays(ens, ["trade.china_russia.total"], book=book).frame["event"].iloc[0]
    'Oil slump of 2014'
    """
    flows = [flow for name in series for flow in ratio_of(str(variable(ens, name).attrs["aggregate"])) or ()]
    stressed = simulate_stresses(ens, [*series, *flows], book=book)
    first = book.as_of.year + 1
    shown = [year for year in range(first, first + years) if year <= int(ens.attrs["until"])]
    table = stress_table(stressed, list(series), at=shown)
    order = table.assign(rank=[2 if name == JOINT else 0 if past else 1 for name, past in _keys(table)])
    rows = []
    for _key, part in order.sort_values("rank", kind="stable").groupby("stress", sort=False):
        event = str(part["replay"].iloc[0] or part["title"].iloc[0])
        row = {"event": _(event)}
        for _index, line in part.iterrows():
            row[_head(line)] = _cell(line)
        rows.append(row)
    caption = _(_CAPTION, year=first)
    return Table(pd.DataFrame(rows), caption=caption)


def _keys(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["stress"], table["replay"], strict=True))


def _cell(line: pd.Series) -> str:
    if abs(float(line["low"])) < 0.05 and abs(float(line["high"])) < 0.05:
        return _("none")
    middle, low, high = (_signed(float(line[name])) for name in ("median", "low", "high"))
    return _("{value} ({span})", value=middle, span=numbers.between(low, high))


def _signed(change: float) -> str:
    return digits(f"{change:+.1f}".replace("-", numbers.MINUS))


def _head(line: pd.Series) -> str:
    label = _(cards()[line.series_id].label)
    return _("{label} in {year}, {unit}", label=label, year=line["period"], unit=worded(line["unit"]))
