"""Table of the causal claims of the source articles, for the evidence page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from eastbound.catalogue import cards
from eastbound.evidence.causal_claims import causal_claims
from eastbound.language import _, mark
from eastbound.plots.style import numbers as fmt
from eastbound.plots.table import Table

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_LISTS: Final = ("events", "milestones", "systems", "crossings")
_CAPTION: Final = mark("Causal claims of the source articles, and the parameters that carry them")
_TEXTS: Final = ("claim", "size, when", "carried by", "judgement", "sign tested on")  # of the articles and of params


def causal_claim_table(book: Evidence) -> Table:
    """Return the causal claims of the source articles: sign, size, and what carries them in the models.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    Table
        Columns claim (driver and target), sign, size and when, told by, carried by (file and entry, or that none is),
        judgement and sign tested on. `eastbound data causal-claims` prints the full key of each carrier.
    """
    claims = causal_claims(book)
    rows = claims.to_dict("records")
    frame = pd.DataFrame(
        {
            "claim": claims["driver"] + " → " + claims["target"],
            "sign": claims["sign"].map({"+": "+", "-": "−"}),
            "size, when": [", ".join(filter(None, (row["magnitude"], row["lag"]))) for row in rows],
            "told by": [_publishers(book, text) for text in claims["sources"]],
            "carried by": [_carrier(row["carrier"]) or row["status"] for row in rows],
            "judgement": claims["judgement"],
            "sign tested on": [_tested(row["contrast"], row["series"]) for row in rows],
        }
    )
    return Table(frame, _(_CAPTION), english=_TEXTS)


def _publishers(book: Evidence, sources: str) -> str:
    return "; ".join(str(book.sources["publisher"][source]) for source in sources.split())


def _carrier(address: str) -> str:
    """Return the file and the entry of a carrier; a whole key is too long for a column."""
    file, _sign, key = address.removeprefix("params/").partition("#")
    parts = key.split("/")
    entry = parts[1] if len(parts) > 1 and parts[0] in _LISTS else parts[0]
    text = f"{file.removeprefix('scenarios/').removesuffix('.yml')}: {entry}" if entry else file
    return text.replace("_", " ")  # words can wrap in a narrow column


def _tested(contrast: str, series: str) -> str:
    if not contrast:
        return fmt.NONE
    words = f"{contrast}: {series}".split(" ")
    return " ".join(_label(word) for word in words)


def _label(word: str) -> str:
    """Return the label of a series id; the id of an event or scenario in words."""
    name = word.rstrip(":,")
    return cards()[name].label + word[len(name) :] if name in cards() else word.replace("_", " ")
