"""The uncertainty decomposition: steps that are known exactly, then the real models."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm

from eastbound.core.inference.particles import Particles
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual
from eastbound.ensemble.uncertainty import COLUMNS, STEPS, _alone, decompose, uncertainty_decomposition
from eastbound.errors import InputError, UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.plug_in import plug_in, searched
from eastbound.names import CHINA_SHARE, TRADE_TOTAL

WIDTH = norm.ppf(0.9) - norm.ppf(0.1)
GRID = norm.ppf((np.arange(20_000) + 0.5) / 20_000)


@dataclass(frozen=True)
class Gauss:
    """A toy model: an outcome is a point of the posterior plus noise of sd 3, or half of that in another member."""

    posterior: Particles
    settings: dict

    def draw(self, point, noise, member):
        cumulated = np.cumsum(self.posterior.weights)
        centre = self.posterior.points[np.minimum(np.searchsorted(cumulated, point), len(cumulated) - 1), 0]
        return centre + np.where(member < self.settings["other"], 6.0, 3.0) * noise


searched(Gauss)


def toy():
    """Return draws of each step of the toy model: noise 3, parameters 4, a second member, a branch that adds 10."""
    rng = np.random.default_rng(5)
    count = 200_000
    point, noise, member = rng.random(count), rng.standard_normal(count), rng.random(count)
    model = Gauss(Particles(4.0 * GRID[:, None], np.full(GRID.size, 1 / GRID.size), np.zeros(1), 1.0), {"other": 0.5})
    one = Gauss(model.posterior, {"other": 0.0})
    full = model.draw(point, noise, member)
    war = rng.random(count) < 0.5
    return {
        "noise": plug_in(one).draw(point, noise, member),
        "parameters": one.draw(point, noise, member),
        "model": full,
        "scenario": full + np.where(war, 10.0, 0.0),
        "data conflict": full + np.where(war, 10.0, 0.0) + 1.0,
    }


def test_steps_of_a_gaussian_model_are_the_ones_in_closed_form():
    rows = {row["step"]: row for row in decompose(toy(), series_id="x", year=2030, unit="bcm")}
    assert rows["noise"]["spread"] == pytest.approx(3.0, rel=0.01)
    assert rows["noise"]["width"] == pytest.approx(3.0 * WIDTH, rel=0.01)
    assert rows["parameters"]["spread"] == pytest.approx(5.0, rel=0.01)  # 3-4-5
    assert rows["parameters"]["added_width"] == pytest.approx(2.0 * WIDTH, rel=0.03)
    assert rows["model"]["spread"] ** 2 == pytest.approx(16 + (9 + 36) / 2, rel=0.01)
    total = 38.5 + 25.0  # a branch with even odds that adds 10 has variance 25
    assert rows["scenario"]["spread"] ** 2 == pytest.approx(total, rel=0.01)
    shares = [rows[name]["added_variance"] for name in ("noise", "parameters", "model", "scenario")]
    assert shares == pytest.approx([9 / total, 16 / total, 13.5 / total, 25 / total], abs=0.01)
    assert rows["scenario"]["shift"] == pytest.approx(5.0, abs=0.1)
    assert rows["data conflict"]["shift"] == pytest.approx(1.0)  # against the step `scenario`
    assert np.isnan(rows["data conflict"]["added_width"])


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASTBOUND_CACHE", str(tmp_path_factory.mktemp("cache")))
        found = uncertainty_decomposition([TRADE_TOTAL, CHINA_SHARE], year=2030, draws=1024)
        again = uncertainty_decomposition([TRADE_TOTAL, CHINA_SHARE], year=2030, draws=1024)
        assert found.equals(again)  # from the store
        return found


def step_of(table, series_id, name):
    (row,) = [row for _, row in table.iterrows() if (row["series_id"], row["step"]) == (series_id, name)]
    return row


def test_real_steps_rise_where_they_must(table):
    assert tuple(table.columns) == COLUMNS
    assert table["step"].tolist() == 2 * list(STEPS)
    for series_id in (TRADE_TOTAL, CHINA_SHARE):
        noise, parameters = (step_of(table, series_id, name) for name in ("noise", "parameters"))
        assert 0 < noise["spread"] < parameters["spread"]
        assert (table["low80"] < table["median"]).all()
        assert (table["median"] < table["high80"]).all()
        shares = table[(table["series_id"] == series_id)]["added_variance"].iloc[:4]
        assert shares.sum() == pytest.approx(1.0)
    assert table.attrs["conflicts"] > 50


def test_the_step_with_all_branches_is_the_forecast(table):
    ens = simulate("baseline", draws=1024, until=2030)
    values = annual(ens, CHINA_SHARE).sel(scenario="baseline", year=2030).to_numpy()
    assert step_of(table, CHINA_SHARE, "scenario")["median"] == pytest.approx(float(np.median(values)), rel=1e-6)


def test_every_setting_that_picks_one_model_exists():
    from eastbound.scenarios.inputs import load_inputs

    for subject, settings in {m.SUBJECT: m.SINGLE for m in registry.models()}.items():
        known = load_inputs(subject)
        for name, value in settings.items():
            if name in known:
                assert np.shape(known[name]) == np.shape(value), name
    assert "reference_class_weight" in load_inputs("primorye")


def test_a_fit_without_settings_follows_its_only_model():
    fit = {"driver": 1.0}
    assert _alone("drivers", fit) is fit


def test_bad_requests_are_refused():
    with pytest.raises(InputError, match="no series was given"):
        uncertainty_decomposition([])
    with pytest.raises(InputError, match="`until` is `1999`"):
        uncertainty_decomposition(TRADE_TOTAL, year=1999)
    with pytest.raises(UnknownName, match=r"did you mean `trade\.china_russia\.total`"):
        uncertainty_decomposition("trade.china_russia.totl", year=2027, draws=64, book=load_evidence())
