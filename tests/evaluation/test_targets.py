"""Published targets as a forecaster: what counts as one, how it is scored, which forecast stands beside it."""

import numpy as np
import pandas as pd
import pytest

from eastbound.evaluation.targets import COLUMNS, target_scores, target_summary
from eastbound.evidence.book import load_evidence
from eastbound.names import CHINA_SHARE, CHINA_TURNOVER, TRADE_TOTAL


def said(origin, period, *, series_id=TRADE_TOTAL, crps=0.1):
    row = {"origin": origin, "series_id": series_id, "period": period, "status": "scored"}
    return {**row, "median": 230.0, "crps": crps, "crps_reference": 0.2}


def scores(rows=(), subject="trade"):
    table = pd.DataFrame(list(rows) or [{**said("1990-12-31", "1991"), "status": "no outcome yet"}])
    return target_scores(table, load_evidence(), subject=subject)


def one(found, period, value):
    (row,) = [row for _, row in found.iterrows() if (row["period"], row["value"]) == (period, value)]
    return row


def test_a_target_is_scored_by_its_distance_in_logs():
    found = scores()
    assert tuple(found.columns) == COLUMNS
    row = one(found, "2024", 200.0)
    assert row["crps"] == pytest.approx(np.log(244.819 / 200))
    assert row["met"]
    assert row["statements"] == 2  # said again in 2021
    assert row["published"] == "2018-09-30"
    assert not one(found, "2020", 200.0)["met"]
    assert found["url"].str.startswith("http").all()


def test_a_year_that_has_not_come_is_no_score():
    row = one(scores(), "2030", 300.0)
    assert row["status"] == "no outcome yet"
    assert np.isnan(row["crps"])
    (share,) = [r for _, r in scores(subject="primorye").iterrows() if r["series_id"] == CHINA_SHARE]
    assert (share["low"], share["high"], share["status"]) == (80.0, 90.0, "no outcome yet")


def test_our_forecast_is_the_last_one_before():
    rows = [said(day, "2024") for day in ("2017-12-31", "2018-09-30", "2018-10-01", "2019-12-31")]
    row = one(scores(rows), "2024", 200.0)
    assert (row["origin"], row["days"]) == ("2018-09-30", 0)
    assert row["skill"] == pytest.approx(1 - 0.1 / np.log(244.819 / 200))


def test_a_later_forecast_counts_within_a_year_and_says_how_late():
    assert one(scores([said("2018-12-31", "2024")]), "2024", 200.0)["days"] == 92
    assert pd.isna(one(scores([said("2019-12-31", "2024")]), "2024", 200.0)["origin"])


def test_summary_counts_by_hand():
    rows = [said("2018-12-31", "2024", crps=0.3), said("2021-12-31", "2024", crps=0.1), said("2018-12-31", "2018")]
    found = target_summary(scores(rows))
    late, early, above = np.log(244.819 / 200), np.log(250 / 244.819), np.log(107.06 / 100)
    assert (found["stated"], found["scored"], found["met"]) == (8, 6, 4)
    assert found["paired"]["targets"] == 3
    assert found["paired"]["crps"] == pytest.approx((late + early + above) / 3)
    assert found["earlier"]["crps"] == pytest.approx(early)  # only the forecast of 2021 was made before its target
    assert found["earlier"]["skill"] == pytest.approx(1 - 0.1 / early)
    assert found["verdict"] == "no test: too few targets (3, at least 20 are needed)"


def test_primorye_missed_its_targets_of_2024():
    found = scores(subject="primorye")
    rows = found[found["series_id"] == CHINA_TURNOVER]
    assert rows["value"].tolist() == [10.0, 11.0]
    assert not rows["met"].astype(bool).any()
