"""A made-up ensemble with the schema of the real one, small enough to check by hand."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, CHINA_TURNOVER, OWN_HISTORY, PRIMORYE_TURNOVER, REFERENCE_CLASS, TRADE_TOTAL

SCENARIOS = {"baseline": "Baseline", "secondary_sanctions": "Secondary sanctions on Chinese banks"}


def ensemble(paths, *, dates=None, scenarios=SCENARIOS, start=2026):
    """Build an ensemble from {id: (array (scenario, draw, period), unit, aggregate)}."""
    array = next(iter(paths.values()))[0]
    period = pd.date_range(f"{start}-01-01", periods=array.shape[2], freq="MS")
    variables = {
        name: (
            ("scenario", "draw", "period"),
            values.astype("float32"),
            {"unit": unit, "aggregate": rule, "label": label},
        )
        for name, (values, unit, rule, label) in paths.items()
    }
    for name, values in (dates or {}).items():
        variables[f"milestone.{name}"] = (("scenario", "draw"), values, {"unit": "year"})
    names = list(scenarios)[: array.shape[0]]
    coords = {"scenario": names, "title": ("scenario", [scenarios[n] for n in names])}
    coords |= {"draw": np.arange(array.shape[1]), "period": period}
    until = start + array.shape[2] // 12 - 1
    attrs = {"as_of": "2026-10-31", "seed": 1, "draws": array.shape[1], "until": until, "digest": "0" * 64}
    return xr.Dataset(variables, coords=coords, attrs=attrs)


def years(values, *, monthly=False):
    """Spread yearly values (scenario, draw, year) over twelve equal months."""
    array = np.repeat(np.asarray(values, dtype=float), 12, axis=2)
    return array if monthly else array / 12


@pytest.fixture
def make_ensemble():
    """The builder itself, for a test with series of its own."""
    return ensemble


@pytest.fixture
def tiny():
    """Two scenarios, four draws, 2026-2027; trade 200, 250, 300, 350 in 2026 and 50 more in 2027; sanctions cost 40."""
    base = np.array([[200, 250], [250, 300], [300, 350], [350, 400]])
    trade = years(np.stack([base, base - 40]))
    china = years(np.stack([[[6, 7], [7, 8], [8, 8.5], [9, 9.5]]] * 2))
    total = np.full_like(china, 10 / 12)
    gas = years(np.stack([[[36, 38], [38, 38], [38, 40], [40, 40]]] * 2))
    capacity = np.full_like(gas, 38 / 12)
    china_label, share = "China's trade with Primorye", "ratio:{}/{}"
    paths = {
        TRADE_TOTAL: (trade, "USD_bn", "sum", "China–Russia goods trade"),
        CHINA_TURNOVER: (china, "USD_bn", "sum", china_label),
        PRIMORYE_TURNOVER: (total, "USD_bn", "sum", "Primorye's foreign trade"),
        "gas.pos.deliveries": (gas, "bcm", "sum", "Power of Siberia, deliveries"),
        "gas.pos.capacity_nameplate": (capacity, "bcm", "sum", "Power of Siberia, nameplate capacity"),
        "gas.pos.contract": (capacity * 1.02, "bcm", "sum", "Power of Siberia, contract"),
    }
    for suffix, factor in (("", 1.0), (f".{OWN_HISTORY}", 0.9), (f".{REFERENCE_CLASS}", 1.1)):
        below = f"{PRIMORYE_TURNOVER}{suffix}"
        paths[below] = (total / factor, "USD_bn", "sum", "Primorye's foreign trade")
        label = "China's share of Primorye's foreign trade"
        paths[f"{CHINA_SHARE}{suffix}"] = (
            100 * china / total * factor,
            "percent",
            share.format(CHINA_TURNOVER, below),
            label,
        )
    for measure, below in (("nameplate", "capacity_nameplate"), ("contract", "contract")):
        rule = share.format("gas.pos.deliveries", f"gas.pos.{below}")
        values = 100 * gas / paths[f"gas.pos.{below}"][0]
        paths[f"gas.pos.utilization_{measure}"] = (values, "percent", rule, f"Power of Siberia, {measure} utilization")
    dates = {"pos2_first_gas": np.array([[2026.5, 2027.0, 2030.9, np.inf]] * 2, dtype="float32")}
    return ensemble(paths, dates=dates)


@pytest.fixture
def wide():
    """Two scenarios, 400 draws to 2035 of the same series, with a spread that looks like a forecast."""
    rng = np.random.default_rng(7)
    steps = rng.normal(0.02, 0.08, (1, 400, 120)) / np.sqrt(12)
    path = np.exp(np.cumsum(steps, axis=2))
    trade = np.concatenate([20 * path, 20 * path * 0.9])
    paths = {TRADE_TOTAL: (trade, "USD_bn", "sum", "China–Russia goods trade")}
    return ensemble(
        paths,
        dates={"pos2_first_gas": np.where(rng.random((2, 400)) < 0.35, np.inf, rng.uniform(2030, 2040, (2, 400)))},
    )


@pytest.fixture(scope="session")
def parts():
    """A small simulation of all systems, in which the parts of imports are known apart."""
    return simulate("baseline", book=load_evidence("2026-11-21"), draws=256, until=2028)
