"""The compiled loops give what NumPy gives, bit for bit."""

import numpy as np
import pytest

from eastbound.constants import BLOCK
from eastbound.core.simulation.capacity import persistent, ramp
from eastbound.core.simulation.compiled import compiled, loops
from eastbound.core.simulation.seeds import Stream
from eastbound.core.simulation.shocks import Impulses, total_response
from eastbound.core.structural.simulate import normal_rows, normal_tables
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import simulate_block
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.loader import load_scenario

pytest.importorskip("numba", reason="the `fast` extra is not installed, so there are no compiled loops to compare")


def both(call):
    """Return a result of NumPy and the same of the compiled loops."""
    assert loops() is None
    plain = call()
    with compiled(True):
        assert loops() is not None
        return plain, call()


def same(call):
    for plain, fast in zip(*both(call), strict=True):
        np.testing.assert_array_equal(plain, fast)


def test_normals_far_into_the_tails():
    # 4 million: some hundred of them lie in the last layer of the ziggurat, beyond 3.65
    plain, fast = both(lambda: Stream(7, 0, BLOCK).normals("a", rows=1000))
    np.testing.assert_array_equal(plain, fast)
    assert (np.abs(plain) > 3.66).sum() > 100


@pytest.mark.parametrize("width", [5, BLOCK])
def test_numbers_of_a_stream(width):
    stream = Stream(7, 3, width)
    same(lambda: (stream.uniforms("a", rows=3), stream.normals("a", "b", rows=3)))
    same(lambda: [next(normal_rows(stream, "a")), next(normal_tables(stream, "a", rows=5))])
    same(lambda: stream.below("a", rows=30, chance=np.linspace(0.0, 0.3, width)))
    same(lambda: stream.below("a", rows=30, chance=0.9))


def test_responses_to_events():
    rng = np.random.default_rng(4)
    found = Impulses(np.sort(rng.integers(0, 24, 5000)), rng.integers(0, 133, 5000), rng.random(5000))
    gains = [(np.array([3, 130]), rng.random((2, 24)))]

    def respond():
        out = np.empty((24, 133))
        total_response([(found, kernel), (found, kernel[::-1].copy())], gains, out=out)
        return out

    kernel = rng.random(24)
    same(lambda: [respond()])


def test_autoregression():
    def months():
        tables = list(np.random.default_rng(1).standard_normal((3, 12, 40)))
        return [table.copy() for table in persistent(tables, persistence=0.7, sd=0.03)]

    same(months)


def test_ramps():
    first_flow, years = np.array([6.0, 17.3, 30.9, np.inf]), np.array([2.0, 5.5, 1.0, 3.0])
    same(lambda: [part for year in ramp(36, first_flow, full=38.0, first_year=0.13, years=years) for part in year])


def test_the_joint_simulation():
    book = load_evidence()
    grid = Grid(grid_start(book), 36)
    fits = fit_models(book, {model.SUBJECT: load_inputs(model.SUBJECT) for model in registry.models()}, grid=grid)
    fixed = {"grid": grid, "stream": Stream(1, 0, 256), "after": last_month(book)}
    plain, fast = both(lambda: simulate_block(load_scenario("baseline"), fits, **fixed))
    assert plain.keys() == fast.keys()
    for series, path in plain.items():
        np.testing.assert_array_equal(fast[series], path, err_msg=series)
