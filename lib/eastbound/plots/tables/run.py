"""What a page rests on: scenario, as-of date, last data, draws, seed, views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from eastbound.constants import QUICK_DRAWS
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark
from eastbound.plots.bands import titles
from eastbound.plots.table import Table
from eastbound.plots.words import dated

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
    quick = _(" (a quick look, not for publication)") if ens.attrs["draws"] <= QUICK_DRAWS else ""
    first = ens["period"].dt.strftime("%Y-%m").to_numpy()[0]
    rows = {
        mark("scenario"): title,
        **({mark("compared with"): ", ".join(others)} if others else {}),
        mark("evidence published up to"): dated(str(book.as_of)),
        mark("vintage"): _("data as of that date, today's assumptions"),
        mark("draws and seed"): _("{draws} and {seed}", draws=f"{ens.attrs['draws']}{quick}", seed=ens.attrs["seed"]),
        mark("simulated"): _("{first} to {last}, monthly", first=dated(first), last=dated(f"{ens.attrs['until']}-12")),
    }
    held = held_text(ens)
    if held:
        rows[mark("views")] = held
    frame = pd.DataFrame({"item": [_(item) for item in rows], "this page": list(rows.values())})
    return Table(frame, caption=_("What this page rests on"))
