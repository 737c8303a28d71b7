"""Joint scores: the vector of an origin, its scale, and what is left out."""

import numpy as np
import pytest
from scipy.special import logit

from eastbound.core.verification.scoring import crps, energy_score
from eastbound.evaluation.joint import Target, joint_scores

KNOWN = {2010 + k: float(np.exp(0.1 * k)) for k in range(8)}


def target(name="flow", *, share=False, known=KNOWN, truth=None, spread=0.2, seed=0, draws=300):
    truth = {2020: 3.0, 2021: 4.0} if truth is None else truth
    rng = np.random.default_rng(seed)
    return Target(name, share, known, truth, {y: v * np.exp(spread * rng.normal(size=draws)) for y, v in truth.items()})


def test_flows_are_scored_in_logs_and_shares_in_log_odds():
    flow, share = target(truth={2020: 3.0}), Target("s", True, {}, {2020: 60.0}, {2020: np.linspace(50, 70, 300)})
    found = joint_scores("2019-12-31", [flow, share], seed=1)
    vector = np.stack([np.log(flow.draws[2020]), logit(share.draws[2020] / 100)])
    assert found["energy"] == pytest.approx(energy_score(vector, np.array([np.log(3.0), logit(0.6)])))
    assert found["dimensions"] == 2
    assert found["dimensions_paired"] == 0  # one series without a past leaves one dimension to compare


def test_one_figure_is_no_joint_forecast():
    assert joint_scores("2019-12-31", [target(truth={2020: 3.0})], seed=1) is None


def test_a_draw_that_is_undefined_somewhere_is_left_out_everywhere():
    one = target()
    one.draws[2020][:100] = np.nan
    one.draws[2021][50:120] = 0.0  # no log
    assert joint_scores("2019-12-31", [one], seed=1)["draws"] == 180


def test_skill_is_against_walks_over_the_same_figures():
    good, bad = target(spread=0.01), target(spread=0.01, truth={2020: 3.0, 2021: 4.0})
    bad.draws.update({year: 2.0 * draws for year, draws in bad.draws.items()})
    better, worse = (joint_scores("2019-12-31", [one], seed=1) for one in (good, bad))
    assert better["energy_reference"] == worse["energy_reference"]  # same past, same random numbers
    assert better["energy_skill"] > 0.9 > 0 > worse["energy_skill"]
    # a common factor moves both years alike: the variogram score cannot see it
    assert worse["variogram"] == pytest.approx(better["variogram"], rel=0.05)


def test_a_walk_that_knows_its_past_beats_one_figure_of_the_energy_score():
    found = joint_scores("2019-12-31", [target()], seed=1)
    single = float(crps(np.log(target().draws[2020]), np.log(3.0)))
    assert found["energy"] > single
