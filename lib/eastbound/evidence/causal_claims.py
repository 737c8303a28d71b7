"""Causal claims of the source articles: driver, target, sign, size, and the parameter that carries them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from eastbound.evidence.book import Evidence

NO_FIGURE: Final = "no figure given"
# (the text gives a size, a parameter carries the claim) -> what became of it
_STATUS: Final = {
    (True, True): "carried",
    (False, True): "carried by judgement",
    (True, False): "figure not used",
    (False, False): NO_FIGURE,
}


def causal_claims(book: Evidence) -> pd.DataFrame:
    """Return the causal claims of the source articles and what became of each.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    pandas.DataFrame
        By claim: `claim, driver, target, sign` ("+" when the driver raises the target), `magnitude, lag` (as the text
        gives them), `sources` (ids, spaced), `carrier` (file and key of the parameter, or empty), `judgement`, `status`
        ("carried", "carried by judgement", "figure not used" or "no figure given"), and how the sign is tested:
        `contrast` (a scenario, an event or a correlation), `series` (of the target) and `expected`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = causal_claims(load_evidence("2026-10-30")).set_index("claim")
    >>> table.loc["C15", ["driver", "sign", "carrier", "status"]].tolist()
    ['payment stop', '-', 'params/models/trade.yml#payment_halt', 'carried']
    """
    given = book.claims["magnitude"].ne(NO_FIGURE)
    carried = book.claims["carrier"].ne("")
    status = [_STATUS[pair] for pair in zip(given, carried, strict=True)]
    return book.claims.drop(columns="available").assign(status=status)


def causal_claims_text(table: pd.DataFrame) -> str:
    """Return the claims as text for a terminal, two lines each, with their counts.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> causal_claims_text(causal_claims(load_evidence("2026-10-30")).tail(1)).splitlines()[0]
    'C55  + open seizure -> isolation of China: no figure given'
    """
    lines = []
    for row in table.to_dict("records"):
        lines.append(f"{row['claim']}  {row['sign']} {row['driver']} -> {row['target']}: {row['magnitude']}")
        lines.append(f"       {'; '.join(text for text in (row['status'], row['carrier'], row['judgement']) if text)}")
    counts = ", ".join(f"{count} {status}" for status, count in table["status"].value_counts().items())
    tested = int(table["contrast"].ne("").sum())
    return "\n".join([*lines, f"{len(table)} claims: {counts}; the signs of {tested} are tested on the ensemble."])
