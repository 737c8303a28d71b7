"""Entropic tilting where the tilted distribution is known in closed form (METHODS V19)."""

import numpy as np
import pytest
from scipy.stats import norm

from eastbound.core.views.tilting import mean_view, probability_view, tilt

# Mid-points of equal probability instead of random draws: what remains is the cut tail beyond 4.2 sd, below 1e-4 in
# the moments used here. Tolerance 5e-4: the published numbers have four digits.
DRAWS = norm.ppf((np.arange(40_000) + 0.5) / 40_000)
CLOSE = {"abs": 5e-4}


def moments(tilted):
    mean = tilted.weights @ DRAWS
    return mean, tilted.weights @ (DRAWS - mean) ** 2


def test_mean_of_a_normal():
    # N(0, 1) with mean 1 becomes N(1, 1): multiplier 1, distance 1/2, variance unchanged, effective share exp(-1).
    tilted = tilt([mean_view(DRAWS, 1.0)])
    assert tilted.multipliers[0] == pytest.approx(1.0, abs=2e-3)  # the cut tail has to be made up for
    assert tilted.kl == pytest.approx(0.5, abs=1e-3)
    assert moments(tilted) == (pytest.approx(1.0, abs=1e-9), pytest.approx(1.0, abs=4e-3))
    assert tilted.ess == pytest.approx(np.exp(-1.0), abs=2e-3)


def test_probability_from_a_tenth_to_three_tenths():
    # .3 ln 3 + .7 ln(.7/.9) = .15366 and 1 / (.3^2/.1 + .7^2/.9) = .692, exact for any draws
    tilted = tilt([probability_view(np.arange(1000) < 100, 0.3)])
    assert tilted.kl == pytest.approx(0.15366, abs=5e-6)
    assert tilted.ess == pytest.approx(0.692, **CLOSE)
    assert tilted.largest == pytest.approx(0.003)


def test_price_of_the_published_projection_of_primorye():
    # METHODS 2.2: moving P(80-90 %) from .35 to .80 costs .8 ln(.8/.35) + .2 ln(.2/.65) = .43 nats
    assert tilt([probability_view(np.arange(1000) < 350, 0.8)]).kl == pytest.approx(0.43, abs=0.005)
