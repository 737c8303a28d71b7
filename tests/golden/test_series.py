"""Published fits of time-series models and regressions.

Guards for routines of statsmodels that serve as cross-checks and benchmarks of ours; the data are those that
statsmodels ships, so nothing is fetched. Where our own code can be held against the same numbers, it is.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels
from scipy.optimize import minimize
from statsmodels.datasets import engel, strikes
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.regression.linear_model import OLS
from statsmodels.regression.quantile_regression import QuantReg
from statsmodels.tsa.interp import dentonm
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.tests.results.results_sarimax import air2_data
from statsmodels.tsa.vector_ar.var_model import VAR

from eastbound.core.verification.scoring import quantile_score
from eastbound.univariate.forecast import forecast_series

HERE = Path(statsmodels.__file__).parent


# V6 --------------------------------------------------------------------------------------------------------------

AIR = np.array(air2_data, dtype=float)  # thousands of passengers, 1949-60 (Box and Jenkins, series G)


def test_airline_model():
    # Box and Jenkins: .40 and .56; Stata (shipped beside the data): -.40183, -.55693, variance .00134812,
    # log-likelihood 244.69651. Two optimisers differ by 2e-4 in the parameters, where the likelihood is flat.
    found = SARIMAX(np.log(AIR), order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(disp=0)
    np.testing.assert_allclose(found.params[:2], [-0.4018324, -0.5569342], atol=5e-4)
    assert found.params[2] == pytest.approx(0.00134812, rel=1e-3)
    assert found.llf == pytest.approx(244.69651, abs=1e-3)


def test_our_forecast_of_1960_agrees_with_the_airline_model():
    # Another method, so no digits are shared: the medians of the twelve months of 1960 lie within two predictive
    # standard deviations of the airline model's, and both miss the outcome by under 10 % on average.
    logs = np.log(AIR[:-12])
    airline = SARIMAX(logs, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(disp=0).get_forecast(12)
    ours = forecast_series(AIR[:-12], 12, period=12, quantiles=(0.5,)).to_numpy()[:, 0]
    assert np.all(np.abs(np.log(ours) - airline.predicted_mean) < 2 * airline.se_mean)
    for medians in (ours, np.exp(airline.predicted_mean)):
        assert np.mean(np.abs(medians / AIR[-12:] - 1)) < 0.10


# V7 --------------------------------------------------------------------------------------------------------------


def test_west_german_var_of_luetkepohl():
    # Luetkepohl (2005), section 3.2.3: growth of investment, income and consumption 1960-78, two lags. Printed to
    # three decimals, the covariance (x 10^4) to two: half of the last digit.
    table = pd.read_stata(HERE / "tsa" / "tests" / "results" / "lutkepohl2.dta")
    inside = (table["qtr"] >= "1960-01-01") & (table["qtr"] <= "1978-12-31")
    growth = table.loc[inside, ["dln_inv", "dln_inc", "dln_consump"]].dropna()
    found = VAR(growth.to_numpy(dtype=float)).fit(2)
    investment = [-0.017, -0.320, 0.146, 0.961, -0.161, 0.115, 0.934]
    np.testing.assert_allclose(np.asarray(found.params)[:, 0], investment, atol=6e-4)
    covariance = 1e4 * np.asarray(found.sigma_u)[np.tril_indices(3)]
    np.testing.assert_allclose(covariance, [21.30, 0.72, 1.37, 1.23, 0.61, 0.89], atol=6e-3)
    assert found.llf == pytest.approx(606.307, abs=1e-3)


# V8 --------------------------------------------------------------------------------------------------------------


def test_proportional_denton():
    # IMF Quarterly National Accounts Manual (2001), example 6.2, as computed by Stata: one decimal printed. Yearly
    # totals must hold exactly.
    indicator = np.array([98.2, 100.8, 102.2, 100.8, 99.0, 101.6, 102.7, 101.5, 100.5, 103.0, 103.5, 101.5])
    published = [969.8, 998.4, 1018.3, 1013.4, 1007.2, 1042.9, 1060.3, 1051.0, 1040.6, 1066.5, 1071.7, 1051.0]
    found = dentonm(indicator, np.array([4000.0, 4161.4]), freq="aq")
    np.testing.assert_allclose(found, published, atol=0.1)
    np.testing.assert_allclose(found[:8].reshape(2, 4).sum(axis=1), [4000.0, 4161.4], rtol=1e-12)


# V9 --------------------------------------------------------------------------------------------------------------

ENGEL = engel.load_pandas().data
INCOME = np.column_stack([np.ones(len(ENGEL)), ENGEL["income"]])
FOOD = ENGEL["foodexp"].to_numpy()


@pytest.mark.parametrize(("level", "slope"), [(0.05, 0.3434), (0.5, 0.5602), (0.95, 0.7091)])
def test_engel_quantile_regression(level, slope):
    # Koenker and Bassett (1982), four decimals. The fit is iterative with its own tolerance, hence 1e-4; its result
    # must be a minimum of our quantile score: any small change of either coefficient costs.
    found = np.asarray(QuantReg(FOOD, INCOME).fit(q=level).params)
    assert found[1] == pytest.approx(slope, abs=1e-4)
    cost = np.mean(quantile_score((INCOME @ found)[:, None], FOOD, levels=[level]))
    for change in ([1.0, 0.0], [-1.0, 0.0], [0.0, 2e-3], [0.0, -2e-3]):
        moved = (INCOME @ (found + np.array(change)))[:, None]
        assert np.mean(quantile_score(moved, FOOD, levels=[level])) > cost


def test_engel_least_squares():
    # 147.475 + .4852 income, from the same paper; half of the last digit.
    constant, slope = OLS(FOOD, INCOME).fit().params
    assert (constant, slope) == (pytest.approx(147.475, abs=6e-4), pytest.approx(0.4852, abs=5e-5))


# V24 -------------------------------------------------------------------------------------------------------------


def test_kennan_strikes():
    # Kennan (1985): 62 strikes of 42.66 days on average, median 27. The published table is not at hand, so METHODS
    # V24 is a consistency test: production -9.35 and a Weibull shape of 1.003, that is exponential. Printed digits.
    data = strikes.load_pandas().data
    days, production = data["duration"].to_numpy(dtype=float), data["iprod"].to_numpy()
    assert (len(days), round(days.mean(), 2)) == (62, 42.66)
    assert SurvfuncRight(days, np.ones(62)).quantile(0.5) == 27.0

    def loss(x):  # accelerated failure time: log days = x0 + x1 production + exp(x2) Gumbel
        z = (np.log(days) - x[0] - x[1] * production) / np.exp(x[2])
        return -np.sum(z - np.exp(z) - x[2])

    found = minimize(loss, [np.log(42.0), 0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9})
    assert found.success
    assert found.x[1] == pytest.approx(-9.35, abs=0.01)
    assert np.exp(-found.x[2]) == pytest.approx(1.003, abs=1e-3)
