"""Hamilton's two regimes of GNP (METHODS V4): the published optimum, and the maxima beside it.

A guard for statsmodels' Markov switching, our diagnostic for regimes. Its likelihood has several maxima (Boldin
1996), so a reported convergence is no proof; one start is never enough.
"""

import ast
from pathlib import Path

import numpy as np
import pytest
from statsmodels.tsa.regime_switching import markov_autoregression

# Hamilton (1989), table 1, in statsmodels' order: stay in recession, leave expansion, two means, variance, four AR.
PUBLISHED = np.array([0.7547, 0.0959, -0.3588, 1.1635, 0.5914, 0.0135, -0.0575, -0.2470, -0.2129])
LOGLIK = -181.26339


def gnp_growth():
    """Quarterly GNP growth 1951-84, read out of statsmodels' own test: importing that file needs its pytest marks."""
    source = Path(markov_autoregression.__file__).with_name("tests") / "test_markov_autoregression.py"
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "rgnp":
            return np.array(ast.literal_eval(node.value))
    pytest.fail(f"{source.name} no longer holds `rgnp`")


@pytest.fixture(scope="module")
def model():
    return markov_autoregression.MarkovAutoregression(gnp_growth(), k_regimes=2, order=4, switching_ar=False)


def test_published_likelihood(model):
    # The parameters are printed to four digits; at the optimum that costs curvature x (5e-5)^2, below 1e-5.
    assert model.loglike(PUBLISHED) == pytest.approx(LOGLIK, abs=1e-5)


def test_search_from_a_plausible_start_finds_it(model):
    # A tenth away from the published values; ends within half of the last printed digit plus the search's own
    # tolerance.
    start = PUBLISHED * np.array([1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1])
    found = model.fit(start_params=start, em_iter=0, cov_type="none", disp=0)
    np.testing.assert_allclose(found.params, PUBLISHED, atol=2e-4)
    assert found.llf == pytest.approx(LOGLIK, abs=1e-5)


def test_search_can_stop_at_a_lower_maximum(model):
    # The trap: from here the search reports convergence 2.4 log-likelihood units lower, with two equal regimes.
    start = np.array([0.851, 0.254, 0.0, 0.486, 1.048, 0.544, 0.213, -0.074, -0.077])
    trapped = model.fit(start_params=start, em_iter=0, cov_type="none", disp=0)
    assert trapped.mle_retvals["converged"]
    assert trapped.llf == pytest.approx(-183.669, abs=1e-3)
    assert trapped.params[2] == pytest.approx(trapped.params[3], abs=5e-3)
