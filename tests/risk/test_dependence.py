"""Co-risk, regret, stress, growth-at-risk and early warning."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import multivariate_normal, norm

import eastbound as eb
from eastbound.errors import InputError
from eastbound.names import TRADE_TOTAL
from eastbound.risk.branches import branch_draws
from eastbound.risk.dependence import co_risk
from eastbound.risk.early_warning import early_warning
from eastbound.risk.growth_at_risk import growth_at_risk
from eastbound.risk.regret import planning_cost, regret_table
from eastbound.risk.sample import Sample
from eastbound.risk.stress import JOINT, simulate_stresses, stress_scenarios, stress_table


def pair(draws, correlation):
    """An ensemble of two series `x` and `y` with normal yearly values."""
    values = np.random.default_rng(1).multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], size=draws)
    months = np.repeat(values[:, :, None] / 12, 12, axis=2)
    attrs = {"unit": "USD_bn", "label": "X", "aggregate": "sum"}
    dims = ("scenario", "draw", "period")
    return Sample(
        xr.Dataset(
            {name: (dims, months[None, :, k], attrs) for k, name in enumerate("xy")},
            coords={
                "scenario": ["baseline"],
                "draw": np.arange(draws),
                "period": pd.date_range("2026-01", periods=12, freq="MS"),
            },
        )
    )


def test_co_risk_of_a_normal_pair_matches_the_closed_form():
    r = 0.7
    row = co_risk(pair(200_000, r), "x", given={"y": "lower"}, at=2026).iloc[0]
    z = norm.ppf(0.1)
    together = multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([z, z]) / 0.1
    assert row["together"] == pytest.approx(together, abs=4 * row["mcse"])
    assert row["loss"] == pytest.approx(r * norm.pdf(z) / 0.1, abs=0.02)
    assert row["var"] == pytest.approx(-z, abs=0.02)
    assert row["covar"] > row["var"]
    assert row["lift"] == pytest.approx(10 * row["together"])


def test_independent_tails_coincide_by_chance_only():
    row = co_risk(pair(50_000, 0.0), "x", given={"y": "higher"}, at=2026).iloc[0]
    assert row["together"] == pytest.approx(0.1, abs=4 * row["mcse"])


def test_a_thin_tail_is_reported_as_too_few():
    row = co_risk(pair(1000, 0.5), "x", given={"y": "lower"}, at=2026).iloc[0]
    assert row["draws"] == 100
    assert not row["enough"]
    assert np.isnan(row["together"])


def test_regret_is_zero_for_the_best_plan_of_each_group():
    rng = np.random.default_rng(2)
    outcomes = np.concatenate([rng.normal(10, 1, 500), rng.normal(20, 2, 500)])
    groups = {"low": np.arange(1000) < 500, "high": np.arange(1000) >= 500}
    table = regret_table(outcomes, [10, 15, 20], groups)
    assert table[["low", "high"]].min().tolist() == [0.0, 0.0]
    assert (table[["low", "high"]] >= 0).all(axis=None)
    assert table.attrs["robust"] == 15.0
    assert table.set_index("plan").loc[10, "in"] == "high"
    dear = regret_table(outcomes, [10, 15, 20], groups, missing=5.0)
    assert dear.attrs["robust"] == 20.0
    assert planning_cost(np.array([12.0]), 10.0, missing=5.0)[0] == 10.0
    with pytest.raises(InputError, match="two plans"):
        regret_table(outcomes, [10], groups)


def test_stresses_are_the_events_of_the_baseline_once_each_and_together(book):
    scenarios = stress_scenarios(book)
    base = scenarios[0]
    random = [event.id for event in base.events if event.hazard is not None]
    assert [item.name for item in scenarios[1:-1]] == [f"stress_{name}" for name in random]
    assert len({item.digest for item in scenarios}) == len(scenarios)
    small = eb.simulate("baseline", book=book, draws=256, until=2030)
    stressed = simulate_stresses(small, [TRADE_TOTAL], book=book)
    table = stress_table(stressed, [TRADE_TOTAL], at=[2027]).set_index("stress")
    assert table.loc["bank_payment_halt", "replay"] == "Payment halt of March 2024"
    # The year's loss of a halt that fades within months is a part of its trough of about a fifth of exports.
    assert -12 < table.loc["bank_payment_halt", "median"] < -2
    assert table.loc["partner_return", "median"] == pytest.approx(0.0, abs=0.5)
    assert table.loc[JOINT, "median"] < table["median"].drop(JOINT).min()
    # Losses multiply, so together they are less than their sum.
    assert table.loc[JOINT, "parts"] < table.loc[JOINT, "median"]


def test_growth_at_risk_has_ordered_quantiles_beside_the_structural_ones(book, sample):
    table = growth_at_risk(sample, TRADE_TOTAL, book=book)
    for name in ("regression", "structural"):
        assert (table[name].diff().dropna() >= 0).all()
    assert table.attrs["count"] > 48
    assert table.attrs["independent"] == table.attrs["count"] // 12
    with pytest.raises(InputError, match="1 to 12"):
        growth_at_risk(sample, TRADE_TOTAL, book=book, months=24)
    with pytest.raises(InputError, match="monthly series"):
        growth_at_risk(sample, "trade.primorye.turnover", book=book)


def test_early_warnings_raise_the_probability_of_their_branch(book, sample):
    table = early_warning(sample, book=book)
    assert len(table)
    assert (table["posterior"] > table["prior"]).all()
    assert (table["ratio"] >= 1.25).all()
    odds = table["prior"] / (1 - table["prior"]) * table["ratio"]
    assert table["posterior"].to_numpy() == pytest.approx((odds / (1 + odds)).to_numpy())
    holds = branch_draws(sample)
    row = table.iloc[0]
    months = [
        f"{period.year}-{period.month:02d}"
        for period in pd.period_range(end=row["until"], periods=row["months"], freq="M")
    ]
    values = np.mean([sample.at(row["series_id"], month)[0] for month in months], axis=0)
    on = values <= row["alarm"] if row["side"] == "below" else values > row["alarm"]
    assert holds[row["branch"]][on].mean() == pytest.approx(row["posterior"], abs=0.02)
    assert on.mean() == pytest.approx(row["chance"])


def test_an_ensemble_without_branches_warns_of_nothing(book):
    ens = eb.simulate("baseline", book=book, draws=256, until=2030)
    bare = ens.drop_vars([name for name in ens.data_vars if str(name).startswith("branch.")])
    assert early_warning(Sample(bare), book=book).empty
