"""Word the numbers that captions of several charts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from eastbound.constants import BANDS
from eastbound.language import _
from eastbound.plots.style import numbers
from eastbound.plots.words import dated

if TYPE_CHECKING:
    from eastbound.scenarios.reporting import Claim


def band_words(row: pd.Series, unit: str) -> str:
    """Return median and central 80 % of a table row in words.

    Examples
    --------
    >>> band_words(pd.Series({"value": 71.0, "low_80": 60.0, "high_80": 80.0}), "percent")
    '71 % (80 % of simulated futures: 60–80 %)'
    """
    spread = numbers.interval(row["low_80"], row["high_80"], unit)
    value = numbers.number(row["value"], unit)
    return _("{value} (80 % of simulated futures: {spread})", value=value, spread=spread)


def median_words(row: pd.Series, unit: str) -> str:
    """Return the sentence on the median of a period.

    Examples
    --------
    >>> median_words(pd.Series({"period": "2030", "value": 71.0, "low_80": 60.0, "high_80": 80.0}), "percent")
    'In 2030 the median is 71 % (80 % of simulated futures: 60–80 %).'
    """
    return _("In {period} the median is {value}.", period=dated(row["period"]), value=band_words(row, unit))


def observed_words(row: pd.Series, unit: str) -> str:
    """Return an observed value and its period in words.

    Examples
    --------
    >>> observed_words(pd.Series({"value": 228.105, "period": "2025"}), "USD_bn")
    '228.1 USD bn in 2025'
    """
    value = numbers.with_unit(numbers.general(row["value"], 4), unit)
    return _("{value} in {period}", value=value, period=dated(row["period"]))


def defined_words(row: pd.Series, draws: int) -> str:
    """Return the sentence that says in how many futures a quantity is defined; empty when in all of them.

    Examples
    --------
    >>> defined_words(pd.Series({"defined": 0.4}), 4096)
    ' It is defined in 40 % of the simulated futures; the median is over those.'
    """
    if row["defined"] >= 1.0:
        return ""
    share = numbers.share_of_futures(float(row["defined"]), draws)
    return _(" It is defined in {share} of the simulated futures; the median is over those.", share=share)


def chance_words(row: pd.Series) -> str:
    """Return a probability in percent, rounded to what its Monte-Carlo error allows."""
    return numbers.probability(float(row["probability"]), float(row["mcse"]))


def level_cell(row: pd.Series, unit: str) -> str:
    """Return median and central 80 % as the cell of a table whose head names the unit."""
    return f"{numbers.plain(row['value'], unit)} ({numbers.interval(row['low_80'], row['high_80'], unit)})"


def claimed_words(claim: Claim) -> str:
    """Return who claims which band, for its name in a chart."""
    return _(
        "claimed by {who}: {band}", who=_(claim.stated_by), band=numbers.interval(claim.low, claim.high, claim.unit)
    )


def interval_head(mass: int) -> str:
    """Return the head of a column with a central interval.

    Examples
    --------
    >>> interval_head(80)
    '80 % interval'
    """
    return _("{mass} % interval", mass=mass)


def interval_masses() -> dict[str, int]:
    """Return the masses of the central intervals for a message that names all three.

    Examples
    --------
    >>> interval_masses()
    {'inner': 50, 'middle': 80, 'outer': 95}
    """
    return dict(zip(("inner", "middle", "outer"), BANDS, strict=True))


def band_columns(table: pd.DataFrame, unit: str, *, masses: tuple[int, ...]) -> dict[str, Any]:
    """Return the columns of a text table: median and one central interval for each probability mass."""
    columns = {"median": [numbers.number(value, unit) for value in table["value"]]}
    for mass in masses:
        pairs = zip(table[f"low_{mass}"], table[f"high_{mass}"], strict=True)
        columns[interval_head(mass)] = [numbers.interval(low, high, unit) for low, high in pairs]
    return columns
