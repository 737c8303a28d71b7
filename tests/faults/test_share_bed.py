"""The share on other countries' partners: it loses to no walk beyond two errors, under the priors learnt there."""

import sys
from pathlib import Path

import numpy as np
import pytest

from eastbound.evaluation.share_panel import compare_shares, learn_walk, score_shares, share_origins, walk_forecast
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.settings import load_settings

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import share_model

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def analogues():
    return load_evidence(share_model.AS_OF).analogues


def test_the_share_loses_to_a_walk_at_no_horizon_beyond_two_standard_errors(analogues):
    origins = share_origins(analogues)
    assert len(origins) >= 300
    walk = score_shares(origins, learn_walk, forecast=walk_forecast, seed=1)
    model = score_shares(origins, share_model.learn, forecast=share_model.forecast, seed=1)
    table = compare_shares(model, walk)
    assert table["horizon"].tolist() == [1, 2, 3]
    assert (table["difference"] < 2.0 * table["error"]).all()


def test_the_priors_in_use_are_those_that_the_table_gives(analogues):
    learnt, count = share_model.learn_table(analogues)
    settings = load_settings("primorye")
    assert count == 116
    assert (settings["normal_mean"], settings["normal_sd"]) == pytest.approx(learnt.normal, rel=0.01)
    assert (settings["pull"], settings["noise"]) == pytest.approx((learnt.pull, learnt.noise), rel=0.01)
    volatility = (np.log(settings["volatility_median"]), settings["volatility_log_sd"])
    assert volatility == pytest.approx(learnt.log_volatility, rel=0.01)
