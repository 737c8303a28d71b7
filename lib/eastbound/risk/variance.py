"""Shares of a variance by factor from stored draws: first-order and total indices, and Shapley effects."""

from __future__ import annotations

from math import comb
from typing import Final

import numpy as np
import pandas as pd

from eastbound.errors import InputError
from eastbound.language import mark
from eastbound.risk.basis import Basis, polynomial_basis
from eastbound.risk.factors import Factors
from eastbound.typing import Floats

REST: Final = mark("everything else")
MOST: Final = 10  # factors; the number of subsets doubles with each (METHODS 5)
_BLOCKS: Final = 16
_RIDGE: Final = 1e-9  # of the mean diagonal; terms that follow from others must not stop the solver


def variance_shares(target: Floats, factors: Factors) -> pd.DataFrame:
    """Split the variance of a quantity among factors that may depend on each other.

    Parameters
    ----------
    target : array, shape (draw,)
    factors : Factors
        In the same draws, ten at most.

    Returns
    -------
    DataFrame
        One row a factor and a last one, `REST`, for what the factors leave unexplained: factor, label, `first` (share
        of the variance that the factor explains alone), `total` (that is lost without it), `shapley`, and the standard
        error of each (``_se``). Shapley effects are never negative, and with the rest they add up to one. Factors that
        depend on each other share what they explain together: `first` may then exceed `shapley`, and `total` may be
        near zero for both.

    Raises
    ------
    InputError
        With more than ten factors.

    Notes
    -----
    The variance explained by a subset of factors is that of a polynomial of their ranks, fitted to the draws that
    exist; no draw is simulated anew. The polynomials of a subset are among those of any larger one, so that every
    added factor explains more. Errors are those of a jackknife over blocks of draws.

    References
    ----------
    METHODS 5, row "dependent inputs"; Song, Nelson and Staum (2016), https://doi.org/10.1137/15M1048070, for Shapley
    effects; Owen (2014), https://doi.org/10.1137/130936233, for their bounds.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(4000, 2))
    >>> factors = Factors(("a", "b"), ("A", "B"), ("bcm", "bcm"), x)
    >>> variance_shares(2 * x[:, 0] + x[:, 1], factors)["shapley"].round(1).tolist()
    [0.8, 0.2, 0.0]
    """
    count = len(factors.names)
    if count > MOST:
        message = f"{count} factors have {2**count} subsets; name {MOST} factors at most."
        raise InputError(message)
    basis = polynomial_basis(factors.values)
    blocks = [_moments(basis, target, part) for part in np.array_split(np.arange(len(target)), _BLOCKS)]
    whole = [sum(parts) for parts in zip(*blocks, strict=True)]
    result = _indices(_explained(basis.uses, *whole, count=count), count)
    without = []
    for block in blocks:
        rest = [total - part for total, part in zip(whole, block, strict=True)]
        without.append(_indices(_explained(basis.uses, *rest, count=count), count))
    jackknife = np.stack(without)
    error = np.sqrt((_BLOCKS - 1) / _BLOCKS * ((jackknife - jackknife.mean(axis=0)) ** 2).sum(axis=0))
    table = pd.DataFrame({"factor": [*factors.names, REST], "label": [*factors.labels, REST]})
    for column, name in enumerate(("first", "total", "shapley")):
        table[name], table[f"{name}_se"] = result[:, column], error[:, column]
    return table


def _moments(basis: Basis, target: Floats, part: np.ndarray) -> list[Floats]:
    """Return the products of terms, constant included, with each other and with the target, and the target's own."""
    terms = np.concatenate([np.ones((len(part), 1)), basis.columns[part]], axis=1)
    y = target[part]
    return [terms.T @ terms, terms.T @ y, np.array([y @ y])]


def _explained(uses: np.ndarray, gram: Floats, product: Floats, square: Floats, *, count: int) -> Floats:
    """Return the share of the variance that each subset of factors explains, by its bits."""
    size, mean = gram[0, 0], product[0] / gram[0, 0]
    centred = gram - np.outer(gram[0], gram[0]) / size
    cross = product - gram[0] * mean
    variance = float(square[0] - size * mean**2)
    ridge = _RIDGE * np.trace(centred) / len(centred)
    result = np.zeros(1 << count)
    for subset in range(1, 1 << count):
        columns = 1 + np.flatnonzero((uses & ~subset) == 0)
        part = centred[np.ix_(columns, columns)]
        solved = np.linalg.solve(part + ridge * np.eye(len(part)), cross[columns])
        result[subset] = cross[columns] @ solved
    return np.clip(result / variance, 0.0, 1.0) if variance > 0.0 else result


def _indices(explained: Floats, count: int) -> Floats:
    """Return first, total and Shapley shares, shape (factor + 1, 3); the last row is what no factor explains."""
    every = (1 << count) - 1
    result = np.zeros((count + 1, 3))
    for k in range(count):
        bit = 1 << k
        result[k, :2] = explained[bit], explained[every] - explained[every ^ bit]
        for subset in range(1 << count):
            if not subset & bit:
                weight = 1.0 / (count * comb(count - 1, subset.bit_count()))
                result[k, 2] += weight * (explained[subset | bit] - explained[subset])
    result[count] = 1.0 - explained[every]
    return result
