"""The joint ensemble as its readers see it."""

import numpy as np
import pytest

from eastbound import catalogue, names
from eastbound.core.simulation.memory import Memory
from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble import row_files
from eastbound.ensemble.fits import fit_models
from eastbound.ensemble.simulate import simulate, simulate_block
from eastbound.ensemble.summary import annual, ratio_of
from eastbound.errors import UnknownName
from eastbound.evidence.book import load_evidence
from eastbound.models import registry
from eastbound.models.protocol import Grid, grid_start, last_month
from eastbound.scenarios.inputs import load_inputs
from eastbound.scenarios.loader import load_scenario


@pytest.fixture(scope="module")
def ens():
    return simulate("baseline", draws=64, until=2028)


def test_every_headline_is_there(ens):
    assert [name for name in catalogue.headlines() if name not in ens.data_vars] == []


def test_shares_and_utilizations_are_ratios_of_two_simulated_flows(ens):
    ratios = {name: paths for name, paths in ens.data_vars.items() if "ratio:" in paths.attrs.get("aggregate", "")}
    assert len(ratios) >= 24
    for name, paths in ratios.items():
        above, below = (ens[flow] for flow in paths.attrs["aggregate"].removeprefix("ratio:").split("/"))
        assert paths.dtype == np.float32
        np.testing.assert_array_equal(np.isnan(paths), below == 0)
        np.testing.assert_allclose(paths * below / 100, above.where(below > 0), rtol=1e-5)
        year = annual(ens, name).sel(year=2028)
        parts = [flow.sel(period="2028").sum("period", dtype=float) for flow in (above, below)]
        np.testing.assert_allclose(year * parts[1] / 100, parts[0].where(parts[1] > 0), rtol=1e-5)


def test_shares_of_what_china_imports_add_up_to_a_hundred(ens):
    shares = [ens[f"{names.CHINA_IMPORTS}.{part}_share"] for part in ("oil", "coal", "gas", "rest")]
    np.testing.assert_allclose(sum(shares), 100.0, rtol=1e-5)
    yearly = [annual(ens, share.name) for share in shares]
    np.testing.assert_allclose(sum(yearly), 100.0, rtol=1e-5)


def test_only_the_named_series_and_the_flows_of_a_named_ratio_are_kept(ens):
    share = names.CHINA_SHARE
    some = simulate("baseline", draws=64, until=2028, series=[share, names.BRENT])
    kept = [name for name in some.data_vars if "period" in some[name].dims]
    assert set(kept) == {share, names.BRENT, *ratio_of(ens[share].attrs["aggregate"])}
    for name in kept:
        np.testing.assert_array_equal(some[name], ens[name])
    assert some.attrs["digest"] != ens.attrs["digest"]


def test_a_misspelt_series_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match=r"driver\.brent_price"):
        simulate("baseline", draws=64, until=2028, series=["driver.brent_prices"])


def test_a_released_file_keeps_what_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(row_files, "MANY", 0)
    array = np.lib.format.open_memmap(tmp_path / "a.npy", mode="w+", dtype=np.float32, shape=(2, 3000))
    array[1] = 5.0
    row_files.release(array[1:].T)
    assert array.sum() == 15000.0
    assert np.load(tmp_path / "a.npy").sum() == 15000.0
    row_files.release(np.ones(3))  # not a file


def test_nothing_is_left_of_a_block_in_the_memory_of_the_next():
    book = load_evidence()
    grid = Grid(grid_start(book), 36)
    fits = fit_models(book, {model.SUBJECT: load_inputs(model.SUBJECT) for model in registry.models()}, grid=grid)
    memory = Memory()
    for block, name in enumerate(("secondary_sanctions", "baseline", "price_slump")):
        fixed = {"grid": grid, "stream": Stream(1, block, 64), "after": last_month(book)}
        own = simulate_block(load_scenario(name), fits, **fixed)
        shared = simulate_block(load_scenario(name), fits, **fixed, memory=memory)
        assert own.keys() == shared.keys()
        for series, path in own.items():
            np.testing.assert_array_equal(shared[series], path, err_msg=series)
