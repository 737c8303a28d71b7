"""What a page rests on: scenario, as-of date, last data, draws, seed, views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound.constants import QUICK_DRAWS
from eastbound.ensemble.with_views import held_text
from eastbound.plots.bands import titles
from eastbound.plots.table import Table

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def run(ens: xr.Dataset, *, book: Evidence) -> Table:
    """Tabulate what a page rests on: scenarios, as-of date, draws, seed and the views that hold.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
        The evidence of the simulation.

    Returns
    -------
    Table
        Columns item, this page.
    """
    title, *others = titles(ens).values()
    quick = " (a quick look, not for publication)" if ens.attrs["draws"] <= QUICK_DRAWS else ""
    rows = {
        "scenario": title,
        **({"compared with": ", ".join(others)} if others else {}),
        "evidence published up to": str(book.as_of),
        "vintage": "data as of that date, today's assumptions",
        "draws and seed": f"{ens.attrs['draws']}{quick} and {ens.attrs['seed']}",
        "simulated": f"{ens['period'].dt.strftime('%Y-%m').to_numpy()[0]} to {ens.attrs['until']}-12, monthly",
    }
    held = held_text(ens)
    if held:
        rows["views"] = held
    return Table(
        pd.DataFrame({"item": list(rows), "this page": list(rows.values())}), caption="What this page rests on"
    )
