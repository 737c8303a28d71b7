"""Tables of named numbers, which index pages and other programs pick up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from eastbound.plots.table import Table


def results_table(rows: Sequence[Mapping[str, Any]], *, caption: str) -> Table:
    """Return named numbers as a table that emits each of them.

    Parameters
    ----------
    rows : sequence of mappings
        Keys name, label, value (unrounded), unit, text (as people read it) and range.
    caption : str

    Examples
    --------
    >>> row = {"name": "x", "label": "Trade", "value": 228.1, "unit": "USD_bn", "text": "228", "range": "220–235"}
    >>> table = results_table([row], caption="One number")
    >>> table.results[0]["note"], table.frame.iloc[0].tolist()
    ('Trade', ['Trade', '228', '220–235'])
    """
    frame = pd.DataFrame(
        [(row["label"], row["text"], row["range"]) for row in rows], columns=["quantity", "value", "range"]
    )
    records = [
        {**{key: row[key] for key in ("name", "unit", "text")}, "value": float(row["value"]), "note": row["label"]}
        for row in rows
    ]
    return Table(frame, caption=caption, results=tuple(records))
