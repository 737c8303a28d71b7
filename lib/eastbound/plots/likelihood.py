"""Word probabilities by one table, that of the US intelligence directive ICD 203, and print the table.

METHODS 6: the number always stands beside the word, because words alone are read differently by different people.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from eastbound.language import _, mark
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
    Likelihood(0, 5, mark("almost no chance"), mark("there is almost no chance ({chance}) that")),
    Likelihood(5, 20, mark("very unlikely"), mark("it is very unlikely ({chance}) that")),
    Likelihood(20, 45, mark("unlikely"), mark("it is unlikely ({chance}) that")),
    Likelihood(45, 55, mark("roughly even chance"), mark("there is a roughly even chance ({chance}) that")),
    Likelihood(55, 80, mark("likely"), mark("it is likely ({chance}) that")),
    Likelihood(80, 95, mark("very likely"), mark("it is very likely ({chance}) that")),
    Likelihood(95, 101, mark("almost certain"), mark("it is almost certain ({chance}) that")),
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
    sign, percent = numbers.whole_percent(probability, mcse)
    percent = {"<": 0, ">": 100}.get(sign, percent)
    return next(band for band in SCALE if band.low <= percent < band.high)


def in_words(probability: float, mcse: float = 0.0) -> str:
    """Return a probability in percent for a sentence: never 0 % or 100 %, and without signs of comparison.

    Examples
    --------
    >>> in_words(0.1666), in_words(0.0, 0.0003), in_words(1.0)
    ('17 %', 'under 1 %', 'over 99 %')
    """
    sign, percent = numbers.whole_percent(probability, mcse)
    share = numbers.with_unit(str(percent), "percent")
    return _("under {share}", share=share) if sign == "<" else _("over {share}", share=share) if sign else share


def opening(probability: float, mcse: float = 0.0) -> str:
    """Return how a sentence begins that states a probability in a word and a number.

    Examples
    --------
    >>> opening(0.17), opening(0.5)
    ('it is very unlikely (17 %) that', 'there is a roughly even chance (50 %) that')
    """
    return _(likelihood(probability, mcse).opening, chance=in_words(probability, mcse))


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
    rows = [(_(band.word), _span(band)) for band in SCALE]
    caption = _("Words for probabilities ({source})", source=SOURCE)
    return Table(pd.DataFrame(rows, columns=["word", "probability"]), caption=caption)


def _span(band: Likelihood) -> str:
    if band.low == 0:
        return _("under {share}", share=numbers.with_unit(str(band.high), "percent"))
    if band.high > 100:
        return _("{share} and over", share=numbers.with_unit(str(band.low), "percent"))
    return _("{low} to under {high} %", low=band.low, high=band.high)
