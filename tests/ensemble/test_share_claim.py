"""What the claim about China's share needs and what would show it: by hand on small ensembles, then the real refit."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from eastbound import plots
from eastbound.ensemble import share_claim
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, CHINA_TURNOVER, PRIMORYE_TURNOVER, REST_TURNOVER
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.reporting import load_reporting

CLAIM = load_reporting().claim  # 80 to 90 % in 2035


def _ensemble(early, late):
    """Return an ensemble of 2034 and 2035 with these shares, percent by draw; trade is 12 USD bn a year."""
    shares = np.repeat(np.stack([early, late], axis=1), 12, axis=1)
    dims = ("scenario", "draw", "period")
    flow = {"unit": "USD_bn", "label": "flow", "aggregate": "sum"}
    flows = {CHINA_TURNOVER: shares / 100, REST_TURNOVER: 1 - shares / 100, PRIMORYE_TURNOVER: np.ones_like(shares)}
    values = {name: xr.Variable(dims, path[None], flow) for name, path in flows.items()}
    rule = {"unit": "percent", "label": "share", "aggregate": f"ratio:{CHINA_TURNOVER}/{PRIMORYE_TURNOVER}"}
    values[CHINA_SHARE] = xr.Variable(dims, shares[None], rule)
    period = pd.date_range("2034-01-01", periods=24, freq="MS")
    coords = {"scenario": ["baseline"], "draw": np.arange(len(shares)), "period": period}
    return xr.Dataset(values, coords=coords, attrs={"draws": len(shares)})


@pytest.fixture(scope="module")
def steps():
    """The claim holds for one in ten of the futures from 65 %, for half of those from 75 %, never below."""
    early = np.repeat([55.0, 65.0, 75.0], 300)
    holds = np.concatenate([np.zeros(300), np.arange(300) % 10 == 0, np.arange(300) % 2 == 0])
    return _ensemble(early, np.where(holds, 85.0, 70.0))


def test_the_needed_observation_is_where_the_probability_is_reached(steps):
    table = share_claim.claim_signals(steps, CLAIM, years=[2034], levels=[0.3, 0.05, 0.9]).set_index("level")
    assert table.loc[0.3, "share"] == pytest.approx(75.0)
    assert table.loc[0.3, "chance"] == pytest.approx(1 / 3)
    assert table.loc[0.05, "share"] == pytest.approx(65.0)
    assert np.isnan(table.loc[0.9, "share"])


def test_a_claim_that_no_observation_makes_likely_says_so(steps):
    never = _ensemble(np.linspace(50.0, 70.0, 300), np.full(300, 70.0))
    assert plots.claim_signals(never, years=[2034]).frame.iloc[0, 1] == "no share"
    assert plots.claim_signals(steps, years=[2034]).frame.iloc[0, 1] == "75 % (chance 33 %)"


def test_needs_compare_the_futures_of_the_claim_with_all(steps):
    table = share_claim.claim_needs(steps, CLAIM).set_index(["quantity", "futures"])
    assert table.loc[(CHINA_TURNOVER, "inside"), "median"] == pytest.approx(0.85 * 12)
    assert table.loc[(REST_TURNOVER, "all"), "median"] == pytest.approx(0.3 * 12)
    assert table.loc[(CHINA_TURNOVER, "inside"), "draws"] == 180
    rise = np.log(0.85 / 0.15) - np.log(3.0)  # from 75 %
    assert table.loc[(share_claim.CHANGE, "inside"), "low"] == pytest.approx(rise)


def test_few_futures_inside_have_no_quantiles():
    rare = _ensemble(np.full(100, 70.0), np.where(np.arange(100) < 20, 85.0, 70.0))
    assert share_claim.claim_needs(rare, CLAIM)["median"].isna().sum() == 4
    assert "too few" in plots.claim_needs(rare).frame.iloc[0, 2]


def test_a_forecast_that_ends_early_has_no_answer(steps):
    short = steps.isel(period=slice(0, 12))
    for table in (plots.claim_needs(short), plots.claim_signals(short, years=[2034])):
        assert "ends before 2035" in table.caption


def test_a_higher_grading_of_the_latest_years_makes_the_claim_more_likely():
    book = load_evidence("2026-10-30")
    table = share_claim.claim_by_grading(book, load_inputs("primorye"), CLAIM, points=[-2.5, 2.5])
    low, high = table.to_dict("records")
    assert high["median"] > low["median"] + 2.5
    assert high["probability"] > 1.5 * low["probability"]
