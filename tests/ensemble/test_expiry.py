"""A scenario expires by its date, or by a figure observed once it can have begun."""

import pytest

from eastbound.ensemble.expiry import has_expired
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.branches import open_branches
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.schema import Expiry


@pytest.fixture(scope="module")
def book():
    return load_evidence("2026-10-30")


def expiring(name, rule):
    return load_scenario(name).model_copy(update={"expires": Expiry(after="2028-12", when=rule)})


# Brent stood at 117 USD in April 2026 and below 85 in July
@pytest.mark.parametrize(("since", "expired"), [("2026-01", True), ("2026-07", False)])
def test_only_figures_since_then_count(book, since, expired):
    assert has_expired(expiring("isolation_continues", "driver.brent_price > 110"), book, since=since) is expired


def test_figures_before_a_dated_event_can_happen_say_nothing_about_it(book):
    slump = expiring("price_slump", "driver.brent_price > 110")
    assert not has_expired(slump, book, since="2026-01")


def test_an_expired_branch_leaves_its_share_to_other(book):
    baseline = load_scenario("baseline")
    shares = {
        branch.name: branch.probability
        for branch in open_branches(baseline, as_of=book.as_of, expired=frozenset({"price_slump"})).axes["prices"]
    }
    assert shares == {"deeper_discounts": 0.1}


def test_a_rule_on_an_unknown_series_is_refused():
    with pytest.raises(ValueError, match=r"unknown series `driver\.brent_prise`; did you mean `driver\.brent_price`"):
        Expiry(when="driver.brent_prise > 90")
