"""The book that another reading of the conflicts would give: the second choice wherever sources differ."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import USED, ranking

_KEY = ["series_id", "period"]


def second_choice(book: Evidence) -> tuple[Evidence, int]:
    """Return the book without the figures that the choice rule prefers where another figure stands beside them.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    book : Evidence
        For each series and period the rows before the first different value are gone, so that `chosen` gives that
        value. Figures whose definition or period is in doubt are of something else and never take a place.
    count : int
        Periods for which the figure changed.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> from eastbound.evidence.choice import chosen
    >>> rival, count = second_choice(load_evidence())
    >>> rows = chosen(rival, "trade.china_russia.total").set_index("period")
    >>> bool(rows.loc["2023", "value"] != 240.11), count > 100
    (True, True)
    """
    ranked = ranking(book, USED)
    ranked = ranked[ranked["value"].notna()]
    best = ranked.groupby(_KEY)[["value", "doubt"]].transform("first")
    other = (ranked["value"] != best["value"]) & (ranked["doubt"] <= best["doubt"])
    ranked = ranked.assign(place=ranked.index, runner=ranked.index.to_series().where(other))
    runner = ranked.groupby(_KEY)["runner"].transform("min")
    gone = ranked[ranked["place"] < runner]
    keys = [*_KEY, "kind", "source_id", "locator"]
    dropped = gone.set_index(keys).index
    rows = book.observations
    kept = rows[~rows.set_index(keys).index.isin(dropped)].reset_index(drop=True)
    digest = hashlib.sha256(f"{book.digest}\nsecond choice".encode()).hexdigest()
    return replace(book, observations=kept, digest=digest), len(gone.drop_duplicates(_KEY))
