"""The table of the branches of the scenario tree."""

import numpy as np
import pytest

from eastbound import plots
from eastbound.ensemble.aggregate import annual
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.names import TRADE_TOTAL


@pytest.fixture(scope="module")
def ens():
    return simulate("baseline", book=load_evidence("2026-10-30"), draws=2048, until=2030, series=[TRADE_TOTAL])


def test_only_branches_that_move_a_headline_number_have_a_row_of_their_own(ens):
    frame = plots.branches(ens).frame
    column = "China-Russia trade in 2030, USD bn"
    assert list(frame.columns) == ["branch", "probability", column]
    slump = frame.set_index("branch").loc["A lasting slump of oil and gas prices"]
    assert slump["probability"] == "15 %"
    holds = (ens["branch.prices"] == ens["branch.prices"].attrs["branches"].index("price_slump")).to_numpy()[0]
    values = annual(ens, TRADE_TOTAL).sel(year=2030).to_numpy()[0]
    change = np.median(values[holds]) - np.median(values)
    assert float(slump[column].replace("\N{MINUS SIGN}", "-")) == pytest.approx(change, abs=0.06)
    listed = sum(len(ens[name].attrs["branches"]) for name in ens.data_vars if name.startswith("branch."))
    assert frame["branch"].iloc[-1] == f"{listed - len(frame) + 1} more branches"


def test_larger_differences_come_first(ens):
    column = plots.branches(ens).frame.iloc[:-1, -1]
    sizes = [abs(float(text.replace("\N{MINUS SIGN}", "-"))) for text in column]
    assert sizes == sorted(sizes, reverse=True)
