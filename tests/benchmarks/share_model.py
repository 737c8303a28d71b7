"""Primorye's model of the share on partner shares of other countries: its priors, and its forecasts in the test bed.

``python tests/benchmarks/share_model.py`` prints the priors of the whole table, which stand in
``params/models/primorye.yml``.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from eastbound.core.share.censored import KEPT, Readings, WalkPrior, walk_posterior
from eastbound.core.share.shares import log_ratio
from eastbound.core.simulation.seeds import Stream
from eastbound.evaluation.share_panel import HORIZONS, longest_histories
from eastbound.evidence.analogues import comparable
from eastbound.evidence.book import load_evidence

AS_OF = "2026-11-21"
FEWEST = 3  # figures of a partner
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_LOG_WEIGHTS = np.log(_WEIGHTS / _WEIGHTS.sum())
# Weak priors (mean, sd) of: normal level, log of its sd, log pull, log volatility, log of its spread, log noise.
_CENTRE = np.array([-0.6, -0.3, -2.5, -1.6, -0.8, -0.7])
_SPREAD = np.array([1.0, 0.7, 0.7, 1.0, 0.7, 0.7])
_STREAM = Stream(1, 0, KEPT)


def learn_table(analogues):
    """Return the priors that all partners with three figures of turnover and more give, and their number."""
    table = comparable(analogues)
    table = table[(table["flow"] == "turnover") & table["share"].between(0.5, 99.5)]
    known = [
        dict(zip(pair["year"].tolist(), log_ratio(pair["share"].to_numpy() / 100.0).tolist(), strict=True))
        for _, pair in table.groupby(["home", "partner"])
        if len(pair) >= FEWEST
    ]
    return learn_walks(known), len(known)


def learn(origins):
    """Return the priors that the histories of some origins give."""
    return learn_walks([origin.known for origin in longest_histories(origins)])


def forecast(origin, prior, rng):
    """Draw the log ratio by horizon from the model's own posterior given the figures up to an origin."""
    years = np.array(sorted(origin.known))
    values, zeros = np.array([origin.known[year] for year in years.tolist()]), np.zeros(years.size)
    readings = Readings(years, values - 1e-4, values + 1e-4, zeros + 1e-4, zeros)
    posterior = walk_posterior(readings, prior, last_year=origin.year, stream=_STREAM, key="panel")
    away, left = posterior.level - posterior.normal, 1.0 - prior.pull
    result = {}
    for ahead in HORIZONS:
        spread = np.sqrt((1.0 - left ** (2 * ahead)) / (1.0 - left**2) + prior.noise**2)
        noise = posterior.volatility * spread * rng.standard_normal(KEPT)
        result[ahead] = posterior.normal + away * left**ahead + noise
    return result


def learn_walks(known):
    """Return the priors with the largest marginal likelihood of some histories, log ratio by year."""
    first, last = min(map(min, known)), max(map(max, known))
    values = np.array([[walk.get(year, np.nan) for year in range(first, last + 1)] for walk in known])
    result = minimize(lambda point: -_log_posterior(point, values), _CENTRE, method="L-BFGS-B")
    normal, (spread, pull, volatility, volatility_sd, noise) = result.x[0], np.exp(result.x[1:])
    return WalkPrior((normal, spread), (np.log(volatility), volatility_sd), pull=pull, noise=noise)


def _log_posterior(point, values):
    """Return the log density of the priors: a Kalman filter of walk and normal level at nodes of the volatility."""
    spread, pull, volatility, volatility_sd, noise = np.exp(point[1:])
    scale = np.exp(np.log(volatility) + volatility_sd * _NODES)[None]
    walk, normal = np.full((2, len(values), scale.size), point[0])
    shared = np.full(walk.shape, spread**2)
    own, both, apart = shared + scale**2 / (1.0 - (1.0 - pull) ** 2), shared.copy(), shared.copy()
    begins = np.isfinite(values).argmax(axis=1)[:, None]
    total, left = np.zeros(walk.shape), 1.0 - pull
    for year in range(values.shape[1]):
        later, figure = begins < year, values[:, [year]]
        walk = np.where(later, left * walk + pull * normal, walk)
        ahead = left**2 * own + 2.0 * left * pull * both + pull**2 * apart + scale**2
        own, both = np.where(later, ahead, own), np.where(later, left * both + pull * apart, both)
        known = np.isfinite(figure)
        variance = own + (noise * scale) ** 2
        surprise = np.where(known, figure - walk, 0.0)
        total -= np.where(known, 0.5 * (np.log(2.0 * np.pi * variance) + surprise**2 / variance), 0.0)
        gain, gain_normal = np.where(known, own / variance, 0.0), np.where(known, both / variance, 0.0)
        walk, normal = walk + gain * surprise, normal + gain_normal * surprise
        own, both, apart = own - gain * own, both - gain_normal * own, apart - gain_normal * both
    return logsumexp(total + _LOG_WEIGHTS, axis=1).sum() - 0.5 * np.sum(((point - _CENTRE) / _SPREAD) ** 2)


if __name__ == "__main__":
    learnt, count = learn_table(load_evidence(AS_OF).analogues)
    print(f"{count} partners: normal level {learnt.normal[0]:.3f} ± {learnt.normal[1]:.3f}, pull {learnt.pull:.4f},")
    print(f"volatility {np.exp(learnt.log_volatility[0]):.3f} (log sd {learnt.log_volatility[1]:.3f}),", end=" ")
    print(f"noise {learnt.noise:.3f}")
