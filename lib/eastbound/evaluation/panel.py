"""The yearly core of the trade model on China's other partners: a test without hindsight about Russia.

One partner is left out, everything that partners share is learnt from the others with figures up to
the origin, and the partner's coming years are scored. Nothing of Russia enters when Russia is scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from eastbound.constants import SEED
from eastbound.core.simulation.seeds import Stream
from eastbound.core.verification.scoring import crps
from eastbound.evaluation.partner_core import VIEWS, Core, learn_core, simulate_core
from eastbound.evaluation.partner_data import FLOWS, TABLE, Partners, load_partners, with_total
from eastbound.evaluation.random_walk import random_walk_paths
from eastbound.evaluation.scale_prior import learn_scale
from eastbound.typing import Floats

HORIZONS: Final = (1, 2, 3, 5)
FIRST_ORIGIN: Final = 2005  # seven steps are known by then
BREAK: Final = 2.0  # steps of its own typical size
_RECENT: Final = 2  # years in which a break counts as new
_FROZEN: Final = ("panel.py", "partner_core.py", "partner_data.py", "scale_prior.py", "random_walk.py")
WALK, DRIFT, MODEL = "walk", "drift", "model"


@dataclass(frozen=True)
class _Origin:
    """One partner at one origin."""

    partner: str
    year: int
    known: Floats
    coming: Mapping[int, Floats]
    broken: bool


def frozen_code() -> str:
    """Return the sha256 of the code and the table that decide the panel's scores."""
    total = sha256(TABLE.read_bytes())
    for name in _FROZEN:
        total.update(Path(__file__).with_name(name).read_bytes())
    return total.hexdigest()


def panel_scores(*, draws: int, seed: int = SEED, ties: Sequence[float] = ()) -> pd.DataFrame:
    """Forecast every partner from every origin with what the others teach, and score it.

    Parameters
    ----------
    draws : int
    seed : int
    ties : sequence of float
        Other speeds at which exports return to imports, each scored as a model of its own.

    Returns
    -------
    pandas.DataFrame
        One row per model, partner, origin, flow and horizon: `crps` in logs, `inside80`, `inside95`,
        `scaled` (distance of the outcome from the median in half-widths of the 80 % band) and `broken`,
        whether a flow of the partner had just moved by more than `BREAK` typical steps. Models are
        ``model`` (each draw follows one of three views of the drift; the trade model has dropped the one
        that halves it, the worst here), the views alone, ``walk`` (no drift), ``drift`` (the partner's
        own, as on the track record) and ``tie X``.

    Notes
    -----
    The walk has the same prior of volatility as the model, so that skill is not a matter of widths.
    """
    panel = load_partners()
    rows = []
    for position in range(panel.years.index(FIRST_ORIGIN), len(panel.years) - 1):
        for index, origin in enumerate(_origins(panel, position)):
            others = np.delete(panel.logs[:, :, : position + 1], index, axis=1)
            core = learn_core(others)
            stream = Stream(seed, 0, 1)
            for name, paths in _forecasts(origin, core, others, stream=stream, draws=draws, ties=ties):
                rows += list(_scored(name, origin, with_total(paths)))
    return pd.DataFrame(rows)


def _origins(panel: Partners, position: int) -> Iterator[_Origin]:
    logs = with_total(panel.logs)
    ahead = [horizon for horizon in HORIZONS if position + horizon < len(panel.years)]
    for index, partner in enumerate(panel.names):
        known = panel.logs[:, index, : position + 1]
        coming = {horizon: logs[:, index, position + horizon] for horizon in ahead}
        yield _Origin(partner, panel.years[position], known, coming, _broken(known))


def _broken(known: Floats) -> bool:
    """Return whether a flow moved in its last years by more than `BREAK` times its earlier steps' deviation."""
    steps = np.diff(known, axis=1)
    early, late = steps[:, :-_RECENT], steps[:, -_RECENT:]
    distance = np.abs(late - early.mean(axis=1, keepdims=True)) / early.std(axis=1, ddof=1, keepdims=True)
    return bool(np.any(distance > BREAK))


def _forecasts(
    origin: _Origin, core: Core, others: Floats, *, stream: Stream, draws: int, ties: Sequence[float]
) -> Iterator[tuple[str, Floats]]:
    """Yield each model's name and its paths, shape (2, ahead, draw)."""
    ahead = max(origin.coming)
    key = (origin.partner, str(origin.year))

    def run(core: Core, view: str) -> Floats:
        rng = stream.generator("panel", *key)
        return simulate_core(origin.known, core, rng, ahead=ahead, draws=draws, view=view)

    views = {view: run(core, view) for view in VIEWS}
    picks = stream.generator("panel", "view", *key).integers(len(VIEWS), size=draws)
    yield from views.items()
    yield MODEL, _pool(list(views.values()), picks)
    for tie in ties:
        yield f"tie {tie:g}", _pool([run(replace(core, tie=tie), view) for view in VIEWS], picks)
    yield WALK, _walk(origin, others, stream.generator("panel", WALK, *key), draws=draws)
    yield DRIFT, _drift(origin, stream.generator("panel", DRIFT, *key), draws=draws)


def _pool(paths: Sequence[Floats], picks: Any) -> Floats:
    return np.asarray(np.choose(picks, paths), dtype=np.float64)


def _walk(origin: _Origin, others: Floats, rng: np.random.Generator, *, draws: int) -> Floats:
    """Return walks without drift; exports and imports share nothing."""
    ahead = max(origin.coming)
    paths = np.empty((2, ahead, draws))
    for flow, known in enumerate(origin.known):
        scale = learn_scale(list(np.diff(others[flow], axis=1))).update(np.diff(known))
        steps = scale.draw(rng, draws) * rng.standard_normal((ahead, draws))
        paths[flow] = known[-1] + np.cumsum(steps, axis=0)
    return paths


def _drift(origin: _Origin, rng: np.random.Generator, *, draws: int) -> Floats:
    """Return random walks with the partner's own drift, the reference of the track record."""
    years = [origin.year + step for step in range(1, max(origin.coming) + 1)]
    first = origin.year - origin.known.shape[1] + 1
    paths = [
        random_walk_paths(dict(enumerate(flow.tolist(), start=first)), years, draws=draws, rng=rng)
        for flow in origin.known
    ]
    return np.stack([path for path in paths if path is not None])


def _scored(model: str, origin: _Origin, paths: Floats) -> Iterator[dict[str, Any]]:
    for horizon, outcome in origin.coming.items():
        drawn = np.sort(paths[:, horizon - 1], axis=1)
        edges = np.quantile(drawn, [0.025, 0.1, 0.5, 0.9, 0.975], axis=1)
        half = np.where(outcome > edges[2], edges[3] - edges[2], edges[2] - edges[1])
        scores = crps(drawn, outcome)
        for flow, name in enumerate(FLOWS):
            yield {
                "model": model,
                "partner": origin.partner,
                "origin": origin.year,
                "broken": origin.broken,
                "flow": name,
                "horizon": horizon,
                "crps": float(scores[flow]),
                "inside80": bool(edges[1, flow] <= outcome[flow] <= edges[3, flow]),
                "inside95": bool(edges[0, flow] <= outcome[flow] <= edges[4, flow]),
                "scaled": float(abs(outcome[flow] - edges[2, flow]) / half[flow]),
            }
