"""Paths in single precision: what rounding does to a draw and to quantiles, beside the Monte-Carlo error."""

import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.fit import Posterior
from eastbound.core.structural.simulate import Noise, carry_on, draw_states, tail_scale

MONTHS, MANY = 120, 1_000_000
ROWS = {
    "level": slice(0, 1),
    "trend": slice(1, 2),
    "reference": slice(2, 3),
    "season": slice(3, 15),
    "coefficients": slice(15, 17),
}


@pytest.fixture(scope="module")
def paths():
    """The same draws in single and in double precision, with the spread that flows of trade have in a decade."""
    values = {"level": 0.03, "season": 0.01, "irregular": 0.05, "drift": 0.004, "damping": 0.97}
    mean = np.concatenate([[2.5, 0.003, 0.003], 0.1 * np.sin(np.arange(12)), [0.4, 0.2]])
    root = 0.02 * np.eye(17)[None]
    single = {name: np.array([value]) for name, value in values.items()}
    posterior = Posterior(np.ones(1), single, ROWS, mean[None], root, np.empty(0), np.empty(0), 1.0)
    stream = Stream(seed=1, block=0, width=4096)
    drawn = draw_states(posterior, np.zeros(stream.width), stream.normals("states", rows=17))
    known = np.column_stack([np.linspace(0.9, 1.0, MONTHS), np.arange(MONTHS) % 12 == 1]).astype(float)
    driven = (0, 4.0 + 0.05 * stream.normals("oil", rows=MONTHS).cumsum(axis=0))
    result = []
    for kind in (np.float32, np.float64):
        normals = (stream.normals(name, rows=MONTHS).astype(kind) for name in ("level", "drift", "irregular"))
        noise = Noise(*normals, tail_scale(stream, "scale", degrees=5.0))
        out = np.empty((MONTHS, stream.width), kind)
        carry_on(posterior, drawn, noise, out=out, known=known, driven=(driven[0], driven[1].astype(kind)))
        result.append(out)
    return result


def test_rounding_moves_no_draw_by_more_than_a_few_parts_in_a_hundred_thousand(paths):
    single, double = paths
    np.testing.assert_allclose(single, double, rtol=5e-5)
    assert np.any(single != double.astype(np.float32))  # two precisions, not one


@pytest.mark.parametrize("level", [0.025, 0.5, 0.975])
def test_rounding_moves_quantiles_far_less_than_a_million_draws_leave_open(paths, level):
    single, double = (path.astype(float).reshape(10, 12, -1).sum(axis=1) for path in paths)
    error = np.abs(np.quantile(single, level, axis=1) - np.quantile(double, level, axis=1))
    # standard error of a quantile: the spread of its level over the density there, by a difference of levels
    around = np.quantile(double, [level - 0.02, level + 0.02], axis=1)
    open_question = np.sqrt(level * (1 - level) / MANY) * (around[1] - around[0]) / 0.04
    assert np.all(error < 0.05 * open_question)
