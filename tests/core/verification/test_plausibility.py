"""Distance from an ensemble: closed form for normal margins, and the same for any others."""

import numpy as np
import pytest
from scipy.stats import chi2

from eastbound.core.verification.plausibility import plausibility

CORRELATION = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.3], [0.0, -0.3, 1.0]])
DRAWS = np.random.default_rng(7).multivariate_normal(np.zeros(3), CORRELATION, size=40_000)


@pytest.mark.parametrize("shift", [(0.0, 0.0, 0.0), (1.0, 0.6, 0.0), (0.5, -1.0, 1.0), (-2.0, 1.0, 0.0)])
def test_distance_and_tail_rank_have_their_closed_form(shift):
    result = plausibility(DRAWS, np.array(shift))
    square = np.array(shift) @ np.linalg.inv(CORRELATION) @ np.array(shift)
    assert result.distance == pytest.approx(square**0.5, abs=0.03)
    assert result.share == pytest.approx(chi2.sf(square, 3), abs=0.01)


def test_heavy_tails_and_units_change_nothing():
    point = np.array([0.5, -1.0, 1.0])
    plain = plausibility(DRAWS, point)
    bent = plausibility(np.sinh(3.0 * DRAWS) * [1.0, 1e6, 1e-6], np.sinh(3.0 * point) * [1.0, 1e6, 1e-6])
    assert bent.share == plain.share
    np.testing.assert_allclose(bent.distance, plain.distance, rtol=1e-12)


def test_a_copy_or_a_constant_adds_no_distance():
    point = np.array([0.5, -1.0, 1.0])
    plain = plausibility(DRAWS, point)
    more = np.column_stack([DRAWS, DRAWS[:, 0], np.zeros(len(DRAWS))])
    result = plausibility(more, np.append(point, [point[0], 5.0]))
    assert result.distance == pytest.approx(plain.distance, rel=1e-6)
    assert result.levels[-1] == 0.5


def test_a_point_beyond_all_draws_is_as_far_as_any():
    result = plausibility(DRAWS, np.array([99.0, -99.0, 99.0]))
    assert result.share == 0.0
    assert result.levels[0] > 1.0 - 1.0 / len(DRAWS)
