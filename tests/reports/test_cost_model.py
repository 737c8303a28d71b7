"""The cost model of a cluster: simulated plans against cases by hand; the page has the figures of the benchmark."""

import json

import cost
import pytest
from plan_model import Job, makespan


def test_one_worker_does_everything_one_after_the_other():
    assert makespan([Job(3), Job(2), Job(1, 0, 9)], workers=1) == 6


def test_page_waits_for_its_ensemble_where_a_transfer_would_end_later():
    # The other worker is free at 1 s, but the ensemble arrives there at 10 + 5 s.
    assert makespan([Job(10), Job(1), Job(4, 0, 5)], workers=2) == 14
    # Two pages: the second ends at 18 s at the holder, at 10 + 2 + 4 s elsewhere.
    assert makespan([Job(10), Job(1), Job(4, 0, 2), Job(4, 0, 2)], workers=2) == 16


def test_independent_jobs_fill_all_workers():
    assert makespan([Job(1)] * 1000, workers=100) == 10
    assert makespan([Job(1)] * 1001, workers=100) == 11
    assert makespan([], workers=3) == 0


def test_fit_recovers_the_costs_that_made_the_times():
    rows = [
        {"draws": draws, "series": series, "seconds": 0.5 + draws * (2e-4 + series * 1e-6)}
        for draws, series in [(1000, 100), (4000, 100), (4000, 4), (16000, 4)]
    ]
    pages = [{"draws": 1000, "seconds": 11.0}, {"draws": 5000, "seconds": 15.0}]
    costs = cost.fitted({"fit": 3.0, "scenario": rows, "page": pages})
    assert [costs[name] for name in ("scenario", "draw", "draw_series")] == pytest.approx([0.5, 2e-4, 1e-6])
    assert [costs["page"], costs["page_draw"]] == pytest.approx([10.0, 1e-3])


def test_forecast_of_a_small_plan_by_hand():
    costs = {"fit": 1.0, "scenario": 2.0, "draw": 0.01, "draw_series": 0.0, "page": 5.0, "page_draw": 0.0}
    plan = cost.forecast(costs, months=1, series=1, scenarios=4, draws=100, workers=2)
    # each worker: fit 1, two scenarios of 3, two pages of 5
    assert plan["hours"] == round(17 / 3600, 2)
    assert plan["efficiency"] == 1.0


def test_page_has_the_figures_of_the_benchmark():
    measured = json.loads(cost.RESULTS.read_text(encoding="utf-8"))
    text = cost.PAGE.read_text(encoding="utf-8")
    assert cost.with_figures(text, cost.figures(measured)) == text
    assert cost.with_figures(text, "") != text
