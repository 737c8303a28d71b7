"""The test bed of share models: priors come from the other half of the countries, and a better model wins."""

import numpy as np
import pandas as pd
import pytest

from eastbound.evaluation.cluster import clustered_error
from eastbound.evaluation.scale_prior import ScalePrior, learn_scale
from eastbound.evaluation.share_panel import compare_shares, learn_walk, score_shares, share_origins, walk_forecast


@pytest.fixture(scope="module")
def analogues():
    rng = np.random.default_rng(5)
    rows = []
    for home in "abcdef":
        theta = np.cumsum(rng.normal(0.1, 0.05, 14))
        for year, value in zip(range(2000, 2014), theta, strict=True):
            rows.append((home, "China", year, "turnover", 100 / (1 + np.exp(-value)), "cia-factbook-x"))
    return pd.DataFrame(rows, columns=["home", "partner", "year", "flow", "value", "source_id"])


def test_a_prior_never_sees_the_country_that_it_forecasts(analogues):
    def learn(origins):
        return {origin.home for origin in origins}

    def forecast(origin, prior, rng):
        assert origin.home not in prior
        assert max(origin.known) == origin.year
        return walk_forecast(origin, ScalePrior(4.0, 0.01), rng)

    assert len(score_shares(share_origins(analogues), learn, forecast=forecast, seed=1))


def test_the_model_that_knows_the_drift_beats_the_walk_at_every_horizon(analogues):
    origins = share_origins(analogues)

    def drifting(origin, prior, rng):
        return {ahead: draws + 0.1 * ahead for ahead, draws in walk_forecast(origin, prior, rng).items()}

    walk = score_shares(origins, learn_walk, forecast=walk_forecast, seed=1)
    table = compare_shares(score_shares(origins, learn_walk, forecast=drifting, seed=1), walk)
    assert (table["difference"] + 2 * table["error"] < 0).all()
    assert compare_shares(walk, walk)["difference"].eq(0).all()


def test_clusters_of_equal_values_count_once():
    values = np.random.default_rng(2).normal(size=40)
    once = clustered_error(values, range(40))
    assert clustered_error(np.repeat(values, 5), np.repeat(range(40), 5)) == pytest.approx(once)
    assert once == pytest.approx(values.std(ddof=1) / np.sqrt(40))


def test_the_prior_of_variances_is_found_again():
    rng = np.random.default_rng(3)
    prior = learn_scale([rng.normal(0, 0.2 * np.sqrt(8 / rng.chisquare(8)), 30) for _ in range(500)])
    assert prior.degrees == pytest.approx(8, rel=0.3)
    assert prior.variance**0.5 == pytest.approx(0.2, rel=0.05)
