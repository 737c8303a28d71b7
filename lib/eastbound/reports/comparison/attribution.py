"""Split a difference into the contributions of several causes that add up to it exactly.

The contribution of a cause is its effect averaged over all orders in which the causes can be introduced: the Shapley
value (Shapley 1953, in Contributions to the Theory of Games II; as a decomposition: Shorrocks 2013, doi
10.1007/s10888-011-9214-z). No order is preferred, and what causes do together is shared among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial

import pandas as pd


def subsets(causes: Sequence[str]) -> list[frozenset[str]]:
    """Return every set of causes, the empty one first.

    Examples
    --------
    >>> [sorted(subset) for subset in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    return [frozenset(chosen) for size in range(len(causes) + 1) for chosen in combinations(causes, size)]


def contributions(states: Mapping[frozenset[str], pd.Series], causes: Sequence[str]) -> pd.DataFrame:
    """Return the Shapley value of each cause for each number.

    Parameters
    ----------
    states : mapping of frozenset to Series
        The numbers by id when the causes of the set have acted, for every set of `subsets`.
    causes : sequence of str

    Returns
    -------
    DataFrame
        Numbers by causes; each row adds up to the difference between the last and the first state.

    Examples
    --------
    >>> values = {"": 1.0, "a": 3.0, "b": 1.0, "ab": 5.0}  # b acts only together with a
    >>> states = {frozenset(names): pd.Series({"x": value}) for names, value in values.items()}
    >>> contributions(states, ["a", "b"]).loc["x"].tolist()
    [3.0, 1.0]
    """
    count = len(causes)
    columns = {}
    for cause in causes:
        others = [name for name in causes if name != cause]
        parts = []
        for before in subsets(others):
            weight = factorial(len(before)) * factorial(count - len(before) - 1) / factorial(count)
            parts.append(weight * (states[before | {cause}] - states[before]))
        columns[cause] = sum(parts[1:], parts[0])
    return pd.DataFrame(columns, columns=list(causes), index=states[frozenset()].index)


def whole_parts(difference: int, parts: Sequence[float]) -> list[int]:
    """Round contributions to whole steps of the last printed digit, so that they add up to the printed difference.

    Parameters
    ----------
    difference : int
        The printed difference, in steps.
    parts : sequence of float
        The contributions, in steps; their sum may differ from `difference` by rounding.

    Returns
    -------
    list of int
        Each is its contribution rounded, but for those that are moved by a step where the sum requires it: the ones
        that rounding has moved farthest the other way. The largest takes what more than one step each would be.

    Examples
    --------
    >>> whole_parts(2, [0.4, 0.4, 0.9])  # rounded alone they add up to 1
    [1, 0, 1]
    """
    if not parts:
        return []
    result = [round(part) for part in parts]
    missing = difference - sum(result)
    step = 1 if missing > 0 else -1
    order = sorted(range(len(parts)), key=lambda index: step * (result[index] - parts[index]))
    for index in order[: abs(missing)]:
        result[index] += step
    largest = max(range(len(parts)), key=lambda index: abs(parts[index]))
    result[largest] += difference - sum(result)
    return result
