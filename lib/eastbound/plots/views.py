"""What stated beliefs make of a forecast, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from eastbound.constants import BANDS
from eastbound.ensemble import summary
from eastbound.ensemble.views import apply_views
from eastbound.errors import InputError, ModelError
from eastbound.plots.bands import LEVELS, bands, only, scenario_of, with_attrs, years_in
from eastbound.plots.style import canvas, marks
from eastbound.plots.style import numbers as fmt
from eastbound.plots.style.axes import finish_axes
from eastbound.plots.style.canvas import styled
from eastbound.scenarios.statements import Bound, Chance

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

NOW = "as forecast"


def belief_table(
    ens: xr.Dataset,
    series_id: str,
    *,
    between: tuple[float, float],
    at: int,
    beliefs: Sequence[float],
    book: Evidence | None = None,
) -> pd.DataFrame:
    """Return one year of a series as forecast and under beliefs that it lies in a band.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`; its first scenario is used.
    series_id : str
        A variable of the ensemble.
    between : (low, high)
        The band, in the unit of the series, both ends included.
    at : int
        The year; the last of the ensemble when it does not reach so far.
    beliefs : sequence of float
        Probabilities of the band, in [0, 1].
    book : Evidence, optional
        Gives the source line.

    Returns
    -------
    DataFrame
        Columns belief, stated, period, value, low_50 … high_95, defined, chance (of the band), mcse, kl (price, nats),
        ess (effective share of the draws), largest (weight times the number of draws), refused (why a belief cannot be
        had from the draws; its numbers are missing). The first row is the forecast as it is.
    """
    name = scenario_of(ens)
    year = years_in(ens, [at])[0]
    flows = summary.ratio_of(str(summary.variable(ens, series_id).attrs["aggregate"])) or ()
    part = only(ens, name)[[series_id, *flows]]
    low, high = between
    rows = [
        {
            "belief": NOW,
            "stated": np.nan,
            "kl": 0.0,
            "ess": 1.0,
            "largest": 1.0,
            **_year(part, series_id, year, between),
        }
    ]
    for stated in beliefs:
        view = Chance(series_id, (Bound(">=", low), Bound("<=", high)), str(year), "=", stated)
        row = {"belief": f"{100 * stated:g} % believed", "stated": stated, "period": str(year)}
        try:
            tilted = apply_views(part, view)
        except (InputError, ModelError) as error:
            rows.append({**row, "refused": str(error)})
            continue
        record = tilted.attrs["views"][-1]
        price = {"kl": record["kl"], "ess": record["ess"], "largest": record["largest"] * part.sizes["draw"]}
        rows.append({**row, **price, **_year(tilted, series_id, year, between)})
    table = pd.DataFrame(rows).assign(refused=[str(row.get("refused", "")) for row in rows])
    table = with_attrs(table, ens, series_id, figure="belief", scenario=name, book=book)
    table.attrs["between"] = between
    return table


def _year(ens: xr.Dataset, series_id: str, year: int, between: tuple[float, float]) -> dict[str, object]:
    row = bands(summary.quantiles(ens, series_id, levels=LEVELS)).set_index("period").loc[str(year)]
    inside = [
        summary.exceedance(ens, series_id, edge, at=year, op=op) for edge, op in zip(between, (">=", ">"), strict=True)
    ]
    chance = float(inside[0]["probability"].iloc[0] - inside[1]["probability"].iloc[0])
    mcse = max(float(one["mcse"].iloc[0]) for one in inside)
    return {"period": str(year), **row.drop(["scenario", "x"]), "chance": chance, "mcse": mcse}


@styled
def beliefs(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw one year of a series as forecast and under beliefs.

    Parameters
    ----------
    table : DataFrame
        From `belief_table`; beliefs that were refused are named and left empty.
    ax : Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    Axes
    """
    ax = canvas.new_axes(ax)
    low, high = table.attrs["between"]
    marks.target_band(ax, low, high, text=f"the band, {fmt.interval(low, high, table.attrs['unit'])}")
    names = []
    for k, (color, (_, row)) in enumerate(zip(canvas.palette(len(table)), table.iterrows(), strict=True)):
        if row["refused"]:
            names.append(f"{row['belief']}\noutside the model")
            continue
        marks.interval(ax, k, row, color=color)
        names.append(f"{row['belief']}\n{fmt.probability(row['chance'], row['mcse'])} inside, {row['kl']:.2f} nats")
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.5, len(names) - 0.5)
    finish_axes(ax, table, title=f"{table.attrs['label']} in {table['period'].iloc[0]}", time=False)
    ax.set_xlabel(f"belief in the band; bars are the central {BANDS[2]}, {BANDS[1]} and {BANDS[0]} % intervals")
    return ax
