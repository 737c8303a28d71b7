"""Variables whose draws stay on disk until they are asked for, one series at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from eastbound.ensemble.store import Stored

Combine = Callable[..., Any]


class _StoredSeries(BackendArray):  # type: ignore[misc,unused-ignore] # xarray's protocol for arrays that are read on demand
    """One series of several stored scenarios, or one that follows from two, dims (scenario, draw, period)."""

    def __init__(self, scenarios: Sequence[Stored], rows: Sequence[int], combine: Combine | None) -> None:
        _, months, draws = scenarios[0].shape
        self.scenarios, self.rows, self.combine = scenarios, rows, combine
        self.shape = (len(scenarios), draws, months)
        self.dtype = np.dtype(np.float32)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._read)

    def _read(self, key: tuple[int | slice, ...]) -> np.ndarray:
        arrays = [self._read_row(row, key) for row in self.rows]
        return self.combine(*arrays) if self.combine else arrays[0]

    def _read_row(self, row: int, key: tuple[int | slice, ...]) -> np.ndarray:
        chosen, *rest = key
        if not isinstance(chosen, slice):
            return self.scenarios[chosen].paths(row).T[tuple(rest)]
        layers = [scenario.paths(row) for scenario in self.scenarios[chosen]]
        # A single scenario is a view of the memory map; several are copied side by side. Months lie on disk in one
        # piece each, so the transpose costs nothing.
        paths = layers[0][None] if len(layers) == 1 else np.stack(layers)
        return paths.transpose(0, 2, 1)[(slice(None), *rest)]


def lazy_variable(
    scenarios: Sequence[Stored], series: Sequence[str], attrs: dict[str, Any], *, combine: Combine | None = None
) -> xr.Variable:
    """Return a series of stored ensembles as a variable that reads its draws from disk when they are used.

    Parameters
    ----------
    scenarios : sequence of Stored
        One per scenario, all of the same series and shape.
    series : sequence of str
        Id of a stored series, or of two from which the variable is computed when it is read.
    attrs : dict
        Attributes of the variable.
    combine : callable, optional
        Takes the arrays of two series and returns that of the variable.

    Returns
    -------
    xarray.Variable, dims (scenario, draw, period), float32
        Nothing is cached beyond the operating system's pages, so an ensemble of many scenarios costs the memory of
        the series in use.
    """
    rows = [scenarios[0].series.index(name) for name in series]
    data = indexing.LazilyIndexedArray(_StoredSeries(scenarios, rows, combine))
    return xr.Variable(("scenario", "draw", "period"), data, attrs)
