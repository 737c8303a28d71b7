"""Entropic tilting: the smallest reweighting of draws under which stated views hold.

A view fixes or bounds the mean of a quantity over the draws. Means, variances,
quantiles and probabilities are all means of something, so one solver serves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from eastbound.errors import InputError, ModelError
from eastbound.typing import Bools, Floats

Relation = Literal["=", ">=", "<="]

LEAST_ESS: Final = 0.05  # a smaller effective share means that the view lies outside the model (METHODS 2.6)
_ROUNDS: Final = 200
_TOLERANCE: Final = 1e-10  # of a moment, in standard deviations of its quantity
_FARTHEST: Final = 1e4  # a multiplier beyond it runs off to infinity: the views contradict each other


class View(NamedTuple):
    """One statement about the mean of a quantity.

    Parameters
    ----------
    name : str
        For messages and the log of views.
    values : array, shape (draw,)
        The quantity in each draw.
    target : float
        What its weighted mean should be, in the same unit.
    relation : {"=", ">=", "<="}
        Whether the mean must equal the target or lie on one side of it.
    """

    name: str
    values: Floats
    target: float
    relation: Relation = "="


class Tilted(NamedTuple):
    """Weights under which the views hold, and their price.

    Parameters
    ----------
    weights : array, shape (draw,)
        Not negative, sum one.
    kl : float
        Kullback-Leibler distance from equal weights, in nats: the price of the views.
    ess : float
        Effective sample size 1 / sum(w²) as a share of the draws.
    largest : float
        The largest weight.
    multipliers : array, shape (view,)
        Exponents per unit of each quantity; zero for a bound that did not bind.
    """

    weights: Floats
    kl: float
    ess: float
    largest: float
    multipliers: Floats


def mean_view(values: Floats, target: float, *, name: str = "mean", relation: Relation = "=") -> View:
    """State the mean of a quantity.

    Parameters
    ----------
    values : array, shape (draw,)
    target : float
        In the unit of the values.
    name : str
        For messages.
    relation : {"=", ">=", "<="}

    Returns
    -------
    View

    Examples
    --------
    >>> tilt([mean_view(np.array([0.0, 1.0]), 0.75)]).weights.round(6)
    array([0.25, 0.75])
    """
    return View(name, np.asarray(values, dtype=np.float64), float(target), relation)


def probability_view(hits: Bools, target: float, *, name: str = "probability", relation: Relation = "=") -> View:
    """State the probability of an event.

    Parameters
    ----------
    hits : bool array, shape (draw,)
        Whether the event happens in each draw.
    target : float
        In [0, 1].
    name : str
        For messages.
    relation : {"=", ">=", "<="}

    Returns
    -------
    View

    Raises
    ------
    InputError
        If the target is no probability.

    Examples
    --------
    >>> tilted = tilt([probability_view(np.array([True, False, False, False]), 0.5)])
    >>> round(tilted.kl, 6)  # .5 ln(.5 / .25) + .5 ln(.5 / .75)
    0.143841
    """
    if not 0.0 <= target <= 1.0:
        message = f"the view `{name}` asks for a probability of {target:g}; it must lie between 0 and 1."
        raise InputError(message)
    return View(name, np.asarray(hits, dtype=np.float64), float(target), relation)


def tilt(views: Sequence[View]) -> Tilted:
    """Find the weights closest to equal ones, in Kullback-Leibler distance, under which all views hold.

    Parameters
    ----------
    views : sequence of View
        At least one; all over the same draws.

    Returns
    -------
    Tilted

    Raises
    ------
    InputError
        If there is no view, views are over different draws, one lies outside the range of the draws, they
        contradict each other, or a value is not finite.
    ModelError
        If fewer than 5 % of the draws would effectively carry the result.

    Notes
    -----
    Weights are proportional to exp(lambda' g). The multipliers minimise the convex dual
    log mean exp(lambda' (g - target)), with lambda >= 0 for ">=" and <= 0 for "<=", by Newton's
    method over those that are free.

    References
    ----------
    METHODS 2.6; Robertson, Tallman and Whiteman, Forecasting using relative entropy, 2005.

    Examples
    --------
    >>> x = np.array([0.0, 1.0])
    >>> tilt([mean_view(x, 0.75)]).multipliers.round(6)  # log odds of 3 to 1
    array([1.098612])
    >>> tilt([mean_view(x, 0.4, relation=">=")]).kl  # holds already, so it costs nothing
    0.0
    """
    _check_aligned(views)
    for view in views:
        _check(view)
    values = np.stack([view.values for view in views])
    spread = values.std(axis=1)
    spread = np.where(spread > 1e-12 * np.abs(values).max(axis=1), spread, 1.0)  # a constant has no spread
    gaps = (values - np.array([view.target for view in views])[:, None]) / spread[:, None]
    signs = np.array([{"=": 0, ">=": 1, "<=": -1}[view.relation] for view in views])
    exponents = _solve(gaps, signs)
    weights = _weights(exponents, gaps)
    _check_met(views, gaps @ weights, signs)
    count = weights.size
    positive = weights[weights > 0]
    kl = max(0.0, float(np.sum(positive * np.log(positive * count))))
    tilted = Tilted(weights, kl, float(1.0 / (weights @ weights) / count), float(weights.max()), exponents / spread)
    if tilted.ess < LEAST_ESS:
        message = (
            f"{_listed(views)} would leave an effective {tilted.ess:.1%} of {count} draws (price {kl:.2f} nats); at "
            f"least {LEAST_ESS:.0%} is needed. The view lies outside the model: widen the model or weaken the view."
        )
        raise ModelError(message)
    return tilted


def _solve(gaps: Floats, signs: Floats) -> Floats:
    """Minimise the dual over the allowed multipliers: Newton's method with an active set and step halving."""
    exponents = np.zeros(len(gaps))
    for _ in range(_ROUNDS):
        weights = _weights(exponents, gaps)
        slope = gaps @ weights
        free = ~((signs != 0) & (exponents == 0.0) & (signs * slope >= 0.0))
        if not free.any() or np.max(np.abs(slope[free])) < _TOLERANCE:
            break
        centred = gaps - slope[:, None]
        move = _newton(
            slope, (centred * weights) @ centred.T, held=(signs != 0) & (exponents == 0.0), free=free, signs=signs
        )
        exponents, before = _advance(exponents, move, gaps=gaps, signs=signs), exponents
        if np.array_equal(before, exponents) or np.abs(exponents).max() > _FARTHEST:
            break
    return exponents


def _newton(slope: Floats, curvature: Floats, *, held: Bools, free: Bools, signs: Floats) -> Floats:
    """Return the Newton step over the free multipliers, leaving out one at zero that it would push outward."""
    free = free.copy()
    while True:
        move = np.zeros_like(slope)
        part = curvature[np.ix_(free, free)]
        ridge = 1e-12 * (1.0 + np.trace(part))  # equal or collinear views share one multiplier
        move[free] = -np.linalg.solve(part + ridge * np.eye(len(part)), slope[free])
        outward = np.where(held, signs * move, 0.0)
        if outward.min() >= 0.0:
            return move
        free[int(np.argmin(outward))] = False


def _advance(exponents: Floats, move: Floats, *, gaps: Floats, signs: Floats) -> Floats:
    """Go along the step until a multiplier reaches zero or the dual stops falling."""
    shrinking = (signs != 0) & (exponents != 0.0) & (signs * move < 0.0)
    limits = -exponents[shrinking] / move[shrinking]
    length = min(1.0, float(limits.min(initial=1.0)))
    value = _dual(exponents, gaps)
    for halving in range(50):
        trial = exponents + 0.5**halving * length * move
        trial = np.where((signs * trial < 0.0) | (shrinking & (np.abs(trial) < 1e-14)), 0.0, trial)
        if _dual(trial, gaps) < value:
            return np.asarray(trial, dtype=np.float64)
    return exponents


def _dual(exponents: Floats, gaps: Floats) -> float:
    terms = exponents @ gaps
    top = float(terms.max())
    return top + float(np.log(np.mean(np.exp(terms - top))))


def _weights(exponents: Floats, gaps: Floats) -> Floats:
    terms = exponents @ gaps
    weights = np.exp(terms - terms.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _check_aligned(views: Sequence[View]) -> None:
    shapes = sorted({view.values.shape for view in views})
    if len(shapes) != 1 or len(shapes[0]) != 1 or not shapes[0][0]:
        message = (
            f"views over draws of shapes {shapes} cannot be tilted; give at least one view, all over the same draws."
        )
        raise InputError(message)


def _check(view: View) -> None:
    low, high = float(np.min(view.values)), float(np.max(view.values))
    if not np.isfinite([low, high, view.target]).all():
        message = (
            f"the view `{view.name}` holds a value that is not finite; leave out draws in which the quantity is "
            "undefined, or state a probability instead."
        )
        raise InputError(message)
    short = view.relation != "<=" and view.target > high
    long = view.relation != ">=" and view.target < low
    if short or long:
        message = (
            f"the view `{view.name}` asks for a mean {view.relation} {view.target:g}, but the {view.values.size} draws "
            f"lie between {low:g} and {high:g}. State a value inside that range, or widen the model."
        )
        raise InputError(message)


def _check_met(views: Sequence[View], gaps: Floats, signs: Floats) -> None:
    missed = np.where(signs == 0, np.abs(gaps), np.maximum(-signs * gaps, 0.0)) > 1e-6
    if missed.any():
        names = _listed([view for view, miss in zip(views, missed, strict=True) if miss])
        message = (
            f"{names} cannot hold together with the other views in any weighting of the draws; drop or loosen one."
        )
        raise InputError(message)


def _listed(views: Sequence[View]) -> str:
    names = ", ".join(f"`{view.name}`" for view in views)
    return f"the view {names}" if len(views) == 1 else f"the views {names}"
