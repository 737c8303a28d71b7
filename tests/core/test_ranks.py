"""Ranks agree with SciPy's to the last bit, also where draws are equal."""

import numpy as np
import pytest
from scipy import stats

from eastbound.core.ranks import average_ranks


@pytest.mark.parametrize("shape", [(50,), (400, 3)])
def test_ranks_are_those_of_scipy(shape):
    values = np.random.default_rng(1).integers(0, 40, shape) / 7.0
    values[0] = np.inf
    np.testing.assert_array_equal(average_ranks(values), stats.rankdata(values, axis=0))
