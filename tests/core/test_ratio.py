"""Percentages with numbers done by hand."""

import numpy as np
import pytest

from eastbound.core.ratio import percent


def test_ratio_is_undefined_without_capacity_and_never_clipped():
    flow, room = np.array([[0.0, 2.2], [1.0, 3.0]]), np.array([[0.0, 2.0], [0.0, 3.0]])
    found = percent(flow, room)
    assert np.isnan(found[:, 0]).all()
    np.testing.assert_allclose(found[:, 1], [110.0, 100.0])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_ratio_keeps_the_precision_of_its_parts(kind):
    assert percent(np.ones(2, kind), np.ones(2, kind)).dtype == kind
