"""The draws of one scenario of an ensemble: read as arrays, and put back changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import xarray as xr

from eastbound.core.inference.resampling import systematic
from eastbound.ensemble.aggregate import at_period, scenario_part, variable
from eastbound.errors import InputError, UnknownName
from eastbound.typing import Floats

# Takes the name of a variable and its draws, (draw,) or (draw, period), and returns them changed.
Layer: TypeAlias = Callable[[str, np.ndarray], np.ndarray]


def one_scenario(ens: xr.Dataset, scenario: str | None = None) -> str:
    """Return the name of the scenario meant: the one named, or the only one.

    Raises
    ------
    UnknownName
        If the ensemble has no scenario of that name.
    InputError
        If none is named and there are several.

    Examples
    --------
    >>> one_scenario(xr.Dataset(coords={"scenario": ["baseline"]}))
    'baseline'
    """
    names = [str(name) for name in ens["scenario"].to_numpy()]
    if scenario is None and len(names) > 1:
        message = f"the ensemble has the scenarios {', '.join(names)}; say which one the view speaks about."
        raise InputError(message)
    name = names[0] if scenario is None else scenario
    if name not in names:
        raise UnknownName("scenario", name, names, where="this ensemble")
    return name


def place_of(ens: xr.Dataset, scenario: str) -> int:
    """Return where a scenario stands among those of the ensemble.

    Examples
    --------
    >>> place_of(xr.Dataset(coords={"scenario": ["baseline", "relief"]}), "relief")
    1
    """
    return [str(name) for name in ens["scenario"].to_numpy()].index(scenario)


def draws_of(ens: xr.Dataset, series_id: str, period: str, *, scenario: str) -> Floats:
    """Return the draws of a series in one period, or of a variable without periods.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    series_id : str
        A variable of the ensemble.
    period : str
        A year or month; empty for a variable with one value per draw.
    scenario : str
        One of the ensemble.

    Returns
    -------
    array, shape (draw,)
        In the unit of the series; NaN where a ratio is undefined, infinity for a date that never comes.

    Raises
    ------
    UnknownName
        If the ensemble has no such variable.
    InputError
        If the period is missing, of no use or outside the ensemble.

    Examples
    --------
    >>> import eastbound as eb
    >>> draws_of(eb.simulate("baseline", draws=64), "driver.brent_price", "2030", scenario="baseline").shape
    (64,)
    """
    index = place_of(ens, scenario)
    part = scenario_part(ens, index)
    dated = "period" in variable(ens, series_id).dims
    if dated and not period:
        message = f"`{series_id}` has a value for each period; name a year or month, such as 2035."
        raise InputError(message)
    if period and not dated:
        message = f"`{series_id}` has one value per draw and no periods; leave `{period}` out."
        raise InputError(message)
    values = at_period(part, series_id, period) if period else part[series_id].to_numpy()
    return np.asarray(values[0], dtype=np.float64)


def replaced(ens: xr.Dataset, layer: Layer, *, scenario: str) -> xr.Dataset:
    """Return the ensemble with the draws of one scenario changed; the others stay as they are.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    layer : callable
        Takes the name of a variable and its draws in the scenario, and returns them changed; what it returns as it
        was is not copied.
    scenario : str
        One of the ensemble.

    Examples
    --------
    >>> ens = xr.Dataset({"a": (("scenario", "draw"), np.array([[1.0, 2.0]]))}, coords={"scenario": ["baseline"]})
    >>> replaced(ens, lambda name, draws: 2 * draws, scenario="baseline")["a"].to_numpy()
    array([[2., 4.]])
    """
    index = place_of(ens, scenario)
    changed = {}
    for name, old in ens.variables.items():
        if name in ens.coords:
            continue
        values = np.asarray(old.data)
        before = values[index]
        part = layer(str(name), before)
        if part is before:
            continue
        if len(values) == 1:
            new = part[None]
        else:
            new = values.copy()
            new[index] = part
        changed[name] = xr.Variable(old.dims, new, old.attrs)
    return ens.assign(changed)


def resampled(ens: xr.Dataset, weights: Floats, *, sorted_by: Sequence[Floats] = (), scenario: str) -> xr.Dataset:
    """Return the ensemble with the draws of one scenario chosen by weight.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    weights : array, shape (draw,)
        Not negative, sum one.
    sorted_by : sequence of array, shape (draw,)
        Quantities whose distribution should be kept closely, as `core.inference.resampling.systematic` takes them.
    scenario : str
        One of the ensemble.

    Returns
    -------
    xarray.Dataset
        With the coordinates ``origin`` (scenario, draw), the draw each one was before, and ``ess`` (scenario), the
        effective share of the draws.

    Examples
    --------
    >>> ens = xr.Dataset({"a": (("scenario", "draw"), np.array([[1.0, 2.0]]))}, coords={"scenario": ["baseline"]})
    >>> found = resampled(ens, np.array([0.0, 1.0]), scenario="baseline")
    >>> found["a"].to_numpy(), found["ess"].to_numpy()
    (array([[2., 2.]]), array([0.5]))
    """
    chosen = systematic(weights, sorted_by=sorted_by)
    # The last axis of the transpose is the draw: a month of draws stays in one piece.
    new = replaced(ens, lambda _, draws: np.take(draws.T, chosen, axis=-1).T, scenario=scenario)
    index, shape = place_of(ens, scenario), (ens.sizes["scenario"], ens.sizes["draw"])
    origin = ens["origin"].to_numpy().copy() if "origin" in ens.coords else np.tile(np.arange(shape[1]), (shape[0], 1))
    ess = ens["ess"].to_numpy().copy() if "ess" in ens.coords else np.ones(shape[0])
    origin[index] = origin[index][chosen]
    ess[index] /= weights @ weights * weights.size
    return new.assign_coords(origin=(("scenario", "draw"), origin), ess=("scenario", ess))
