"""Move the centre of a distribution, of a number or of a month, and leave its shape."""

from __future__ import annotations

from typing import Any, Final

from eastbound.periods import month_ordinal, month_text

# The parameter that is the centre; the others of these families do not move with it.
_CENTRES: Final = {"fixed": "value", "normal": "mean", "lognormal": "median", "loglogistic": "median"}
_MOVED: Final = ("value", "low", "mode", "high", "mean", "median", "p10", "p90")


def centre(distribution: Any) -> float | None:
    """Return the number or month around which a distribution lies.

    Parameters
    ----------
    distribution : Quantity or When
        An entry of a scenario.

    Returns
    -------
    float or None
        Mean of a gamma distribution, middle of a uniform one, mode of a triangular one, otherwise the parameter of
        that meaning; a month as its ordinal. None for a beta distribution, whose two parameters have no such meaning.

    Examples
    --------
    >>> from eastbound.scenarios.quantities import Gamma, UniformDate
    >>> centre(Gamma(dist="gamma", shape=2.5, rate=5))
    0.5
    >>> centre(UniformDate(dist="uniform", low="2027-01", high="2027-11"))
    24329.0
    """
    given = distribution.model_dump(exclude_none=True)
    family = given["dist"]
    if family == "gamma":
        return float(given["shape"] / given["rate"])
    if family == "uniform":
        return (_number(given["low"]) + _number(given["high"])) / 2.0
    name = "mode" if family == "triangular" else _CENTRES.get(family)
    return None if name is None else float(_number(given[name]))


def recentred(distribution: Any, value: float) -> dict[str, Any]:
    """Return the keys of a distribution with its centre moved, without its basis.

    Parameters
    ----------
    distribution : Quantity or When
        With a `centre`.
    value : float
        The new one.

    Returns
    -------
    dict
        A gamma distribution keeps its shape, a lognormal one its sigma; of the others every parameter moves by as much.

    Examples
    --------
    >>> from eastbound.scenarios.quantities import LogNormal, UniformDate
    >>> recentred(LogNormal(dist="lognormal", median=1, sigma=0.5, max=8), 2)
    {'max': 8.0, 'dist': 'lognormal', 'median': 2.0, 'sigma': 0.5}
    >>> recentred(UniformDate(dist="uniform", low="2027-01", high="2027-11"), 24341)
    {'dist': 'uniform', 'low': '2028-01', 'high': '2028-11'}
    """
    given = distribution.model_dump(exclude_none=True, exclude={"source", "judgement"})
    if given["dist"] == "gamma":
        # a rate of zero has no gamma distribution
        return (
            {**given, "rate": float(f"{given['shape'] / value:.6g}")} if value > 0 else {"dist": "fixed", "value": 0.0}
        )
    if given["dist"] == "lognormal":
        return {**given, "median": float(value)} if value > 0 else {"dist": "fixed", "value": 0.0}
    before = centre(distribution)
    by = value - (0.0 if before is None else before)
    return {key: _moved(old, by) if key in _MOVED else old for key, old in given.items()}


def _number(value: float | str) -> float:
    return float(month_ordinal(value)) if isinstance(value, str) else float(value)


def _moved(old: float | str, by: float) -> float | str:
    return month_text(month_ordinal(old) + round(by)) if isinstance(old, str) else float(f"{old + by:.6g}")
