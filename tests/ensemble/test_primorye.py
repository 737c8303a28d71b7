"""Views side by side, first passages and the dollars of a share, on ensembles small enough to count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from eastbound.ensemble.forecast import as_text, forecast
from eastbound.ensemble.subjects import primorye as regional
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, CHINA_TURNOVER, OWN_HISTORY, PRIMORYE_TURNOVER, REFERENCE_CLASS, REST_TURNOVER
from eastbound.plots import implied_levels
from eastbound.scenarios.reporting import load_reporting

# Share in percent by view, draw and year; the total is 12 USD bn a year, 24 in the last year.
SHARES = {
    "": [[70, 74, 82], [76, 72, 79], [70, 81, 80], [60, 60, 91]],
    f".{OWN_HISTORY}": [[70, 74, 82], [76, 72, 85], [70, 81, 90], [60, 60, 80]],
    f".{REFERENCE_CLASS}": [[70, 70, 70], [60, 60, 60], [50, 50, 50], [40, 40, 79.9]],
}


def _ensemble(copies=1):
    dims = ("scenario", "draw", "period")
    period = pd.date_range("2033-01-01", periods=36, freq="MS")
    total = np.tile(np.repeat([1.0, 1.0, 2.0], 12), (4 * copies, 1))
    values = {}
    for suffix, shares in SHARES.items():
        china = np.tile(np.repeat(np.array(shares, dtype=float), 12, axis=1), (copies, 1)) / 100 * total
        flow = {"unit": "USD_bn", "label": "flow", "aggregate": "sum"}
        names = (CHINA_TURNOVER + suffix, REST_TURNOVER + suffix, PRIMORYE_TURNOVER + suffix)
        for name, path in zip(names, (china, total - china, total), strict=True):
            values[name] = xr.Variable(dims, path[None], flow)
        rule = {"unit": "percent", "label": "share", "aggregate": f"ratio:{names[0]}/{names[2]}"}
        values[CHINA_SHARE + suffix] = xr.Variable(dims, 100 * (china / total)[None], rule)
    for name, part in zip(regional.PARTS, (25.0, 40.0, 90.0, 8.0, 4.0, 10.0), strict=True):
        about = {"unit": "percent", "label": name, "aggregate": "mean"}
        values[name] = xr.Variable(dims, np.full((1, 4 * copies, 36), part), about)
    coords = {"scenario": ["baseline"], "draw": np.arange(4 * copies), "period": period}
    return xr.Dataset(values, coords=coords, attrs={"draws": 4 * copies})


def test_views_stand_side_by_side_with_counted_chances():
    found = regional.drift_variants(_ensemble(), weight=0.25, reporting=load_reporting())
    band = {view: entry["band_80_90"][0]["probability"] for view, entry in found.items()}
    assert band == {OWN_HISTORY: 1.0, REFERENCE_CLASS: 0.0, "joint": 0.5}  # both ends belong to the band
    assert found["joint"]["weight"] == 0.25
    assert [row["probability"] for row in found["joint"]["probabilities"]] == [1.0, 0.75, 0.25, 0.25]


def test_first_passages_are_counted_and_never_fall():
    rows = regional.drift_variants(_ensemble(), weight=0.5, reporting=load_reporting())["joint"]["first_passage"][
        "rows"
    ]
    reached = {(row["period"], row["threshold"]): row["reached"] for row in rows}
    assert [reached[str(year), 75.0] for year in (2033, 2034, 2035)] == [0.25, 0.5, 1.0]  # 76 counts, though 72 follows
    assert [reached[str(year), 80.0] for year in (2033, 2034, 2035)] == [0.0, 0.25, 0.75]
    assert [reached[str(year), 90.0] for year in (2033, 2034, 2035)] == [0.0, 0.0, 0.25]


def test_a_share_implies_its_flows_exactly():
    table = regional.implied_levels(_ensemble(copies=30), shares=(80.0, 91.0), at=2035, within=1.0)
    by_flow = table.set_index(["share", "series_id"])
    assert by_flow.loc[(80.0, CHINA_TURNOVER), "draws"] == 60  # 79 and 80, not 82
    row = by_flow.loc[(91.0, REST_TURNOVER)]
    assert (row["draws"], row["low"], row["high"]) == (30, pytest.approx(2.16), pytest.approx(2.16))
    for share in (80.0, 91.0):
        china, total = (by_flow.loc[(share, name), "high"] for name in (CHINA_TURNOVER, PRIMORYE_TURNOVER))
        assert total == pytest.approx(24.0)
        assert china == pytest.approx(total * share / 100)


def test_a_share_that_few_draws_reach_has_no_levels():
    table = regional.implied_levels(_ensemble(copies=20), shares=(91.0,), at=2035)
    assert table["draws"].tolist() == [20] * 5
    assert table["median"].isna().all()


def test_imports_need_more_than_the_whole_where_exports_hold():
    """w x + (1 - w) m = s with exports 23.5 % of trade and China 47 % of them."""
    table = regional.needed_in_imports(load_evidence(), shares=(70.0, 80.0, 90.0))
    assert table["exports_part"].tolist() == [23.5] * 3
    np.testing.assert_allclose(0.235 * 47 + 0.765 * table["needed"], [70, 80, 90])
    assert table["needed"].round(1).tolist() == [77.1, 90.1, 103.2]
    assert regional.needed_in_imports(load_evidence("2021-12-31")).empty


def test_parts_are_told_by_year():
    table = regional.parts_table(_ensemble(), at=(2034, 2035))
    assert table[table["period"] == "2035"]["median"].tolist() == [25.0, 40.0, 90.0, 8.0, 4.0, 10.0]


def test_the_forecast_says_all_of_it_in_text():
    record = forecast("primorye", draws=256)
    text = as_text(record)
    line = next(part for part in text.split("at 80-90 %, by view")[1].splitlines() if part.startswith("2035"))
    entries = [
        record["series"][0]["variants"][view]["band_80_90"][-1] for view in (OWN_HISTORY, REFERENCE_CLASS, "joint")
    ]
    assert line.split()[1:] == [word for e in entries for word in (f"{e['probability']:.3f}", "±", f"{e['mcse']:.3f}")]
    assert "annual figure" in text
    assert "What a share means in 2035" in text
    assert "90 % needs 103.2 % (not possible)" in text


def test_a_forecast_that_ends_earlier_has_no_levels_of_shares():
    record = forecast("primorye", draws=64, until=2030)
    assert record["levels_of_shares"] == []
    assert "What a share means" not in as_text(record)


def test_the_page_shows_what_goes_with_a_share():
    table = implied_levels(_ensemble(copies=30), shares=(80.0, 91.0), at=2035).frame
    assert table["share"].tolist() == ["80 %", "91 %"]
    assert table["simulated futures"].tolist() == ["60", "30"]
    assert table.loc[1, "with China"].startswith("21.8")  # 91 % of 24
