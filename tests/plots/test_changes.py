"""Price and volume of a change, on flows where the answer is known, and on the simulated ones."""

from __future__ import annotations

import numpy as np
import pytest

import eastbound.plots as plots
from eastbound import names
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence


@pytest.fixture(scope="module")
def ens():
    return simulate("baseline", draws=256, until=2028)


def scaled(ens, **factors):
    """Return the ensemble with 2027 as 2026 but for factors on the series of these names."""
    changed = ens.copy()
    for name in (names.CHINA_IMPORTS, names.IMPORTS_REST, names.GAS_VALUE, *VALUES.values()):
        path = ens[name].to_numpy().copy()
        path[..., 12:24] = path[..., :12] * factors.get(name, 1.0)
        changed[name] = (ens[name].dims, path, ens[name].attrs)
    return changed


VALUES = {
    "oil": names.OIL_VALUE,
    "oil_volume": names.OIL_VOLUME,
    "coal": names.COAL_VALUE,
    "coal_volume": names.COAL_VOLUME,
}


def test_means_of_the_parts_add_up_to_the_change_of_all_imports(ens):
    table = plots.changes(ens, end=2028).table
    assert table["part"].tolist()[-1] == "all imports"
    assert table["value"].iloc[:-1].sum() == pytest.approx(table["value"].iloc[-1], abs=1e-3)
    assert (table["low_95"] < table["low_50"]).all()
    assert (table["low_50"] < table["high_50"]).all()


def test_a_dearer_tonne_is_price_and_another_tonne_is_volume(ens):
    oil = ens[names.OIL_VALUE].to_numpy()[..., :12].astype(float).sum(axis=-1).mean()
    dearer = plots.changes(scaled(ens, **{names.OIL_VALUE: 1.1})).table.set_index("part")["value"]
    assert dearer["crude oil, price"] == pytest.approx(0.1 * oil, rel=1e-4)
    assert dearer["crude oil, volume"] == pytest.approx(0.0, abs=1e-4)
    more = plots.changes(scaled(ens, **{names.OIL_VALUE: 1.1, names.OIL_VOLUME: 1.1})).table
    more = more.set_index("part")["value"]
    assert more["crude oil, volume"] == pytest.approx(0.1 * oil, rel=1e-4)
    assert more["crude oil, price"] == pytest.approx(0.0, abs=1e-4)
    assert more["coal, price"] == pytest.approx(0.0, abs=1e-4)


def test_the_figure_says_what_its_table_says(ens):
    book = load_evidence()
    chart = plots.changes(ens, book=book)
    table, ax = chart.table, chart.draw()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [part.replace(", ", ",\n") for part in table["part"]]
    assert chart.alt_text().startswith("Interval chart of what a change consists of: China's imports from Russia")
    assert "From 2026 to 2027 imports change by" in chart.caption()
    assert chart.text_table()["part"].tolist() == table["part"].tolist()


def test_shares_stand_beside_values(ens):
    table = plots.import_parts(ens, at=[2026, 2028]).frame
    assert table["part"].tolist() == ["crude oil", "coal", "pipeline gas", "other goods"]
    shares = [float(text.split(" ")[0].removesuffix("%")) for text in table["share in 2026"]]
    assert sum(shares) == pytest.approx(100.0, abs=2.0)


def test_without_parts_the_figure_is_a_sentence():
    early = simulate("baseline", book=load_evidence("2019-12-31"), draws=64, until=2027)
    chart = plots.changes(early)
    assert chart.table.empty
    assert not chart.draw().has_data()
    assert chart.caption().startswith("At this date too few months of energy were known")
    assert chart.alt_text()
    assert np.all(plots.import_parts(early, at=[2027]).frame["part"] == "all imports")
    assert chart.text_table().empty
