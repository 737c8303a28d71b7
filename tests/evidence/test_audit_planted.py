"""A sample of the planted errors of `tests/faults`: one of each kind in the tables, all in one audit."""

from planted_errors import ERRORS, HARMLESS, comparable, tally

from eastbound.evidence.book import load_evidence


def test_a_sample_of_planted_errors_is_found():
    book = comparable(load_evidence("2026-10-30"))
    table = tally(book, (*ERRORS, *HARMLESS), rounds=1)
    planted = table[table["kind"].isin([plant.__name__ for plant in ERRORS])]
    assert planted["found"].sum() >= 0.85 * len(ERRORS), planted
    assert not (table["kind"] == "stray").any(), table
    harmless = table[table["kind"].isin([plant.__name__ for plant in HARMLESS])]
    assert not harmless["found"].any(), harmless
