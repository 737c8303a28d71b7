"""Find English words in text that should be in another language."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

_TABLES: Final = Path(__file__).parent / "evidence" / "tables"
# Columns that name publishers and titles, by table.
_NAMED: Final = {"sources.csv": ("publisher", "title"), "building_times.csv": ("sources",)}

# Proper names, formats and symbols that Russian and Chinese text keeps in Latin letters.
KEPT: Final = frozenset(
    [
        "Brent",
        "Urals",
        "Eastbound",
        "Python",
        "statsmodels",
        "Jupyter",
        "JupyterLab",
        "GitHub",
        "Excel",
        "Word",
        "LibreOffice",
        "Parquet",
        "Dask",
        "Debian",
        "Chromium",
        "VaR",
        "Shapley",
        "Ljung-Box",
        "Jarque-Bera",
        "Clopper",
        "Pearson",
    ]
)
# A token ends at spaces and brackets; one with a digit, dot, slash, underscore or equals sign is an id or an address.
_TOKEN: Final = re.compile(r"[^\s()\[\]{}“”„«»\"‘’,;:!?…—–、，。；：（）《》「」？！·|]+")
_CODE: Final = re.compile(r"`[^`]*`")
_CITED: Final = ("Analytic Standards, Office of the Director of National Intelligence, 2 January 2015",)
_IDENTIFIER: Final = re.compile(r"[\d._/=@#\\]")
_WORD: Final = re.compile(r"[A-Za-z]{2,}")


def english_words(text: str) -> list[str]:
    """Return the English words of a text, in order.

    A word has three Latin letters or more, of which one is small, so that symbols and abbreviations in capitals stay;
    names of `KEPT`, publishers of sources and tokens that look like ids, files or addresses are passed over.

    Examples
    --------
    >>> english_words("Торговля в 2030: 300 USD, Brent, trade_total.csv")
    []
    >>> english_words("Median of 2030 — медиана")
    ['Median']
    >>> english_words("Источник: Interfax Far East")
    []
    """
    words = []
    for token in _TOKEN.findall(publishers().sub(" ", _CODE.sub(" ", text))):
        inner = token.strip(".'")
        if inner in KEPT or _IDENTIFIER.search(inner):
            continue
        words += [word for word in _WORD.findall(inner) if len(word) > 2 and not word.isupper() and word not in KEPT]
    return words


@cache
def publishers() -> re.Pattern[str]:
    """Return a pattern for publishers and titles of sources, the longest first, which every edition keeps.

    Examples
    --------
    >>> publishers().findall("TASS via Rambler, Reuters")
    ['TASS via Rambler', 'Reuters']
    """
    texts: set[str] = set()
    for name, columns in _NAMED.items():
        with (_TABLES / name).open(encoding="utf-8", newline="") as file:
            texts |= {row[column] for row in csv.DictReader(file) for column in columns}
    texts.discard("")
    names = sorted({*texts, *_CITED}, key=lambda name: (-len(name), name))
    return re.compile(
        rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z0-9])"
    )  # a Chinese letter may follow
