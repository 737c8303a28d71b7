"""Table of the causal claims of the source articles, for the evidence page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.evidence.claims import causal_claims
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def claim_table(book: Evidence) -> Table:
    """Return the causal claims of the source articles: sign, size, and what carries them in the models.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        Columns claim (driver and target), sign, size, when, told by, carried by (file and key, or that none is),
        judgement and sign tested on.
    """
    claims = causal_claims(book)
    rows = claims.to_dict("records")
    frame = pd.DataFrame(
        {
            "claim": claims["driver"] + " → " + claims["target"],
            "sign": claims["sign"].map({"+": "+", "-": "−"}),
            "size": claims["magnitude"],
            "when": claims["lag"],
            "told by": [_publishers(book, text) for text in claims["sources"]],
            "carried by": [row["carrier"].removeprefix("params/") or row["status"] for row in rows],
            "judgement": claims["judgement"],
            "sign tested on": [f"{row['contrast']}: {row['series']}" if row["contrast"] else fmt.NONE for row in rows],
        }
    )
    return Table(frame, "Causal claims of the source articles, and the parameters that carry them")


def _publishers(book: Evidence, sources: str) -> str:
    return "; ".join(str(book.sources["publisher"][source]) for source in sources.split())
