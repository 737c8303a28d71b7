"""The algebra of the structural model: prior covariance of all rows, and conditioning on figures.

Rows are the months of the path followed by the states that a simulation
starts from. The prior covariance is a fixed part plus four blocks scaled by a
variance each, plus the drift, which depends on its damping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import expit

from eastbound.typing import Bools, Floats, Ints

SEASON: Final = 12
Prior = tuple[float, float]


@dataclass(frozen=True)
class Sums:
    """Published sums of consecutive months.

    Parameters
    ----------
    first, last : array of int, shape (n,)
        Positions of the first and the last month of each sum.
    value : array, shape (n,)
        Positive sums, in the unit of the flow.
    error : array, shape (n,)
        Relative standard deviation of each figure.
    early : array of bool, shape (n,)
        First releases, which share one relative bias against final figures.
    """

    first: Ints
    last: Ints
    value: Floats
    error: Floats
    early: Bools


@dataclass(frozen=True)
class StructuralPrior:
    """Priors and known structure of the model.

    Parameters
    ----------
    months : int
        Length of the path, at most 400.
    parameters : mapping of str to (mean, sd)
        Normal priors on the unconstrained scale of `structural.PARAMETERS`: log standard
        deviation of monthly level, of the yearly change of the seasonal
        pattern, of the irregular part and of the monthly drift; log-odds of
        the yearly damping; log of the variance ratio of the late regime.
    drift : (mean, sd)
        Reference drift, log per month, to which the drift returns.
    season : float
        Standard deviation of the first seasonal pattern, log.
    early : (mean, sd)
        Relative bias of first releases: log final minus log printed.
    late : array of bool, shape (months,)
        Months of the late variance regime; the future belongs to the last month's.
    regressors : array, shape (months, k)
        Columns added to the log of the flow.
    coefficients : array, shape (k, 2)
        Mean and standard deviation of each coefficient.
    level : (mean, sd) or None
        First log level; None is a wide prior around the first figure.
    """

    months: int
    parameters: Mapping[str, Prior]
    drift: Prior
    season: float
    early: Prior
    late: Bools
    regressors: Floats
    coefficients: Floats
    level: Prior | None = None


@dataclass(frozen=True)
class PriorCovariance:
    """The prior as sums of fixed covariance blocks over path and state rows; from `build`."""

    spec: StructuralPrior
    rows: Mapping[str, slice]
    mean: Floats
    fixed: Floats
    blocks: Mapping[str, Floats]  # level (early regime), late (level in the late regime), season, irregular
    steps: Floats  # (rows, months): how the monthly drift deviations add up


@dataclass(frozen=True)
class Linearization:
    """The figures as linear observations of the rows, with the covariance blocks projected onto them."""

    weights: Floats  # (n, rows)
    residual: Floats  # figures minus their prior mean
    noise: Floats  # (n,) variances
    fixed: Floats
    blocks: Mapping[str, Floats]
    steps: Floats


def build(spec: StructuralPrior, sums: Sums, keep: Ints) -> PriorCovariance:
    """Lay out the rows and the parts of their prior covariance.

    Parameters
    ----------
    spec : StructuralPrior
        The prior.
    sums : Sums
        The figures; only the first one matters, where the spec gives no first level.
    keep : array of int
        Positions of the months to repeat among the states.

    Returns
    -------
    PriorCovariance
        Rows in the order path, level, trend, reference, season, coefficients, early, kept.
    """
    n, k = spec.months, spec.regressors.shape[1]
    sizes = {"path": n, "level": 1, "trend": 1, "reference": 1, "season": SEASON, "coefficients": k, "early": 1}
    ends = np.cumsum(list(sizes.values()))
    rows = {name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)}
    total = int(ends[-1])
    start = spec.level or (float(np.log(sums.value[0] / (sums.last[0] - sums.first[0] + 1))), 1.0)
    time = np.arange(n, dtype=float)

    # Loadings of independent Gaussian causes on all rows.
    ones, drift = np.zeros((total, 1)), np.zeros((total, 1))
    ones[: n + 1] = 1.0
    drift[:n, 0], drift[n], drift[rows["reference"]], drift[rows["trend"]] = time, n - 1.0, 1.0, 1.0
    betas = np.zeros((total, k))
    betas[:n], betas[rows["coefficients"]] = spec.regressors, np.eye(k)
    bias = np.zeros((total, 1))
    bias[rows["early"]] = 1.0
    calendar = np.concatenate([np.arange(n), n + np.arange(SEASON)])
    seasonal = np.r_[rows["path"], rows["season"]]
    pattern = np.zeros((total, SEASON))
    pattern[seasonal] = spec.season * (np.eye(SEASON) - 1.0 / SEASON)[calendar % SEASON]
    causes = np.hstack([start[1] * ones, spec.drift[1] * drift, spec.coefficients[:, 1] * betas, pattern])
    causes = np.hstack([causes, spec.early[1] * bias])
    mean = start[0] * ones[:, 0] + spec.drift[0] * drift[:, 0] + betas @ spec.coefficients[:, 0]
    mean += spec.early[0] * bias[:, 0]
    system = PriorCovariance(spec, rows, mean, causes @ causes.T, _blocks(spec, rows, total), _steps(n, rows, total))
    return _with_kept(system, keep)


def _blocks(spec: StructuralPrior, rows: Mapping[str, slice], total: int) -> dict[str, Floats]:
    """Return the covariance per unit variance of each evolving part."""
    n = spec.months
    blocks = {name: np.zeros((total, total)) for name in ("level", "late", "season", "irregular")}
    for name, regime in (("level", ~spec.late), ("late", spec.late)):
        elapsed = np.concatenate([[0.0], np.cumsum(regime[1:])])  # shocks that arrived up to each month
        elapsed = np.append(elapsed, elapsed[-1])
        blocks[name][: n + 1, : n + 1] = np.minimum.outer(elapsed, elapsed)
    years = np.concatenate([np.arange(n) // SEASON, (n + np.arange(SEASON)) // SEASON - 1])
    month = np.concatenate([np.arange(n), n + np.arange(SEASON)]) % SEASON
    seasonal = np.r_[rows["path"], rows["season"]]
    changes = np.where(month[:, None] == month, np.minimum.outer(years, years), 0.0)
    blocks["season"][np.ix_(seasonal, seasonal)] = changes
    blocks["irregular"][:n, :n] = np.eye(n)
    return blocks


def _steps(n: int, rows: Mapping[str, slice], total: int) -> Floats:
    steps = np.zeros((total, n))
    steps[:n] = np.tril(np.ones((n, n)), -1)
    steps[n] = steps[n - 1]
    steps[rows["trend"], n - 1] = 1.0
    return steps


def _with_kept(system: PriorCovariance, keep: Ints) -> PriorCovariance:
    """Append copies of the kept months as state rows."""
    total = len(system.mean)
    index = np.concatenate([np.arange(total), keep])
    square = np.ix_(index, index)
    return replace(
        system,
        rows={**system.rows, "kept": slice(total, len(index))},
        mean=system.mean[index],
        fixed=system.fixed[square],
        blocks={name: block[square] for name, block in system.blocks.items()},
        steps=system.steps[index],
    )


def first_path(sums: Sums, months: int) -> Floats:
    """Interpolate the average log month of each sum over time.

    Parameters
    ----------
    sums : Sums
        The figures.
    months : int
        Length of the path.

    Returns
    -------
    array, shape (months,)
        Path around which the sums are linearised first.
    """
    middle = 0.5 * (sums.first + sums.last)
    order = np.argsort(middle)
    average = np.log(sums.value / (sums.last - sums.first + 1))
    path: Floats = np.interp(np.arange(months), middle[order], average[order])
    return path


def linearize(system: PriorCovariance, sums: Sums, path: Floats) -> Linearization:
    """Replace the log of each sum by its tangent at a path.

    Parameters
    ----------
    system : PriorCovariance
        From `build`.
    sums : Sums
        The figures.
    path : array, shape (months,)
        Log flow around which the sums are linear.

    Returns
    -------
    Linearization
        The figures as linear observations.
    """
    month = np.arange(len(path))
    inside = (month >= sums.first[:, None]) & (month <= sums.last[:, None])
    parts = inside * np.exp(path)
    sizes = parts.sum(axis=1)
    weights = np.zeros((len(sizes), len(system.mean)))
    weights[:, : len(path)] = parts / sizes[:, None]
    tangent = np.log(sums.value / sizes) + weights[:, : len(path)] @ path
    weights[:, system.rows["early"]] = np.where(sums.early, -1.0, 0.0)[:, None]
    return Linearization(
        weights=weights,
        residual=tangent - weights @ system.mean,
        noise=sums.error**2,
        fixed=weights @ system.fixed @ weights.T,
        blocks={name: weights @ block @ weights.T for name, block in system.blocks.items()},
        steps=weights @ system.steps,
    )


def _covariance(parts: PriorCovariance | Linearization, theta: Floats) -> Floats:
    """Return the prior covariance of the rows, or of the figures, given the parameters."""
    level, season, irregular, drift = np.exp(2.0 * theta[:4])
    damping = expit(theta[4]) ** (1.0 / SEASON)
    lags = damping ** np.arange(parts.steps.shape[1])
    position = np.arange(len(lags))
    out: Floats = parts.fixed + (parts.steps * drift) @ lags[np.abs(position[:, None] - position)] @ parts.steps.T
    out += level * parts.blocks["level"]
    out += level * np.exp(theta[5]) * parts.blocks["late"]
    out += season * parts.blocks["season"]
    out += irregular * parts.blocks["irregular"]
    return out


def log_likelihood(seen: Linearization, theta: Floats) -> float:
    """Return the log density of the figures given the parameters, without its constant.

    Parameters
    ----------
    seen : Linearization
        From `linearize`.
    theta : array, shape (parameters,)
        In the order of `structural.PARAMETERS`.

    Returns
    -------
    float
        Log density plus ``n / 2 * log(2 π)``.
    """
    covariance = _covariance(seen, theta)
    covariance[np.diag_indices_from(covariance)] += seen.noise
    root, _ = cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False)
    half = solve_triangular(root, seen.residual, lower=True, check_finite=False)
    return float(-0.5 * half @ half - np.sum(np.log(np.diag(root))))


def one_step_errors(seen: Linearization, theta: Floats, order: Ints) -> Floats:
    """Return each figure less its forecast from the figures before it, in units of the forecast's standard deviation.

    Parameters
    ----------
    seen : Linearization
        From `linearize`.
    theta : array, shape (parameters,)
        In the order of `structural.PARAMETERS`.
    order : array of int, shape (n,)
        Positions of the figures in the order in which they are forecast.

    Returns
    -------
    array, shape (n,)
        Independent standard normal under the model (prediction-error decomposition; Harvey 1989, section 3.4).
    """
    covariance = _covariance(seen, theta) + np.diag(seen.noise)
    root = np.linalg.cholesky(covariance[np.ix_(order, order)])
    errors: Floats = solve_triangular(root, seen.residual[order], lower=True, check_finite=False)
    return errors


def update(system: PriorCovariance, seen: Linearization, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Condition the rows on the figures.

    Parameters
    ----------
    system : PriorCovariance
        From `build`.
    seen : Linearization
        From `linearize`.
    theta : array, shape (parameters,)
        In the order of `structural.PARAMETERS`.

    Returns
    -------
    mean, sd : array, shape (rows,)
        Posterior mean and standard deviation of every row.
    covariance : array, shape (states, states)
        Posterior covariance of the rows after the path.
    """
    prior = _covariance(system, theta)
    cross = prior @ seen.weights.T
    covariance = seen.weights @ cross
    covariance[np.diag_indices_from(covariance)] += seen.noise
    gain = cho_solve(cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False), cross.T)
    mean = system.mean + seen.residual @ gain
    states = slice(system.spec.months, None)
    sd = np.sqrt(np.maximum(np.diag(prior) - np.einsum("ij,ji->i", cross, gain), 0.0))
    return mean, sd, prior[states, states] - cross[states] @ gain[:, states]
