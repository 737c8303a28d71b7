"""Word the numbers that captions of several charts share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from eastbound.plots.style import numbers


def band_words(row: pd.Series, unit: str) -> str:
    """Return median and central 80 % of a table row in words.

    Examples
    --------
    >>> band_words(pd.Series({"value": 71.0, "low_80": 60.0, "high_80": 80.0}), "percent")
    '71 % (80 % of simulated futures: 60–80 %)'
    """
    spread = numbers.interval(row["low_80"], row["high_80"], unit)
    return f"{numbers.number(row['value'], unit)} (80 % of simulated futures: {spread})"


def observed_words(row: pd.Series, unit: str) -> str:
    """Return an observed value and its period in words.

    Examples
    --------
    >>> observed_words(pd.Series({"value": 228.105, "period": "2025"}), "USD_bn")
    '228.1 USD bn in 2025'
    """
    return f"{row['value']:.4g} {numbers.unit_text(unit)} in {row['period']}"


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
    return f" It is defined in {share} of the simulated futures; the median is over those."


def chance_words(row: pd.Series) -> str:
    """Return a probability in percent, rounded to what its Monte-Carlo error allows."""
    return numbers.probability(float(row["probability"]), float(row["mcse"]))


def level_cell(row: pd.Series, unit: str) -> str:
    """Return median and central 80 % as the cell of a table whose head names the unit."""
    return f"{numbers.plain(row['value'], unit)} ({numbers.interval(row['low_80'], row['high_80'], unit)})"


def band_columns(table: pd.DataFrame, unit: str, *, masses: tuple[int, ...]) -> dict[str, Any]:
    """Return the columns of a text table: median and one central interval for each probability mass."""
    columns = {"median": [numbers.number(value, unit) for value in table["value"]]}
    for mass in masses:
        pairs = zip(table[f"low_{mass}"], table[f"high_{mass}"], strict=True)
        columns[f"{mass} % interval"] = [numbers.interval(low, high, unit) for low, high in pairs]
    return columns
