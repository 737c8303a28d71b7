"""The assumption register: what is listed, the effect of probabilities by new weights, and what was measured."""

import numpy as np
import pandas as pd
import pytest

from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.names import TRADE_TOTAL
from eastbound.risk.assumptions import EFFECTS, assumption_register
from eastbound.risk.judgements import judgements, raised
from eastbound.scenarios.home import find_home


@pytest.fixture(scope="module")
def register():
    return assumption_register(simulate("baseline", book=load_evidence("2026-10-30"), draws=128, until=2035))


def test_every_judgement_of_the_models_is_listed_once():
    items = judgements()
    text = (find_home() / "params" / "models" / "primorye.yml").read_text(encoding="utf-8")
    assert sum(item.file == "models/primorye.yml" for item in items) == text.count("judgement:")
    keys = [(item.file, item.key, item.path) for item in items]
    assert len(set(keys)) == len(keys)


def test_a_raise_keeps_shares_below_one_and_moves_years_by_one():
    assert raised(0.96, "share") == pytest.approx(0.98)
    assert raised(2015, "year") == 2016
    assert raised(-0.4, "log") == -0.5


def test_a_probability_acts_as_its_draws_do(register):
    """Raising a branch from p to q moves a mean by (q - p) times the gap between its draws and the others."""
    ens = simulate("baseline", book=load_evidence("2026-10-30"), draws=128, until=2035)
    picks, branches = ens["branch.prices"].to_numpy()[0], ens["branch.prices"].attrs["branches"]
    holds = picks == branches.index("price_slump")
    trade = ens[TRADE_TOTAL].isel(scenario=0).groupby("period.year").sum().transpose("year", "draw")
    hit = 100.0 * (trade.sel(year=slice(None, 2030)).to_numpy() >= 300).any(axis=0)
    rows = register[(register["file"] == "scenarios/price_slump.yml") & (register["unit"] == "percent")]
    (row,) = rows[rows["number"].str.contains("reaches_300")].to_dict("records")
    weights = np.where(holds, 1.25, (1 - 0.15 * 1.25) / 0.85)
    assert row["change"] == pytest.approx(np.average(hit, weights=weights) - hit.mean(), abs=1e-3)


def test_the_largest_clear_effect_comes_first(register):
    clear = register[register["change"].abs() > 2 * register["mcse"]]
    largest = clear.groupby(["file", "key"], sort=False)["size"].agg(lambda sizes: sizes.abs().max())
    assert largest.is_monotonic_decreasing
    assert register.iloc[0]["size"] == pytest.approx(largest.iloc[0]) or register.iloc[0]["size"] < 0


def test_a_value_changed_since_it_was_measured_says_so(register, tmp_path):
    folder = tmp_path / "params"
    folder.mkdir()
    for path in (find_home() / "params").iterdir():
        if path.name != "models":
            (folder / path.name).symlink_to(path)
    (folder / "models").mkdir()
    for path in (find_home() / "params" / "models").iterdir():
        text = path.read_text(encoding="utf-8")
        (folder / "models" / path.name).write_text(
            text.replace("brent_futures_basis: {value: 0.05", "brent_futures_basis: {value: 0.06")
        )
    ens = simulate("baseline", book=load_evidence("2026-10-30"), draws=128, until=2035)
    changed = assumption_register(ens, home=tmp_path)
    status = changed.loc[changed["key"] == "brent_futures_basis", "status"]
    assert set(status) == {"changed"}
    assert "changed" not in set(register.loc[register["key"] == "brent_futures_basis", "status"])


def test_measured_effects_name_judgements_that_exist():
    known = {(item.file, item.key) for item in judgements()}
    rows = pd.read_csv(EFFECTS, keep_default_na=False)
    assert set(rows["status"]) <= {"measured", "refused"}
    gone = {(row["file"], row["key"]) for row in rows.to_dict("records")} - known
    assert not gone, "run tests/benchmarks/judgements.py"
