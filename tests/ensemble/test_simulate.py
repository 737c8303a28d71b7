"""The joint ensemble as its readers see it."""

import numpy as np
import pytest

from eastbound import names
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.summary import annual


@pytest.fixture(scope="module")
def ens():
    return simulate("baseline", draws=64, until=2028)


def test_every_headline_is_there(ens):
    assert [name for series in names.HEADLINES.values() for name in series if name not in ens.data_vars] == []


def test_shares_and_utilizations_are_ratios_of_two_simulated_flows(ens):
    ratios = {name: paths for name, paths in ens.data_vars.items() if paths.attrs.get("unit") == "percent"}
    assert len(ratios) == 20
    for name, paths in ratios.items():
        above, below = (ens[flow] for flow in paths.attrs["aggregate"].removeprefix("ratio:").split("/"))
        assert paths.dtype == np.float32
        np.testing.assert_array_equal(np.isnan(paths), below == 0)
        np.testing.assert_allclose(paths * below / 100, above.where(below > 0), rtol=1e-5)
        year = annual(ens, name).sel(year=2028)
        parts = [flow.sel(period="2028").sum("period", dtype=float) for flow in (above, below)]
        np.testing.assert_allclose(year * parts[1] / 100, parts[0].where(parts[1] > 0), rtol=1e-5)
