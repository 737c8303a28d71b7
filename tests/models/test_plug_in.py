"""Collapsed posteriors: one point, the centre, of the same shape as before."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pytest

from eastbound.core.share.censored import WalkPosterior, WalkPrior
from eastbound.core.simulation.seeds import Stream
from eastbound.core.structural.fit import Posterior
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import simulate_block
from eastbound.errors import ModelError
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.pipelines import model as pipelines
from eastbound.models.pipelines.proxy import draw_shift
from eastbound.models.plug_in import plug_in
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.loader import load_scenario


def test_a_structural_posterior_keeps_its_centre():
    values = {"level": np.array([0.01, 0.04])}
    mean, root = np.array([[0.0, 2.0], [4.0, 6.0]]), np.ones((2, 2, 2))
    fit = Posterior(np.array([0.5, 0.5]), values, {"level": slice(0, 1)}, mean, root, mean[0], mean[0], 1.0)
    found = plug_in({"flows": (fit, "text")})["flows"][0]
    assert found.values["level"].tolist() == pytest.approx([0.02])  # geometric
    assert found.mean.tolist() == [[2.0, 4.0]]
    assert found.root.shape == (1, 2, 2)
    assert not found.root.any()


def test_a_walk_keeps_its_length():
    level, volatility = np.array([1.0, 3.0]), np.array([0.1, 0.4])
    fit = WalkPosterior(level, level, 2.0 * level, volatility, 0.1 * level, volatility, 1.0, "test")
    result = plug_in(fit)
    assert result.level.tolist() == [2.0, 2.0]
    assert result.normal.tolist() == [4.0, 4.0]
    assert result.volatility.tolist() == pytest.approx([0.2, 0.2])


def test_priors_of_a_stranger_lose_their_spread():
    assert plug_in(WalkPrior((1.0, 0.5), (-2.0, 0.4), pull=0.1)) == WalkPrior((1.0, 0.0), (-2.0, 0.0), pull=0.1)


def test_what_is_no_posterior_stays():
    text = MappingProxyType({"a": 1.5})
    assert plug_in(text) == {"a": 1.5}
    assert plug_in((1, "b")) == (1, "b")


@dataclass(frozen=True)
class UnknownPosterior:
    draws: np.ndarray


def test_an_unknown_posterior_is_refused_by_its_type():
    with pytest.raises(ModelError, match="UnknownPosterior"):
        plug_in({"flow": (UnknownPosterior(np.array([1.0, 2.0])),)})


def test_frozen_models_simulate_and_are_narrower():
    book = load_evidence()
    grid = Grid(grid_start(book), 36)
    fits = fit_models(book, {m.SUBJECT: load_inputs(m.SUBJECT) for m in registry.models()}, grid=grid)
    options = {"grid": grid, "stream": Stream(1, 0, 512), "after": last_month(book)}
    free = simulate_block(load_scenario("baseline"), fits, **options)
    known = simulate_block(load_scenario("baseline"), plug_in(fits), **options)
    for model in registry.models():
        for series in model.SERIES:
            assert np.isfinite(known[series]).all(), series
    for series in ("trade.china_russia.china_exports", "driver.brent_price", "trade.primorye.china_turnover"):
        assert np.log(known[series][-1]).std() < np.log(free[series][-1]).std()


def test_what_customs_values_tell_of_gas_is_known_too():
    book = load_evidence()
    settings, stream = load_inputs("pipelines"), Stream(1, 0, 4096)
    free = pipelines.fit(book, settings, start=grid_start(book))
    known = plug_in(free)
    drawn, found = (
        draw_shift(fit.metered, fit.proxy, fit.price, settings=settings, stream=stream) for fit in (free, known)
    )
    over = [fit.metered.over_delivery[0] + shift.level for fit, (_, shift) in ((free, drawn), (known, found))]
    assert over[1].std() < 1e-9
    assert over[1].mean() == pytest.approx(over[0].mean(), abs=1e-3)
    for row in (0, 1):  # level and power of the price
        assert found[0][row].std() < 1e-3 * drawn[0][row].std()
        assert found[0][row].mean() == pytest.approx(drawn[0][row].mean(), abs=0.02)
