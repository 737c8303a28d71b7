"""Dated capacities of pipelines, ports and plants, with the kind of each figure."""

from __future__ import annotations

from typing import Final

import pandas as pd

from eastbound.evidence.book import Evidence

# A claim comes from a digest that names no source: context, never an input.
KINDS: Final = ("capacity", "contract", "plan", "projection", "claim")
_AMOUNTS: Final = ("capacity", "capacity_nameplate", "china_side_capacity", "trunk_capacity", "contract")
_WORDS: Final = ("china_regas_capacity", "storage_working")
_YEARLY: Final = ("bcm", "Mt", "kt")


def capacities(book: Evidence) -> pd.DataFrame:
    """Return the published capacities and contract volumes of energy systems by date.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        Columns `series_id, since` (as written), `value` (per year, in `unit`), `unit, kind,
        source_id, note`, sorted by series and day. Several prints of one amount on one day stay
        separate rows, because each has its own source.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = capacities(load_evidence("2026-10-30"))
    >>> table[table["series_id"] == "oil.espo1.capacity_nameplate"]["value"].tolist()
    [30.0, 80.0, 80.0, 80.0]
    """
    rows = book.observations
    last = rows["series_id"].str.rpartition(".")[2]
    energy = rows["series_id"].str.match(r"(gas|oil|lng|lpg)\.")
    table = rows[energy & last.isin((*_AMOUNTS, *_WORDS)) & rows["kind"].isin(KINDS) & rows["unit"].isin(_YEARLY)]
    table = table.sort_values(["series_id", "start", "value"], kind="stable").rename(columns={"period": "since"})
    return table[["series_id", "since", "value", "unit", "kind", "source_id", "note"]].reset_index(drop=True)
