"""Simulation-based calibration: truths from the prior, figures in the shape of the real ones, and the truths' ranks.

One case is a function of a random generator that returns the rank of each
quantity in its posterior, in [0, 1]; METHODS 3.1 (Talts et al. 2018). The
shape (spans, errors, widths of intervals) is that of the evidence: it is
taken from what the model hands to its engine.
"""

from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial

import numpy as np
from scipy.stats import norm

from eastbound.core.share.censored import KEPT, Readings
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.fit import PARAMETERS
from eastbound.core.structural.fit import fit as fit_flow
from eastbound.core.structural.observations import SEASON, Sums
from eastbound.core.structural.simulate import Noise, carry_on, draw_states
from eastbound.evidence.book import load_evidence
from eastbound.models import drivers
from eastbound.models.pipelines import model as pipelines
from eastbound.models.primorye import model as primorye
from eastbound.models.protocol import grid_start
from eastbound.models.trade import energy as trade_energy
from eastbound.models.trade import flow as trade_flow
from eastbound.models.trade import model as trade
from eastbound.scenarios.inputs import load_inputs
from eastbound.univariate.forecast import forecast_series

AHEAD = 6  # months whose sum is forecast


def ranks(case, *, replications, seed):
    """Return the ranks of every quantity of a case, each as an array (replication,)."""
    rows = [case(np.random.default_rng([seed, k])) for k in range(replications)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def rank(points, weights, truth, rng):
    """Return the share of weighted points below the truth, ties and the room between points shared out evenly."""
    below, level = float(weights[points < truth].sum()), float(weights[points == truth].sum())
    return (below + rng.random() * (level + 1.0 / (len(points) + 1.0))) / (1.0 + 1.0 / (len(points) + 1.0))


@contextmanager
def _watched(module, name):
    """Yield the list of calls of a function of a module; the calls go through."""
    function, calls = getattr(module, name), []

    def watching(*given, **named):
        calls.append((given, named))
        return function(*given, **named)

    setattr(module, name, watching)
    try:
        yield calls
    finally:
        setattr(module, name, function)


@cache
def _calls(model, name, module=None):
    """Return what a model hands to a function of its module, or of another, when it is fitted to the evidence."""
    book = load_evidence()
    with _watched(module or model, name) as calls:
        model.fit(book, load_inputs(model.SUBJECT), start=grid_start(book))
    return calls


# Trade: the structural flow.


def flows(*, last_months=None):
    """Return a case for each flow of trade; with `last_months`, of its last months alone."""
    calls = [call for module in (trade_flow, trade_energy) for call in _calls(trade, "fit_structural", module)]
    return {f"trade flow {k}": partial(flow, *_shape(given, last_months)) for k, (given, _) in enumerate(calls)}


def _shape(given, last_months):
    sums, spec = given
    level = (float(np.log(np.median(sums.value / (sums.last - sums.first + 1)))), 0.5)
    if last_months is None:
        return sums, replace(spec, level=level)
    cut = spec.months - last_months
    use = sums.first >= cut
    sums = Sums(sums.first[use] - cut, sums.last[use] - cut, sums.value[use], sums.error[use], sums.early[use])
    regressors = spec.regressors[cut:]
    return sums, replace(spec, level=level, months=last_months, late=spec.late[cut:], regressors=regressors)


def flow(sums, spec, rng):
    """Replicate a flow: its parameters, last states, a regressor's effect and the sum of the next months."""
    truth, path, future = _path(spec, rng)
    value = np.array([path[a : b + 1].sum() for a, b in zip(sums.first, sums.last, strict=True)])
    printed = value * np.exp(sums.error * rng.standard_normal(len(value)) - np.where(sums.early, truth["early"], 0.0))
    found = fit_flow(replace(sums, value=printed), spec)
    out = {}
    for name in PARAMETERS:
        if name != "regime" or spec.late.any():
            out[name] = rank(found.values[name], found.weights, truth[name], rng)
    stream = Stream(int(rng.integers(2**32)), 0, 512)
    states = stream.normals("states", rows=found.mean.shape[1])
    drawn = draw_states(found, stream.uniforms("point", rows=1)[0], states)
    even = np.full(stream.width, 1.0 / stream.width)
    for name in ("trend", "early", "coefficients"):
        rows = drawn[1][found.rows[name]]
        if len(rows) and (name != "early" or sums.early.any()):
            out[f"state {name}"] = rank(rows[-1], even, truth[name], rng)
    ahead = np.empty((AHEAD, stream.width))
    noise = Noise(*(stream.normals(part, rows=AHEAD) for part in ("a", "b", "c")), np.ones(stream.width))
    carry_on(found, drawn, noise, out=ahead)
    return {**out, "next months": rank(ahead.sum(axis=0), even, future.sum(), rng)}


def _path(spec, rng):
    """Draw parameters, effects and a path from the prior, by its definition month by month."""
    theta = dict(zip(PARAMETERS, (rng.normal(*spec.parameters[name]) for name in PARAMETERS), strict=True))
    level_sd, season_sd, irregular_sd, drift_sd = (np.exp(theta[name]) for name in PARAMETERS[:4])
    damping = (1.0 / (1.0 + np.exp(-theta["damping"]))) ** (1 / SEASON)
    wild = np.exp(0.5 * theta["regime"])
    reference, early = rng.normal(*spec.drift), rng.normal(*spec.early)
    effects = spec.coefficients[:, 0] + spec.coefficients[:, 1] * rng.standard_normal(len(spec.coefficients))
    pattern = spec.season * rng.standard_normal(SEASON)
    pattern -= pattern.mean()
    level, deviation, logs = rng.normal(*spec.level), drift_sd * rng.standard_normal(), []
    late = np.append(spec.late, np.full(AHEAD, spec.late[-1]))
    for t in range(spec.months + AHEAD):
        if t:
            level += reference + deviation + level_sd * (wild if late[t] else 1.0) * rng.standard_normal()
            deviation = damping * deviation + drift_sd * np.sqrt(1.0 - damping**2) * rng.standard_normal()
        if t >= SEASON:
            pattern[t % SEASON] += season_sd * rng.standard_normal()
        known = spec.regressors[t] @ effects if t < spec.months else 0.0
        logs.append(level + pattern[t % SEASON] + known + irregular_sd * rng.standard_normal())
        if t == spec.months - 1:
            trend = reference + deviation
    truth = {
        "level": level_sd * (wild if spec.late[-1] else 1.0),
        "season": season_sd,
        "irregular": irregular_sd,
        "drift": drift_sd,
        "damping": damping,
        "regime": wild**2,
        "trend": trend,
        "early": early,
        "coefficients": effects[-1] if len(effects) else 0.0,
    }
    return truth, np.exp(logs[: spec.months]), np.exp(logs[spec.months :])


# Trade: unit prices that follow the oil price.


def prices():
    """Return a case for each unit price of trade."""
    calls = _calls(trade, "price_posterior", trade_energy)
    return {f"trade price {k}": partial(price, *given, **named) for k, (given, named) in enumerate(calls)}


def price(months, log_price, oil, rng, *, prior, **_):
    """Replicate a unit price: level, elasticity, half-life and volatility."""
    truth = rng.normal(prior[:, 0], prior[:, 1])
    keep, away = np.exp2(-np.exp(-truth[2])), np.empty(len(log_price))
    away[0] = np.exp(truth[3]) / np.sqrt(1.0 - keep**2) * rng.standard_normal()
    for k, gap in enumerate(np.diff(months), start=1):
        fresh = np.exp(truth[3]) * np.sqrt((1.0 - keep ** (2 * gap)) / (1.0 - keep**2))
        away[k] = keep**gap * away[k - 1] + fresh * rng.standard_normal()
    found = trade_energy.price_posterior(months, truth[0] + truth[1] * oil + away, oil, prior=prior)
    names = ("level", "elasticity", "half-life", "volatility")
    return {name: rank(found.points[:, k], found.weights, truth[k], rng) for k, name in enumerate(names)}


# Drivers: mean reversion.


def reversions():
    """Return a case for each driver."""
    return {f"drivers {k}": partial(reversion, *given) for k, (given, _) in enumerate(_calls(drivers, "reverting"))}


def reversion(history, centre, spread, rng):
    """Replicate a driver: half-life, mean and volatility."""
    truth = centre + spread * rng.standard_normal(3)
    keep, path = np.exp2(-np.exp(-truth[0])), np.empty(len(history))
    path[0] = rng.normal(centre[1], spread[1])  # what the first level says of the mean is not used by the model
    for t in range(1, len(history)):
        path[t] = truth[1] + keep * (path[t - 1] - truth[1]) + np.exp(truth[2]) * rng.standard_normal()
    found = drivers.reverting(path, centre, spread)
    names = ("half-life", "mean", "volatility")
    return {name: rank(found.points[:, k], found.weights, truth[k], rng) for k, name in enumerate(names)}


# Primorye: walks behind interval readings.


def walks():
    """Return a case for the share, one for its own history alone and one for the level."""
    calls = zip(("share", "own", "level"), _calls(primorye, "walk_posterior"), strict=True)
    return {name: partial(walk, *given, named) for name, (given, named) in calls}


def walk(readings, prior, named, rng):
    """Replicate a walk: levels of its last two years, normal level, volatility and what is left of a shift."""
    years = np.arange(readings.years.min(), named["last_year"] + 1)
    volatility, shared = np.exp(rng.normal(*prior.log_volatility)), rng.standard_normal()
    normal, jump = rng.normal(*prior.normal), rng.normal(*prior.jump)
    slowing = 1.0 / (1.0 + np.exp(-rng.normal(*prior.slowing)))
    order = np.append(years, years[-1] + 1) - (prior.jump_year or np.inf)
    jumps = np.where(order < 0, 0.0, jump * slowing ** np.maximum(order, 0.0))
    away = [volatility * prior.long_run * rng.standard_normal()]
    for _ in years[1:]:
        away.append((1.0 - prior.pull) * away[-1] + volatility * rng.standard_normal())
    path = normal + np.array(away) + np.cumsum(jumps[:-1])
    noise = prior.noise * volatility
    changes = named.get("changes")
    posterior = primorye.walk_posterior(
        said(readings, path[readings.years - years[0]], shared, rng, noise=noise),
        prior,
        **{
            **named,
            "stream": Stream(int(rng.integers(2**32)), 0, KEPT),
            "changes": None
            if changes is None
            else _said_changes(changes, path, shared, rng=rng, first=years[0], noise=np.sqrt(2.0) * noise),
        },
    )
    even = np.full(KEPT, 1.0 / KEPT)
    last = normal + jumps[:-1].sum()
    truth = {"level": path[-1], "before": path[-2], "normal": last, "volatility": volatility, "next_jump": jumps[-1]}
    if prior.jump_year is None:
        del truth["next_jump"]
    return {name: rank(getattr(posterior, name), even, value, rng) for name, value in truth.items()}


def said(readings, truth, shared, rng, *, noise=0.0):
    """Return intervals as wide as the real ones that hold the noisy truth; an open end stays open or turns round."""
    seen = truth + np.hypot(readings.sd, noise) * rng.standard_normal(len(truth)) + readings.shared_sd * shared
    width = readings.high - readings.low
    closed = np.isfinite(width)
    low = np.where(closed, seen - rng.random(len(seen)) * np.where(closed, width, 0.0), -np.inf)
    high = np.where(closed, low + np.where(closed, width, 0.0), np.inf)
    edge = np.where(np.isfinite(readings.low), readings.low, readings.high)
    low, high = np.where(~closed & (seen >= edge), edge, low), np.where(~closed & (seen < edge), edge, high)
    return replace(readings, low=low, high=high)


def _said_changes(changes, path, shared, *, rng, first, noise):
    use = changes.years > first
    kept = Readings(*(getattr(changes, name)[use] for name in ("years", "low", "high", "sd", "shared_sd")))
    return said(kept, np.diff(path)[kept.years - first - 1], shared, rng, noise=noise)


# Pipelines: over-delivery.


def deliveries():
    """Return a case for each contracted line with a prior."""
    calls = _calls(pipelines, "shrunk_mean")
    return {f"pipelines {k}": partial(delivery, *given, named) for k, (given, named) in enumerate(calls)}


def delivery(values, named, rng):
    """Replicate the over-delivery of a line: the next year.

    The prior that `shrunk_mean` stands for: variance inverse gamma with two
    degrees of freedom more than its weight in years, mean given the variance normal.
    """
    weight = named["weight"]
    variance = weight * named["sd"] ** 2 / rng.chisquare(weight + 2.0)
    mean = rng.normal(named["mean"], np.sqrt(variance / weight))
    years = mean + np.sqrt(variance) * rng.standard_normal(values.size + 1)
    centre, sd = pipelines.shrunk_mean(years[:-1], **named)
    return {"next year": float(norm.cdf(years[-1], centre, sd))}


# The univariate engine.


def univariate():
    """Return a case for yearly walks and one for quarterly airline series."""
    return {"univariate yearly": yearly, "univariate quarterly": quarterly}


def yearly(rng):
    """Replicate a yearly log walk whose drift comes from the reference class and fades from now on."""
    drift = rng.normal(0.032, 0.039) * np.where(np.arange(28) < 25, 1.0, 0.9 ** (np.arange(28) - 24))
    return _forecast(np.cumsum(rng.uniform(0.05, 0.15) * rng.standard_normal(28) + drift), 3, 1, rng)


def quarterly(rng):
    """Replicate an airline series, moving averages .4 and .6."""
    steps, logs = 0.04 * rng.standard_normal(48), np.zeros(48)
    logs[:5] = 0.1 * rng.standard_normal(5)
    for t in range(5, 48):
        moved = steps[t] - 0.4 * steps[t - 1] - 0.6 * steps[t - 4] + 0.24 * steps[t - 5]
        logs[t] = logs[t - 1] + logs[t - 4] - logs[t - 5] + moved
    return _forecast(logs, 3, 4, rng)


def _forecast(logs, horizon, period, rng):
    path, levels = np.exp(logs), np.arange(1, 100) / 100
    frame = forecast_series(path[:-horizon], horizon, period=period, quantiles=levels)
    ends = np.concatenate([[0.0], levels, [1.0]])
    below = np.searchsorted(frame.loc[horizon].to_numpy(), path[-1])
    return {"last step": ends[below] + rng.random() * (ends[below + 1] - ends[below])}
