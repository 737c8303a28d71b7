"""The branches of an axis are subsets of the baseline's draws, so the baseline is their mixture."""

from dataclasses import replace

import numpy as np
import pytest

from eastbound.core.simulation.seeds import Stream
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.names import BRENT
from eastbound.scenarios.branches import open_branches, picked
from eastbound.scenarios.dates import month_range
from eastbound.scenarios.events import impulses, shocks
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.tree import OTHER, load_tree

TREE = load_tree()
LEAVES = [(axis, name) for axis, shares in TREE.items() for name in shares if name != OTHER]


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


@pytest.fixture(scope="module")
def ens(book):
    return simulate(["baseline", *(name for _, name in LEAVES)], book=book, draws=128, until=2028)


@pytest.mark.parametrize(("axis", "name"), LEAVES)
def test_a_branch_holds_in_its_share_of_the_draws_and_equals_its_own_scenario_there(ens, axis, name):
    branch = ens[f"branch.{axis}"]
    holds = (branch.sel(scenario="baseline") == branch.attrs["branches"].index(name)).to_numpy()
    chance = TREE[axis][name]
    assert abs(holds.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / holds.size)
    assert (branch.sel(scenario=name) == branch.attrs["branches"].index(name)).all()
    for series in ens.data_vars:
        baseline, own = (ens[series].sel(scenario=each).to_numpy()[holds] for each in ("baseline", name))
        # the same numbers, but events add up in another order, in single precision
        np.testing.assert_allclose(baseline, own, rtol=2e-5, atol=1e-6, err_msg=series)


def test_an_expired_scenario_leaves_its_share_to_other():
    slump = load_scenario("price_slump")
    assert slump.expires.after == "2028-12"
    later = load_evidence("2026-10-30").as_of.replace(year=2029)
    assert "prices" not in open_branches(load_scenario("baseline"), as_of=later).axes


def test_occurrences_that_a_branch_states_are_taken_out_of_the_random_ones(book):
    baseline = load_scenario("baseline")
    event = next(event for event in baseline.events if event.id == "brent_slump")
    dated = next(event for event in load_scenario("price_slump").events if event.id == "brent_slump_dated")
    branches = open_branches(baseline, as_of=book.as_of)
    thinning = branches.thinned["brent_slump"]
    assert (thinning.first, thinning.last) == month_range(dated.onset)
    stream, fixed = Stream(3, 0, 4096), {"start": 2026 * 12, "months": 48}
    free, thinned = (impulses(event, **fixed, stream=stream, thinning=each) for each in (None, thinning))
    window = [(each.month >= 12) & (each.month < 24) for each in (free, thinned)]
    counts = [float(inside.sum()) / stream.width for inside in window]
    stated = TREE["prices"]["price_slump"]
    assert counts[1] == pytest.approx(max(0.0, counts[0] - stated), abs=0.02)
    # outside of the months of the branch nothing moves
    np.testing.assert_array_equal(free.draw[~window[0]], thinned.draw[~window[1]])
    assert BRENT in {effect.target for effect in dated.effects}


def test_other_is_spread_wider_and_moves_no_other_branch(book):
    baseline = load_scenario("baseline")
    branches = open_branches(baseline, as_of=book.as_of)
    stream, fixed = Stream(3, 0, 4096), {"start": 2026 * 12, "months": 36, "branches": branches}
    wide = shocks(baseline, stream=stream, **fixed)[BRENT][-1].copy()
    narrow = shocks(baseline, stream=stream, **{**fixed, "branches": replace(branches, others={})})[BRENT][-1]
    other = picked("prices", branches.axes["prices"], stream=stream) == len(branches.axes["prices"])
    np.testing.assert_array_equal(wide[~other], narrow[~other])
    added = wide[other] - narrow[other]
    sd = branches.others["prices"].events[0].effects[0].trough.sd
    assert added.std() == pytest.approx(sd, rel=0.05)
    assert np.median(added) == pytest.approx(0.0, abs=4 * 1.25 * sd / np.sqrt(other.sum()))
    assert wide[other].std() > narrow[other].std()
