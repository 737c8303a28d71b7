"""Polynomials of ranked factors, fitted once for every subset of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from scipy.special import eval_legendre

from eastbound.core.ranks import average_ranks
from eastbound.risk.factors import normal_scores
from eastbound.typing import Floats

_DRAWS_PER_TERM: Final = 20  # a polynomial with more terms would follow single draws
_HIGHEST: Final = 8


@dataclass(frozen=True, eq=False)
class Basis:
    """Hold the terms of a polynomial in several factors.

    Parameters
    ----------
    columns : array, shape (draw, term)
        Without the constant.
    uses : array of int, shape (term,)
        Bit k is set where the term uses factor k.
    """

    columns: Floats
    uses: np.ndarray


def polynomial_basis(values: Floats) -> Basis:
    """Return polynomials of the ranks of factors, of the highest total degree that the draws can carry.

    Parameters
    ----------
    values : array, shape (draw, factor)

    Returns
    -------
    Basis
        Products of Legendre polynomials of the ranks, with the normal score of each factor and its square, which
        follow heavy tails that a polynomial of ranks misses.

    References
    ----------
    Sudret (2008), https://doi.org/10.1016/j.ress.2007.04.002, for variances from such an expansion.

    Examples
    --------
    >>> basis = polynomial_basis(np.random.default_rng(1).normal(size=(400, 2)))
    >>> basis.columns.shape == (400, len(basis.uses))
    True
    """
    draws, count = values.shape
    most = draws // _DRAWS_PER_TERM
    degree = max(d for d in range(1, _HIGHEST + 1) if d == 1 or _terms(count, d) <= most)
    ranks = 2.0 * (average_ranks(values) - 0.5) / draws - 1.0
    scores = normal_scores(values)
    single = [[eval_legendre(d, ranks[:, k]) for d in range(degree + 1)] for k in range(count)]
    columns, uses = [], []
    for powers in _powers(count, degree):
        columns.append(np.prod([single[k][power] for k, power in enumerate(powers)], axis=0))
        uses.append(sum(1 << k for k, power in enumerate(powers) if power))
    for k in range(count):
        columns += [scores[:, k], scores[:, k] ** 2]
        uses += [1 << k] * 2
    return Basis(np.stack(columns, axis=-1), np.array(uses))


def _powers(count: int, degree: int) -> Iterator[tuple[int, ...]]:
    for powers in product(range(degree + 1), repeat=count):
        if 0 < sum(powers) <= degree:
            yield powers


def _terms(count: int, degree: int) -> int:
    return sum(1 for _ in _powers(count, degree))
