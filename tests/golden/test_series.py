"""Our forecast of a published series beside the airline model; the data are those that statsmodels ships."""

import numpy as np
from statsmodels.datasets import engel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.tests.results.results_sarimax import air2_data

from eastbound.univariate.forecast import forecast_series

# V6 --------------------------------------------------------------------------------------------------------------

AIR = np.array(air2_data, dtype=float)  # thousands of passengers, 1949-60 (Box and Jenkins, series G)


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


# V8 --------------------------------------------------------------------------------------------------------------


# V9 --------------------------------------------------------------------------------------------------------------

ENGEL = engel.load_pandas().data
INCOME = np.column_stack([np.ones(len(ENGEL)), ENGEL["income"]])
FOOD = ENGEL["foodexp"].to_numpy()


# V24 -------------------------------------------------------------------------------------------------------------
