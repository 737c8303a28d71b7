"""The panel of China's partners: its figures, its learning, its scores and the results that the page prints."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
import yaml

from eastbound import plots
from eastbound.evaluation.panel import DRIFT, MODEL, WALK, frozen_code
from eastbound.evaluation.panel_summary import RESULTS, conformal_rows, learnt_settings, load_results, skill_rows
from eastbound.evaluation.partner_core import VIEWS, learn_core, simulate_core
from eastbound.evaluation.partner_data import EXPORTS, IMPORTS, TABLE, load_partners


@pytest.fixture(scope="module")
def panel():
    return load_partners()


def test_the_card_knows_its_table():
    card = yaml.safe_load(TABLE.with_suffix(".yml").read_text(encoding="utf-8"))
    assert card["sha256"] == sha256(TABLE.read_bytes()).hexdigest()
    assert card["rows"] == len(pd.read_csv(TABLE))


def test_what_the_page_prints_came_from_this_code_and_these_figures():
    """Fails when code or figures changed since the benchmark ran: `make bench-panel` writes the results anew."""
    assert frozen_code() in RESULTS.read_text(encoding="utf-8").splitlines()[0]


def test_the_panel_is_as_large_as_the_page_says(panel):
    rows = load_results()
    model = rows[rows["model"] == MODEL]
    assert len(panel.names) >= 60
    assert model["partners"].eq(len(panel.names)).all()
    frame = plots.partner_panel().frame
    assert frame["flow"].tolist() == [flow for flow in ("exports", "imports", "total") for _ in range(4)]
    assert frame["over a walk"].str.startswith("+").all()


def test_exports_return_to_imports_and_imports_do_not_move(panel):
    core = learn_core(panel.logs[:, :, :10])
    known = panel.logs[:, 0, :10].copy()
    known[EXPORTS, -1] += 1.0  # far above the usual ratio
    tied, free = (
        simulate_core(known, replace(core, tie=tie), np.random.default_rng(0), ahead=5, draws=50) for tie in (0.2, 0.0)
    )
    assert np.array_equal(tied[IMPORTS], free[IMPORTS])
    assert (tied[EXPORTS, 0] < free[EXPORTS, 0]).all()
    assert np.median(tied[EXPORTS, -1]) < np.median(free[EXPORTS, -1]) - 0.3


def test_the_views_differ_only_in_what_becomes_of_the_drift(panel):
    core = learn_core(panel.logs)
    known = panel.logs[:, panel.names.index("Vietnam")]
    medians = {
        view: np.median(
            simulate_core(known, core, np.random.default_rng(0), ahead=8, draws=400, view=view)[EXPORTS], axis=1
        )
        for view in VIEWS
    }
    first, last = ({view: path[year] for view, path in medians.items()} for year in (0, -1))
    assert first["lasting"] == first["fading"]
    assert last["lasting"] > last["fading"]
    assert last["lasting"] > last["half"] > known[EXPORTS, -1]


def test_what_is_learnt_is_what_the_trade_model_may_use():
    table = learnt_settings().set_index("group")
    assert table.loc["all", "partners"] == 82  # Russia teaches nothing about Russia
    assert (table["tie"] > 2 * table["tie_error"]).all()
    assert table["tie"].between(0.02, 0.08).all()
    assert table["typical_tie"].between(0.05, 0.10).all()
    assert table["russia_tie"].between(0.06, 0.11).all()  # close to what trade.yml states


@pytest.fixture(scope="module")
def scores():
    rng = np.random.default_rng(4)
    rows = []
    for origin in range(2005, 2015):
        for partner in range(30):
            for model, size in ((MODEL, 0.5), (WALK, 1.0), (DRIFT, 2.0)):
                distance = abs(rng.normal(0, 0.9))
                row = {"model": model, "partner": str(partner), "origin": origin, "flow": "exports", "horizon": 1}
                row |= {"crps": size * distance, "inside80": distance < 1, "inside95": distance < 1.5}
                rows.append({**row, "broken": partner % 3 == 0, "scaled": distance})
    return pd.DataFrame(rows)


def test_skill_is_against_both_references_with_an_error(scores):
    row = skill_rows(scores, seed=1).iloc[0]
    assert row["over_walk"] == pytest.approx(0.5, abs=4 * row["over_walk_error"])
    assert row["over_drift"] == pytest.approx(0.75, abs=4 * row["over_drift_error"])
    assert 0 < row["over_walk_error"] < 0.1


def test_conformal_bands_hold_their_share_of_other_partners(scores):
    rows = conformal_rows(scores)
    assert rows["broken"].tolist() == [False, True]
    assert rows["cover80"].between(75, 85).all()
    assert rows["reach80"].between(1.0, 1.35).all()  # 0.9 times 1.2816
    assert (rows["reach95"] > rows["reach80"]).all()
