"""Coverage, probability integral transforms and rank histograms."""

import numpy as np
import pytest
from scipy.stats import binom, kstest

from eastbound.core.verification.calibration import coverage, pit, rank_histogram
from eastbound.errors import InputError


@pytest.mark.parametrize(("hits", "count"), [(0, 5), (5, 5), (3, 7), (40, 50)])
def test_ends_of_the_coverage_range_are_where_the_count_becomes_surprising(hits, count):
    # Clopper-Pearson by definition: at the lower end P(X >= hits) = 2.5 %, at the upper P(X <= hits) = 2.5 %
    found = coverage(np.arange(count) < hits)
    assert found.share == hits / count
    assert found.outcomes == count
    if hits:
        assert binom.sf(hits - 1, count, found.low) == pytest.approx(0.025)
    else:
        assert found.low == 0.0
    if hits < count:
        assert binom.cdf(hits, count, found.high) == pytest.approx(0.025)
    else:
        assert found.high == 1.0


def test_no_outcomes_have_no_coverage():
    with pytest.raises(InputError, match="no outcomes"):
        coverage(np.zeros(0, bool))


def test_pit_lies_between_the_neighbouring_ranks():
    rng = np.random.default_rng(0)
    sample = np.tile([1.0, 2.0, 2.0, 3.0], (500, 1))
    inside, tie, beyond = (pit(sample, np.full(500, y), rng=rng) for y in (1.5, 2.0, 9.0))
    assert inside.min() >= 1 / 5
    assert inside.max() <= 2 / 5
    assert tie.min() >= 1 / 5  # two equal draws and the outcome share three places
    assert tie.max() <= 4 / 5
    assert tie.max() - tie.min() > 0.5
    assert beyond.min() >= 4 / 5


def test_pit_of_one_more_draw_is_uniform_even_with_ties():
    rng = np.random.default_rng(1)
    sample = np.round(rng.standard_normal((3000, 20)), 0)
    assert kstest(pit(sample[:, 1:], sample[:, 0], rng=rng), "uniform").pvalue > 0.01


def test_rank_histogram_of_a_narrow_forecast_is_found_out():
    rng = np.random.default_rng(2)
    outcomes = rng.standard_normal(400)
    fair = rank_histogram(pit(rng.standard_normal((400, 99)), outcomes, rng=rng))
    narrow = rank_histogram(pit(0.5 * rng.standard_normal((400, 99)), outcomes, rng=rng))
    assert fair.counts.sum() == narrow.counts.sum() == 400
    assert fair.p_value > 0.01 > 1e-6 > narrow.p_value
    assert narrow.counts[0] > narrow.high  # the ends fill up
    assert narrow.counts[4] < narrow.low
    assert (fair.low, fair.high) == tuple(binom.ppf([0.025, 0.975], 400, 0.1))


def test_one_belongs_to_the_last_bin():
    np.testing.assert_array_equal(rank_histogram(np.array([0.0, 1.0]), bins=2).counts, [1, 1])


@pytest.mark.parametrize("values", [[], [0.5, 1.2], [np.nan]])
def test_rank_histogram_refuses_what_is_no_probability(values):
    with pytest.raises(InputError, match="between 0 and 1"):
        rank_histogram(np.array(values))
