"""The risk register: pencil cases of probability and impact, bands, order, and the movement since an earlier run."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from eastbound.errors import InputError
from eastbound.names import TRADE_TOTAL
from eastbound.risk.register import IMPACT_BANDS, impact_word, risk_register


def world(*, shift, chance=0.25, draws=400):
    """One scenario, two years of trade of 100 to 200, lower by `shift` where a milestone is reached in 2026."""
    happens = np.arange(draws) % round(1 / chance) == 0
    level = 100 + 100 * np.argsort(np.argsort(np.sin(np.arange(draws) * 12.9898) * 43758.5453 % 1)) / draws
    monthly = np.repeat((level - shift * happens)[None, :, None] / 12, 24, axis=2)
    attrs = {"unit": "USD_bn", "aggregate": "sum", "label": "Trade"}
    variables = {
        TRADE_TOTAL: (("scenario", "draw", "period"), monthly.astype("float32"), attrs),
        "milestone.halt": (
            ("scenario", "draw"),
            np.where(happens, 2026.5, np.inf)[None],
            {"unit": "year", "label": "a halt"},
        ),
    }
    coords = {"scenario": ["baseline"], "title": ("scenario", ["Baseline"]), "draw": np.arange(draws)}
    return xr.Dataset(variables, coords={**coords, "period": pd.date_range("2026-01-01", periods=24, freq="MS")})


def test_probability_and_impact_are_those_of_the_draws():
    (row,) = risk_register(world(shift=50)).to_dict("records")
    assert (row["event"], row["kind"], row["title"], row["year"]) == (
        "milestone.halt", "milestone", "a halt by 2027", 2027,
    )  # fmt: skip
    assert row["probability"] == 0.25
    assert row["mcse"] == pytest.approx(np.sqrt(0.25 * 0.75 / 400), rel=0.05)
    assert row["impact"] == pytest.approx(-50, abs=3 * row["impact_mcse"])
    assert row["size"] == pytest.approx(-1.4, abs=0.3)  # of a standard deviation of about 35
    assert np.isnan(row["earlier"])
    assert np.isnan(row["moved"])


def test_an_event_without_effect_has_none_beyond_its_error():
    (row,) = risk_register(world(shift=0)).to_dict("records")
    assert abs(row["impact"]) < 3 * row["impact_mcse"]


def test_too_few_draws_give_no_impact_but_a_probability():
    (row,) = risk_register(world(shift=50, chance=0.05)).to_dict("records")
    assert row["probability"] == 0.05
    assert np.isnan(row["impact"])
    assert impact_word(row["size"]) == "too few draws"


def test_views_widen_both_errors():
    ens = world(shift=50)
    plain, held = (risk_register(each).iloc[0] for each in (ens, ens.assign_coords(ess=("scenario", [0.25]))))
    assert held["mcse"] == pytest.approx(2 * plain["mcse"])
    assert held["impact_mcse"] == pytest.approx(2 * plain["impact_mcse"])


def test_the_movement_is_against_the_earlier_run():
    before = risk_register(world(shift=50, chance=0.125))
    after = risk_register(world(shift=50), earlier=before).iloc[0]
    assert (after["earlier"], after["moved"]) == (0.125, 0.125)
    with pytest.raises(InputError, match="must be the register of an earlier run"):
        risk_register(world(shift=50), earlier=pd.DataFrame({"a": [1]}))


def test_impact_bands_leave_no_gap():
    assert IMPACT_BANDS[0].low == 0
    assert [band.high for band in IMPACT_BANDS[:-1]] == [band.low for band in IMPACT_BANDS[1:]]
    assert [impact_word(band.low) for band in IMPACT_BANDS] == [band.word for band in IMPACT_BANDS]
