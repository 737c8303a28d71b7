"""Where past forecasts beat a random walk, and where they lost to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from eastbound.evaluation.counted import counted
from eastbound.language import _
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table
from eastbound.plots.verification import series_label, years_ahead
from eastbound.plots.words import worded

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_FAR: Final = 3  # years ahead from which on horizons are pooled
_WALKS: Final = {"walk": "crps_walk", "walk with drift": "crps_reference"}


def wins_and_losses(tables: Sequence[pd.DataFrame], *, book: Evidence) -> Table:
    """Tabulate mean scores beside those of two random walks, the losses first.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`, one per subject.
    book : Evidence

    Returns
    -------
    Table
        Columns series, years ahead, outcomes, CRPS, walk (without drift), walk with drift, and best: who was
        closest. Rows are sorted by the ratio of our score to the better walk's, the worst first; only
        outcomes that all three forecast count, and near-duplicate origins count once.
    """
    rows = sorted((row for table in tables for row in _rows(table)), key=lambda row: -row["ratio"])
    lines = [
        {
            "series": series_label(book, row["series_id"]),
            "years ahead": years_ahead(row["ahead"], last=_FAR),
            "outcomes": str(row["outcomes"]),
            "CRPS": fmt.fixed(row["crps"], 3),
            **{name: fmt.fixed(row[name], 3) for name in _WALKS},
            "best": worded(row["best"]),
            "against the better walk": fmt.signed(1 - row["ratio"]),
        }
        for row in rows
    ]
    columns = ["series", "years ahead", "outcomes", "CRPS", *_WALKS, "best", "against the better walk"]
    return Table(pd.DataFrame(lines, columns=columns), _("Mean scores against two random walks, losses first"))


def _rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    scored = counted(table)
    paired = scored[scored[list(_WALKS.values())].notna().all(axis=1)] if len(scored) else scored
    if paired.empty:
        return
    ahead = paired["horizon"].astype(int).clip(upper=_FAR)
    for (series_id, years), part in paired.groupby([paired["series_id"], ahead]):
        walks = {name: float(part[column].astype(float).mean()) for name, column in _WALKS.items()}
        own, better = float(part["crps"].astype(float).mean()), min(walks, key=lambda name: walks[name])
        yield {
            "series_id": str(series_id),
            "ahead": int(str(years)),
            "outcomes": len(part),
            "crps": own,
            **walks,
            "best": "this suite" if own <= walks[better] else better,
            "ratio": own / walks[better],
        }
