"""Log ratios, interval likelihoods and the reference class against pencil values and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eastbound.core.share.shares import log_interval, log_ratio, reference_class, share_of
from eastbound.errors import ModelError

FLOWS = st.floats(0.001, 1000.0)


@given(FLOWS, FLOWS)
def test_log_ratio_of_flows_is_the_logit_of_their_share(china, rest):
    theta = np.log(china) - np.log(rest)
    assert share_of(theta) == pytest.approx(china / (china + rest), rel=1e-9)
    assert log_ratio(china / (china + rest)) == pytest.approx(theta, abs=1e-8)


@given(st.floats(-800.0, 800.0))
def test_shares_never_leave_their_bounds(theta):
    assert 0.0 <= share_of(theta) <= 1.0


def test_interval_probability_is_a_difference_of_normal_cdfs():
    theta, low, high = np.array([0.1, -0.4]), np.array([0.0, -1.0]), np.array([0.3, 2.0])
    expected = stats.norm.cdf((high - theta) / 0.2) - stats.norm.cdf((low - theta) / 0.2)
    np.testing.assert_allclose(np.exp(log_interval(theta, 0.2, low=low, high=high)), expected, rtol=1e-10)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_interval_keeps_its_digits_far_out(side):
    low, high = np.sort(side * np.array([30.0, 31.0]))
    found = log_interval(np.zeros(1), 1.0, low=np.array([low]), high=np.array([high]))
    assert found[0] == pytest.approx(stats.norm.logsf(30.0), rel=1e-10)


def test_an_open_statement_is_a_tail():
    found = log_interval(np.zeros(1), 1.0, low=np.array([0.5]), high=np.array([np.inf]))
    assert found[0] == pytest.approx(stats.norm.logsf(0.5))


@given(st.floats(-5, 5), st.floats(0.01, 3), st.floats(0.05, 2))
def test_wider_intervals_are_likelier(low, width, sd):
    theta = np.zeros(1)
    narrow = log_interval(theta, sd, low=np.array([low]), high=np.array([low + width]))
    wide = log_interval(theta, sd, low=np.array([low - 0.1]), high=np.array([low + width]))
    assert wide[0] >= narrow[0]


def _straight(drifts, *, years=11):
    pairs = np.repeat(np.arange(len(drifts)), years)
    when = np.tile(np.arange(2000, 2000 + years), len(drifts))
    return pairs, when, share_of(0.7 + np.asarray(drifts)[pairs] * (when - 2000))


def test_the_widest_changes_are_those_of_whole_windows():
    drifts = np.array([-0.08, -0.04, -0.02, 0.0, 0.02, 0.06])
    result = reference_class(*_straight(drifts), band=(0.65, 0.68), horizon=(5, 10))
    assert result.changes == pytest.approx((-0.8, 0.6))
    assert (result.cases, result.pairs) == (6, 6)


def test_windows_of_a_pair_do_not_overlap():
    flat = _straight(np.zeros(5), years=21)
    result = reference_class(*flat, band=(0.6, 0.7), horizon=(5, 10))
    assert (result.cases, result.pairs) == (10, 5)


def test_too_few_analogues_are_refused():
    with pytest.raises(ModelError, match="at least five"):
        reference_class(*_straight(np.zeros(2)), band=(0.6, 0.7), horizon=(5, 10))
