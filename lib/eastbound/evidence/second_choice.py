"""The evidence with the second-best figure wherever sources conflict, for sensitivity checks."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from eastbound.evidence.book import Evidence
from eastbound.evidence.choice import USED, ranking

_KEY = ["series_id", "period"]


def second_choice(book: Evidence) -> tuple[Evidence, int]:
    """Drop the preferred value wherever sources conflict, so that the second-best one is chosen.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    book : Evidence
        Without the rows ranked before the first different value of each series and period, so that `chosen` returns
        that value. Figures whose definition or period is in doubt are never promoted.
    count : int
        Periods for which the figure changed.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> from eastbound.evidence.choice import chosen
    >>> other, count = second_choice(load_evidence("2026-10-30"))
    >>> rows = chosen(other, "trade.china_russia.total").set_index("period")
    >>> bool(rows.loc["2023", "value"] != 240.11), count > 100
    (True, True)
    """
    ranked = ranking(book, USED)
    ranked = ranked[ranked["value"].notna()]
    best = ranked.groupby(_KEY)[["value", "doubt"]].transform("first")
    # A figure of another definition would replace the quantity and not only its value.
    other = (ranked["value"] != best["value"]) & (ranked["doubt"] <= best["doubt"])
    ranked = ranked.assign(rank=ranked.index, runner=ranked.index.to_series().where(other))
    runner = ranked.groupby(_KEY)["runner"].transform("min")
    # Rows equal to the preferred value are removed as well, otherwise one of them would be chosen.
    removed = ranked[ranked["rank"] < runner]
    keys = [*_KEY, "kind", "source_id", "locator"]
    dropped = removed.set_index(keys).index
    rows = book.observations
    remaining = rows[~rows.set_index(keys).index.isin(dropped)].reset_index(drop=True)
    digest = hashlib.sha256(f"{book.digest}\nsecond choice".encode()).hexdigest()
    return replace(book, observations=remaining, digest=digest), len(removed.drop_duplicates(_KEY))
