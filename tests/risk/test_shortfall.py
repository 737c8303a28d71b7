"""Value at risk and expected shortfall: closed form, order, undefined draws, error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_ensembles import dataset

from eastbound.errors import InputError, UnknownName
from eastbound.names import TRADE_TOTAL
from eastbound.risk.sample import Sample
from eastbound.risk.shortfall import expected_shortfall, shortfall, value_at_risk


def test_normal_losses_match_the_closed_form():
    losses = np.sort(np.random.default_rng(3).normal(size=400_000))
    mean, error = expected_shortfall(losses, 0.975)
    assert mean == pytest.approx(2.337803, abs=4 * error)
    assert error < 0.01
    assert value_at_risk(losses, 0.99) == pytest.approx(2.326348, abs=0.02)


def test_the_error_is_that_of_repeated_samples():
    repeats = np.sort(np.random.default_rng(4).normal(size=(2000, 1000)), axis=-1)
    mean, error = expected_shortfall(repeats, 0.9)
    assert np.mean(error) == pytest.approx(np.std(mean), rel=0.08)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    st.floats(0.01, 0.99),
)
def test_shortfall_is_never_better_than_value_at_risk(values, level):
    losses = np.sort(np.array(values))
    scale = max(1.0, float(np.abs(losses).max()))
    if losses.size * (1 - level) >= 1:
        assert expected_shortfall(losses, level)[0] >= value_at_risk(losses, level) - 1e-9 * scale


def test_lower_and_higher_losses_mirror_each_other():
    rng = np.random.default_rng(5)
    months = np.repeat(rng.gamma(2.0, size=(1, 500, 2)), 12, axis=-1)
    months[0, :50, :12] = np.nan
    up = shortfall(Sample(dataset(-months)), "x", at=[2026, 2027], worse="higher")
    down = shortfall(Sample(dataset(months)), "x", at=[2026, 2027], worse="lower")
    np.testing.assert_allclose(up[["var", "shortfall", "mcse"]], down[["var", "shortfall", "mcse"]])
    values = np.sort(12 * months[0, 50:, 0])
    worst = np.median(values) - values[:45]
    assert down["shortfall"].iloc[0] == pytest.approx(worst.mean())
    assert down["tail"].iloc[0] == 45
    assert not down["enough"].iloc[0]


def test_the_baseline_is_stated(sample):
    own = shortfall(sample, TRADE_TOTAL, at=2030)
    level = float(own["baseline"].iloc[0])
    fixed = shortfall(sample, TRADE_TOTAL, at=2030, against=level)
    np.testing.assert_allclose(own["shortfall"], fixed["shortfall"])
    assert set(own["scenario"]) == {"baseline", "price_slump"}
    assert (own["shortfall"] >= own["var"]).all()
    higher = shortfall(sample, TRADE_TOTAL, at=2030, against=level + 10)
    np.testing.assert_allclose(higher["var"], own["var"] + 10)


def test_wrong_arguments_are_refused(sample):
    with pytest.raises(UnknownName, match="baselin"):
        shortfall(sample, TRADE_TOTAL, at=2030, against="baselin")
    with pytest.raises(InputError, match="between 0 and 1"):
        shortfall(sample, TRADE_TOTAL, at=2030, levels=[95])
