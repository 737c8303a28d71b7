"""Three hundred errors of twelve kinds planted in the evidence: the audit finds most of them, and nothing else."""

import pytest
from planted_errors import ERRORS, HARMLESS, clean, tally

from eastbound.evidence.book import load_evidence

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def book():
    return clean(load_evidence("2026-10-30"))


def test_most_planted_errors_are_found_and_nothing_else_is(book):
    table = tally(book, ERRORS, rounds=25)
    planted = table[table["kind"] != "stray"]
    found = planted.groupby("kind")["found"].agg(["sum", "count"])
    assert len(planted) == 300
    assert planted["found"].mean() >= 0.85, found
    assert found["sum"].min() >= 13, "one kind of error mostly passes"
    assert (table["kind"] == "stray").sum() < 0.02 * len(planted)


def test_harmless_changes_are_no_findings(book):
    table = tally(book, HARMLESS, rounds=20)
    assert len(table) >= 100
    assert table["found"].mean() < 0.02, table[table["found"]].to_string()
