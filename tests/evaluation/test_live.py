"""Forecasts kept by month: once, of the baseline only, and scored when the year has come."""

import json

import pytest

from eastbound import plots
from eastbound.constants import QUANTILES
from eastbound.errors import InputError
from eastbound.evaluation.live import PUBLISHED, keep_forecast, last_kept, live_scores
from eastbound.evidence.book import load_evidence
from eastbound.names import TRADE_TOTAL


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-09-30")  # before the first forecast that comes with the package


@pytest.fixture
def home(tmp_path):
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def record():
    def row(year, middle):
        return {
            "period": str(year),
            "mean": middle,
            "quantiles": {f"{q:g}": middle * (0.8 + 0.4 * q) for q in QUANTILES},
        }

    series = {"id": TRADE_TOTAL, "unit": "USD_bn", "rows": [row(2025, 230.0), row(2026, 250.0), row(2030, 300.0)]}
    head = {"schema": "forecast/1", "subject": "trade", "scenario": "baseline", "as_of": "2025-06-30"}
    return {**head, "series": [series]}


def test_the_first_forecast_of_a_month_is_kept_and_stays(record, home):
    path = keep_forecast(record, home=home)
    assert path.relative_to(home).as_posix() == "forecasts/trade/2025-06.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["schema"] == "live/1"
    assert len(kept["code"]) == 64
    with pytest.raises(InputError, match="kept already"):
        keep_forecast({**record, "as_of": "2025-06-29"}, home=home)
    assert json.loads(path.read_text(encoding="utf-8")) == kept


@pytest.mark.parametrize("change", [{"scenario": "price_slump"}, {"views": [{"text": "x"}]}])
def test_only_the_baseline_without_views_is_kept(record, home, change):
    with pytest.raises(InputError, match="baseline without views"):
        keep_forecast({**record, **change}, home=home)
    assert not (home / "forecasts").exists()


def test_a_kept_forecast_is_scored_when_its_year_is_known(record, home, book):
    keep_forecast(record, home=home)
    scores = live_scores(book, home=home).set_index("period")
    assert scores.loc["2025", "outcome"] == pytest.approx(228.1, abs=0.1)
    assert scores.loc["2025", "inside80"]
    assert 0 < scores.loc["2025", "wis"] < 0.1
    assert scores.loc["2026":, "outcome"].isna().all()
    shown = plots.live_table(scores.reset_index(), book=book).frame
    assert shown["80 % band"].tolist() == ["inside", "still to come"]


def test_without_a_kept_forecast_the_page_says_so(home, book):
    table = plots.live_table(live_scores(book, home=home), book=book)
    assert table.frame.empty
    assert "No forecast has been kept yet" in table.caption


def test_published_forecasts_are_known_from_their_month_on(record, home, book):
    subjects = {path.name for path in PUBLISHED.iterdir()}
    assert {"trade", "primorye", "pipelines"} <= subjects
    assert live_scores(book, home=home).empty
    later = live_scores(load_evidence("2026-10-30"), home=home)
    assert set(later["subject"]) == subjects
    assert last_kept("trade", before="2026-10", home=home) is None
    assert last_kept("trade", before="2026-11", home=home)["as_of"] == "2026-10-30"
    keep_forecast({**record, "as_of": "2026-10-29"}, home=home)
    assert last_kept("trade", before="2026-11", home=home)["as_of"] == "2026-10-29"
