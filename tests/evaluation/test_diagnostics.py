"""Residual diagnostics: each test fires on the fault it is for and stays quiet on white noise."""

import numpy as np
import pytest
from structural_prior import plain_prior

import eastbound as eb
from eastbound.core.structural.fit import fit
from eastbound.core.structural.observations import Sums
from eastbound.evaluation.diagnostics import LEVEL, error_tests

N = 400


def _noise(seed=3):
    return np.random.default_rng(seed).normal(size=N)


def _garch(noise):
    values = np.zeros(N)
    for t in range(1, N):
        values[t] = noise[t] * np.sqrt(0.2 + 0.75 * values[t - 1] ** 2)
    return values


FAULTS = {
    "Ljung-Box": lambda e: e[1:] + 0.5 * e[:-1],
    "ARCH": _garch,
    "Jarque-Bera": lambda e: np.exp(e),
    "CUSUM": lambda e: e + (np.arange(N) > N // 2),
    "KPSS": lambda e: e + np.arange(N) / N * 3,
}


def test_white_noise_passes():
    assert {name for name, (_, p_value) in error_tests(_noise()).items() if p_value <= LEVEL} == set()


@pytest.mark.parametrize("name", FAULTS)
def test_each_test_finds_its_fault(name):
    assert error_tests(FAULTS[name](_noise()))[name][1] <= LEVEL


def test_errors_of_a_structural_fit_are_standard_normal_under_its_own_model():
    rng = np.random.default_rng(7)
    months = np.arange(96)
    logs = 2 + np.cumsum(rng.normal(0, np.exp(-3.5), 96)) + rng.normal(0, np.exp(-3.5), 96)
    sums = Sums(months, months, np.exp(logs), np.full(96, 1e-3), np.zeros(96, bool))
    errors = fit(sums, plain_prior(96), count=32).errors
    assert errors.shape == (96,)
    assert 0.8 < errors[12:].std() < 1.25
    assert error_tests(errors[12:])["Ljung-Box"][1] > LEVEL


def test_every_fit_with_errors_is_tested_once_by_each_test():
    table = eb.residual_diagnostics(book=eb.load_evidence("2025-12-31"))
    assert not table.duplicated(["fit", "series_id", "test"]).any()
    assert set(table.groupby(["fit", "series_id"]).size()) == {5}
    assert {"structural model", "mean-reverting driver", "forecast_series"} <= set(table["fit"])
    assert (table["failed"] == (table["p_value"] <= LEVEL)).all()
