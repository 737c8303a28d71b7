"""Where large arrays of paths live."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eastbound.typing import Paths


def side_by_side(names: Iterable[str], months: int, width: int) -> dict[str, Paths]:
    """Return an array for each name, not yet filled, all in one piece of memory.

    The system hands out a large piece in large pages. Arrays of a few
    megabytes each would cost more time to get than to fill.

    Parameters
    ----------
    names : iterable of str
        What the arrays will hold.
    months, width : int
        Shape of each.

    Returns
    -------
    dict of str to array, shape (months, width)

    Examples
    --------
    >>> paths = side_by_side(("china", "rest"), 2, 3)
    >>> paths["rest"].shape, paths["rest"].base is paths["china"].base
    ((2, 3), True)
    """
    listed = tuple(names)
    return dict(zip(listed, np.empty((len(listed), months, width)), strict=True))
