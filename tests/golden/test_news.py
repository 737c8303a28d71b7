"""Reference results of other programs that statsmodels ships (METHODS V26, V27).

Guards for `results.news`, which attributes the change of a nowcast to releases, and for the smoother behind
conditional paths.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels
from scipy.io import loadmat
from statsmodels.tsa.statespace.dynamic_factor_mq import DynamicFactorMQ
from statsmodels.tsa.statespace.tests.test_cfa_tvpvar import TVPVAR, endog

REFERENCE = Path(statsmodels.__file__).parent / "tsa" / "statespace" / "tests" / "results"
NEW_YORK = REFERENCE / "frbny_nowcast"


def vintage(date):
    """Monthly and quarterly growth of one data vintage, as the New York Fed's program transforms it."""
    raw = pd.read_csv(NEW_YORK / "Nowcasting" / "data" / "US" / f"{date}.csv")
    raw.index = pd.PeriodIndex(raw.pop("Date").tolist(), freq="M")
    monthly = pd.DataFrame({"CPIAUCSL": 100 * (raw["CPIAUCSL"] / raw["CPIAUCSL"].shift() - 1)})
    monthly["UNRATE"], monthly["PAYEMS"] = raw["UNRATE"].diff(), raw["PAYEMS"].diff()
    quarterly = raw.loc[raw.index.month % 3 == 0, ["GDPC1", "ULCNFB"]]
    quarterly.index = quarterly.index.asfreq("Q")
    quarterly = 100 * ((quarterly / quarterly.shift()) ** 4 - 1)
    parts = (monthly.loc["2000":], quarterly.loc["2000":])
    return [part.loc[part.first_valid_index() : part.last_valid_index()] for part in parts]


def test_news_of_the_new_york_fed_nowcast():
    # Impacts of June 2016 releases on GDP growth in 2016-Q3 by the Fed's Matlab program, given its parameters. The
    # same algebra in double precision: relative 1e-6.
    reference = loadmat(NEW_YORK / "test_news_112.mat")
    results = reference["Res"][0, 0]
    order = np.r_[0:8, 8 + np.arange(10).reshape(2, 5).ravel(order="F")]  # Matlab lists two states by lag
    monthly, quarterly = vintage("2016-06-29")
    model = DynamicFactorMQ(
        monthly,
        endog_quarterly=quarterly,
        factors=1,
        factor_orders=1,
        idiosyncratic_ar1=True,
        init_t0=True,
        obs_cov_diag=True,
        standardize=True,
    )
    model.initialize_known(results["Z_0"][:, 0][order], results["V_0"][order][:, order])
    before = model.smooth(reference["params"][:, 0], cov_type="none")
    monthly, quarterly = vintage("2016-07-29")
    after = before.apply(monthly, endog_quarterly=quarterly, retain_standardization=True)
    news = after.news(before, impact_date="2016-09", comparison_type="previous")
    assert news.revision_impacts.loc["2016-09", "GDPC1"] == pytest.approx(results["impact_revisions"].item(), rel=1e-6)
    details = news.details_by_impact.loc["2016-09", "GDPC1"]
    for row, series in enumerate(["CPIAUCSL", "UNRATE", "PAYEMS", "GDPC1"]):
        found = details.loc[("2016-06", series), ["forecast (prev)", "observed", "weight", "impact"]]
        np.testing.assert_allclose(np.asarray(found, dtype=float).ravel(), results["news_table"][row], rtol=1e-6)


def test_time_varying_var_of_chan_and_jeliazkov():
    # Posterior means of the coefficients in the first sweep of their Matlab program (2009), printed to about ten
    # digits, from the Kalman smoother: relative 1e-6.
    model = TVPVAR(endog.iloc[2:])
    model.update_direct(np.cov(endog.T), np.full(model.k_states, 0.01))
    published = pd.read_csv(REFERENCE / "cfa_tvpvar_posterior_mean.csv", header=None).iloc[:6]
    np.testing.assert_allclose(model.ssm.smooth().smoothed_state, published, rtol=1e-6)
