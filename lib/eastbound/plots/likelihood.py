"""Word probabilities by one table, that of the US intelligence directive ICD 203, and print the table.

METHODS 6: the number always stands beside the word, because words alone are read differently by different people.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from eastbound.plots.style import numbers
from eastbound.plots.table import Table

SOURCE: Final = "ICD 203, Analytic Standards, Office of the Director of National Intelligence, 2 January 2015"


class Likelihood(NamedTuple):
    """A band of probabilities in whole percent and how a sentence begins that states one."""

    low: int
    high: int
    word: str
    opening: str


# ICD 203 ends at 1 and 99 %; beyond, its outermost words are kept.
SCALE: Final = (
    Likelihood(0, 5, "almost no chance", "there is almost no chance ({chance}) that"),
    Likelihood(5, 20, "very unlikely", "it is very unlikely ({chance}) that"),
    Likelihood(20, 45, "unlikely", "it is unlikely ({chance}) that"),
    Likelihood(45, 55, "roughly even chance", "there is a roughly even chance ({chance}) that"),
    Likelihood(55, 80, "likely", "it is likely ({chance}) that"),
    Likelihood(80, 95, "very likely", "it is very likely ({chance}) that"),
    Likelihood(95, 101, "almost certain", "it is almost certain ({chance}) that"),
)


def likelihood(probability: float, mcse: float = 0.0) -> Likelihood:
    """Return the band of a probability, after rounding to what its Monte-Carlo error allows.

    Parameters
    ----------
    probability : float
        In [0, 1].
    mcse : float
        Its Monte-Carlo standard error, as for `numbers.probability`.

    Returns
    -------
    Likelihood
        The band whose lower end is included; word and printed number therefore never disagree.

    References
    ----------
    ICD 203 (2015), section D.6.e.2.a; METHODS 6.

    Examples
    --------
    >>> likelihood(0.17).word, likelihood(0.548).word, likelihood(0.0002).word
    ('very unlikely', 'likely', 'almost no chance')
    """
    text = numbers.probability(probability, mcse)
    percent = 0 if text.startswith("<") else 100 if text.startswith(">") else int(text.removesuffix(" %"))
    return next(band for band in SCALE if band.low <= percent < band.high)


def in_words(probability: float, mcse: float = 0.0) -> str:
    """Return a probability in percent for a sentence: never 0 % or 100 %, and without signs of comparison.

    Examples
    --------
    >>> in_words(0.1666), in_words(0.0, 0.0003), in_words(1.0)
    ('17 %', 'under 1 %', 'over 99 %')
    """
    return numbers.probability(probability, mcse).replace("<", "under ").replace(">", "over ")


def opening(probability: float, mcse: float = 0.0) -> str:
    """Return how a sentence begins that states a probability in a word and a number.

    Examples
    --------
    >>> opening(0.17), opening(0.5)
    ('it is very unlikely (17 %) that', 'there is a roughly even chance (50 %) that')
    """
    return likelihood(probability, mcse).opening.format(chance=in_words(probability, mcse))


def probability_words() -> Table:
    """Tabulate the words for probabilities that every page uses.

    Returns
    -------
    Table
        Columns word, probability.

    Examples
    --------
    >>> probability_words().frame.iloc[0].tolist()
    ['almost no chance', 'under 5 %']
    """
    rows = [(band.word, _span(band)) for band in SCALE]
    return Table(pd.DataFrame(rows, columns=["word", "probability"]), caption=f"Words for probabilities ({SOURCE})")


def _span(band: Likelihood) -> str:
    if band.low == 0:
        return f"under {band.high} %"
    return f"{band.low} % and over" if band.high > 100 else f"{band.low} to under {band.high} %"
