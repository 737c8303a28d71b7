"""Joint scores of one origin: all series and years that have an outcome, as one vector.

Every dimension is put on one scale first, log-odds for shares and logs for
everything else, so that none decides alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logit

from eastbound.core.simulation.seeds import Stream
from eastbound.core.verification.comparison import skill
from eastbound.core.verification.scoring import energy_score, variogram_score
from eastbound.evaluation.random_walk import random_walk_paths
from eastbound.typing import Floats, Record

LEAST_DIMENSIONS: Final = 2  # one dimension is no joint forecast: its energy score is the CRPS


@dataclass(frozen=True)
class Target:
    """What one series contributes to the vector of an origin.

    Parameters
    ----------
    series_id : str
    share : bool
        Whether it is a share between 0 and 100 %.
    known : mapping of int to float
        Years known at the origin, in the unit of the series.
    truth : mapping of int to float
        Outcome by year, for the years that are scored.
    draws : mapping of int to array, shape (draw,)
        Joint draws by year; NaN where undefined.
    """

    series_id: str
    share: bool
    known: Mapping[int, float]
    truth: Mapping[int, float]
    draws: Mapping[int, Floats]

    def scaled(self, values: Floats | float) -> Floats:
        """Return values on the common scale; what has no place there is NaN."""
        array = np.asarray(values, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            result = logit(array / 100.0) if self.share else np.log(array)
        return np.where(np.isfinite(result), result, np.nan)


def joint_scores(origin: str, targets: Sequence[Target], *, seed: int) -> Record | None:
    """Score the joint forecast of an origin and that of random walks with drift.

    Parameters
    ----------
    origin : str
        The day, for the record.
    targets : sequence of Target
        Series with at least one scored year; a draw counts when it is defined in all of them.
    seed : int
        Root of the random numbers of the reference.

    Returns
    -------
    dict or None
        `dimensions` (series times years), `series`, `draws`, `energy` and `variogram` of the forecast on the common
        scale; `energy_paired`, `variogram_paired`, `energy_reference`, `variogram_reference` and both skills over the
        `dimensions_paired` that random walks can forecast too. None with fewer than two dimensions.

    Notes
    -----
    The walks of different series are independent of each other, so a forecaster that knows how series move together
    gains in the variogram score.

    References
    ----------
    METHODS 3.1.
    """
    stacked = [(target, year, target.scaled(target.draws[year])) for target in targets for year in sorted(target.truth)]
    if len(stacked) < LEAST_DIMENSIONS:
        return None
    sample = np.stack([draws for _, _, draws in stacked])
    sample = sample[:, np.isfinite(sample).all(axis=0)]
    observed = np.array([float(target.scaled(target.truth[year])) for target, year, _ in stacked])
    if sample.shape[1] < LEAST_DIMENSIONS or not np.isfinite(observed).all():
        return None
    names = list(dict.fromkeys(target.series_id for target, _, _ in stacked))
    record: Record = {"origin": origin, "dimensions": len(stacked), "series": names, "draws": sample.shape[1]}
    record |= {"energy": energy_score(sample, observed), "variogram": variogram_score(sample, observed)}
    return record | _against(origin, targets, sample=sample, observed=observed, seed=seed)


def _against(origin: str, targets: Sequence[Target], *, sample: Floats, observed: Floats, seed: int) -> Record:
    """Score both forecasters over the series that a random walk can forecast."""
    width = sample.shape[1]
    walks: list[Floats] = []
    rows: list[int] = []
    first = 0
    for target in targets:
        years = sorted(target.truth)
        known = {year: float(target.scaled(value)) for year, value in target.known.items()}
        rng = Stream(seed, 0, width).generator("evaluation", "reference", target.series_id, origin)
        walk = random_walk_paths({y: v for y, v in known.items() if np.isfinite(v)}, years, draws=width, rng=rng)
        if walk is not None:
            walks.append(walk)
            rows += range(first, first + len(years))
        first += len(years)
    if len(rows) < LEAST_DIMENSIONS:
        return {"dimensions_paired": 0}
    reference, own, came = np.concatenate(walks), sample[rows], observed[rows]
    record: Record = {"dimensions_paired": len(rows)}
    for name, score in (("energy", energy_score), ("variogram", variogram_score)):
        mine, theirs = score(own, came), score(reference, came)
        record |= {f"{name}_paired": mine, f"{name}_reference": theirs, f"{name}_skill": float(skill(mine, theirs))}
    return record
