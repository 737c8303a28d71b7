"""Ensembles of one series with known draws."""

import numpy as np
import pandas as pd
import xarray as xr


def dataset(months, *, unit="USD_bn", aggregate="sum", names=("baseline",), label="X"):
    """An ensemble of one series `x` from monthly values of shape (scenario, draw, period)."""
    months = np.asarray(months, dtype=np.float64)
    period = pd.period_range("2026-01", periods=months.shape[-1], freq="M").to_timestamp()
    attrs = {"unit": unit, "label": label, "aggregate": aggregate}
    return xr.Dataset(
        {"x": (("scenario", "draw", "period"), months, attrs)},
        coords={"scenario": list(names), "draw": np.arange(months.shape[1]), "period": period},
    )
