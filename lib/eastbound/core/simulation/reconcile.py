"""Reconcile drawn months with published figures of months and of their sums."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eastbound.typing import Floats, Paths


def reconcile(paths: Paths, spans: Iterable[tuple[int, int, float | Floats]]) -> None:
    """Scale drawn months, in place, so that every published sum holds in every draw.

    Parameters
    ----------
    paths : array, shape (months, width)
        Positive levels; overwritten.
    spans : iterable of (first, last, value)
        Positions of the months that a figure covers, and the figure, which may differ by draw: shape (width,).

    Notes
    -----
    Single months are set first, then sums from the earliest end on: the months
    of a sum that nothing has settled yet share what is left in the proportions
    of the draw. A figure that contradicts settled months is left aside.

    Examples
    --------
    >>> draws = np.array([[1.0, 2.0], [3.0, 2.0], [5.0, 5.0]])
    >>> reconcile(draws, [(0, 1, 8.0), (2, 2, 6.0)])
    >>> draws.tolist()
    [[2.0, 4.0], [6.0, 4.0], [6.0, 6.0]]
    """
    settled = np.zeros(len(paths), bool)
    for first, last, value in sorted(spans, key=lambda span: (span[0] != span[1], span[1], -span[0])):
        months = np.arange(first, last + 1)
        free = months[~settled[months]]
        if not free.size:
            continue
        left = value - paths[months[settled[months]]].sum(axis=0)
        if np.all(left > 0.0):
            paths[free] *= left / paths[free].sum(axis=0)
            settled[free] = True
