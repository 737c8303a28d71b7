"""The reference class: shares of single trade partners in other countries, selected by one rule.

Rows are comparable when they count by one definition and their home makes its own trade policy:

- Factbook rows only. Press figures of North Korea and of regions use other definitions; without them no
  pair has two values of one flow in one year.
- Sovereign homes only, by the list `DEPENDENT`, because the table does not say who is sovereign (judgement).

Trade size is not in the table, so homes of every size count.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

# Judgement: territories that do not make their own trade policy.
DEPENDENT: Final = frozenset(
    {
        "American Samoa",
        "Aruba",
        "Bermuda",
        "Falkland Islands (Islas Malvinas)",
        "Faroe Islands",
        "French Polynesia",
        "Greenland",
        "Guam",
        "Hong Kong",
        "Macau",
        "Montserrat",
        "Netherlands Antilles",
        "New Caledonia",
        "Puerto Rico",
        "Saint Helena, Ascension, and Tristan da Cunha",
        "Saint Pierre and Miquelon",
        "Wallis and Futuna",
    }
)
_ARCHIVE: Final = "cia-factbook"


def comparable(analogues: pd.DataFrame) -> pd.DataFrame:
    """Select the comparable rows: partner shares of sovereign homes in the Factbook.

    Parameters
    ----------
    analogues : pandas.DataFrame
        Of the book: `home, partner, year, flow, value` (percent), `source_id`.

    Returns
    -------
    pandas.DataFrame
        `flow, home, partner, year` (integer) and `share` (percent), sorted; each year of a pair
        and flow occurs once.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> table = comparable(load_evidence("2026-10-30").analogues)
    >>> bool(table.duplicated(["flow", "home", "partner", "year"]).any())
    False
    """
    keep = analogues["source_id"].str.startswith(_ARCHIVE) & ~analogues["home"].isin(DEPENDENT)
    rows = analogues[keep].assign(year=lambda table: table["year"].astype(int)).rename(columns={"value": "share"})
    key = ["flow", "home", "partner", "year"]
    return rows[[*key, "share"]].sort_values(key, ignore_index=True)
