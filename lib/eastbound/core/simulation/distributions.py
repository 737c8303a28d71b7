"""Quantile functions of the distributions that scenario and parameter files may name.

A distribution is a mapping such as ``{"dist": "normal", "mean": 0, "sd": 1}``.
Draws are made by inversion: the same uniform number always gives the same
place in the distribution, so a changed parameter moves a draw and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammainccinv, gammaincinv, logit, ndtr, ndtri

from eastbound.errors import InputError, UnknownName
from eastbound.typing import Floats

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

# The parameters of each distribution, in the order in which they are written.
PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "triangular": ("low", "mode", "high"),
    "loglogistic": ("median", "p10", "p90"),
    "beta": ("a", "b"),
    "gamma": ("shape", "rate"),
}

_POSITIVE: Final = frozenset({"sd", "sigma", "a", "b", "shape", "rate"})
_RISING: Final[Mapping[str, tuple[str, ...]]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "loglogistic": ("p10", "median", "p90"),
}
# A uniform number is exactly zero once in 2**53; the quantile there is infinite.
_SMALLEST: Final = 2.0**-54
_LARGEST: Final = 1.0 - 2.0**-53
_SYMMETRIC: Final = 1e-6
# Normal scores between which every level lies, and knots on which a quantile function is laid out.
_SCORES: Final = np.linspace(-8.3, 8.3, 513)
# The lowest quantiles of a gamma with a smaller shape are no longer numbers in double precision.
_LEAST_SHAPE: Final = 0.1


def quantile(spec: Mapping[str, Any], u: ArrayLike) -> Floats:
    """Return the quantile of a distribution at each level.

    Parameters
    ----------
    spec : mapping
        ``dist`` and its `PARAMETERS`; optional ``min`` and ``max`` cut the result.
    u : array_like, any shape
        Levels in [0, 1].

    Returns
    -------
    array
        Same shape as `u`, in the unit of the parameters.

    Raises
    ------
    UnknownName
        If the distribution is not known.
    InputError
        If a parameter is missing or out of range.

    Notes
    -----
    ``lognormal`` is given by its median and the sd of the log, ``gamma`` by
    shape and rate (the posterior of a Poisson rate after `shape` events in
    `rate` years). ``loglogistic`` is the shifted form through three quantiles:
    ``shift + scale * (u / (1 - u)) ** s`` with ``s = log((p90 - median) /
    (median - p10)) / log(9)``; equal distances make it logistic, a longer left
    side mirrors it.

    Examples
    --------
    >>> quantile({"dist": "triangular", "low": 0, "mode": 0, "high": 2}, [0.0, 0.75, 1.0]).tolist()
    [0.0, 1.0, 2.0]
    >>> quantile({"dist": "loglogistic", "median": 3, "p10": 1, "p90": 7}, [0.1, 0.5, 0.9]).round(6).tolist()
    [1.0, 3.0, 7.0]
    """
    problem = fault(spec)
    if problem:
        raise InputError(problem)
    levels = np.asarray(u, dtype=np.float64)
    values = _QUANTILES[spec["dist"]](spec, levels)
    low, high = spec.get("min"), spec.get("max")
    if low is None and high is None:
        return values
    clipped: Floats = np.clip(values, low, high)
    return clipped


def fault(spec: Mapping[str, Any]) -> str:
    """Describe what is wrong with a distribution; an empty text if nothing is.

    Parameters
    ----------
    spec : mapping
        As for `quantile`.

    Returns
    -------
    str
        The first broken rule, in words.

    Raises
    ------
    UnknownName
        If the distribution is not known.

    Examples
    --------
    >>> fault({"dist": "uniform", "low": 2, "high": 1})
    '`low` must be below `high` in a uniform distribution'
    >>> fault({"dist": "normal", "mean": 0, "sd": 1})
    ''
    """
    kind = str(spec.get("dist"))
    if kind not in PARAMETERS:
        raise UnknownName("distribution", kind, PARAMETERS)
    for name in PARAMETERS[kind]:
        if name not in spec:
            return f"a {kind} distribution needs `{name}`"
        if name in _POSITIVE and not spec[name] > 0:
            return f"`{name}` of a {kind} distribution must be above 0"
    if kind == "lognormal" and not spec["median"] > 0:
        return "`median` of a lognormal distribution must be above 0"
    return _disorder(kind, spec) or _empty_range(spec)


def _disorder(kind: str, spec: Mapping[str, Any]) -> str:
    names = _RISING.get(kind, ())
    values = [spec[name] for name in names]
    # A triangle may have its peak at an end, but needs a width.
    ties = kind == "triangular" and bool(values) and values[0] < values[-1]
    fine = all(a < b or (ties and a == b) for a, b in pairwise(values))
    if fine:
        return ""
    order = " and ".join(f"`{low}` must be below `{high}`" for low, high in pairwise(names))
    return f"{order} in a {kind} distribution"


def _empty_range(spec: Mapping[str, Any]) -> str:
    low, high = spec.get("min"), spec.get("max")
    if low is not None and high is not None and not low < high:
        return "`min` must be below `max`"
    return ""


def _fixed(spec: Mapping[str, Any], u: Floats) -> Floats:
    return np.full(u.shape, float(spec["value"]))


def _uniform(spec: Mapping[str, Any], u: Floats) -> Floats:
    values: Floats = spec["low"] + (spec["high"] - spec["low"]) * u
    return values


def _normal(spec: Mapping[str, Any], u: Floats) -> Floats:
    values: Floats = spec["mean"] + spec["sd"] * ndtri(_inner(u))
    return values


def _lognormal(spec: Mapping[str, Any], u: Floats) -> Floats:
    values: Floats = spec["median"] * np.exp(spec["sigma"] * ndtri(_inner(u)))
    return values


def _triangular(spec: Mapping[str, Any], u: Floats) -> Floats:
    low, mode, high = (float(spec[name]) for name in ("low", "mode", "high"))
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, rising, falling)


def _loglogistic(spec: Mapping[str, Any], u: Floats) -> Floats:
    median, below, above = float(spec["median"]), spec["median"] - spec["p10"], spec["p90"] - spec["median"]
    odds = logit(_inner(u))
    shape = np.log(above / below) / np.log(9.0)
    if abs(shape) < _SYMMETRIC:
        symmetric: Floats = median + below * odds / np.log(9.0)
        return symmetric
    # The scale solves scale * (9**shape - 1) = above; it is negative for a longer left side.
    scale = above / np.expm1(shape * np.log(9.0))
    values: Floats = median + scale * np.expm1(shape * odds)
    return values


def _beta(spec: Mapping[str, Any], u: Floats) -> Floats:
    values: Floats = betaincinv(spec["a"], spec["b"], _inner(u))
    return values


def _gamma(spec: Mapping[str, Any], u: Floats) -> Floats:
    shape, levels = float(spec["shape"]), _inner(u)
    if shape < _LEAST_SHAPE:
        exact: Floats = gammaincinv(shape, levels) / spec["rate"]
        return exact
    values: Floats = np.exp(_gamma_curve(shape)(ndtri(levels))) / spec["rate"]
    return values


@lru_cache(maxsize=64)
def _gamma_curve(shape: float) -> CubicSpline:
    """Return the log quantile of a gamma over the normal score, good to 1e-8.

    It is almost straight, so few knots do, and inverting the incomplete gamma function costs more
    than everything else that an event needs.
    """
    from scipy.interpolate import CubicSpline  # slow to import

    below, above = gammaincinv(shape, ndtr(_SCORES)), gammainccinv(shape, ndtr(-_SCORES))
    return CubicSpline(_SCORES, np.log(np.where(_SCORES < 0, below, above)))


def _inner(u: Floats) -> Floats:
    return np.clip(u, _SMALLEST, _LARGEST)


_QUANTILES: Final[Mapping[str, Callable[[Mapping[str, Any], Floats], Floats]]] = {
    "fixed": _fixed,
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "triangular": _triangular,
    "loglogistic": _loglogistic,
    "beta": _beta,
    "gamma": _gamma,
}
