"""The second choice: what takes the place of a chosen figure, and what never does."""

from dataclasses import replace

import pandas as pd

from eastbound.evidence.book import load_evidence
from eastbound.evidence.choice import chosen, conflicts
from eastbound.evidence.second_choice import second_choice
from eastbound.names import TRADE_TOTAL


def test_the_first_loser_takes_the_place():
    book = load_evidence("2026-10-30")
    rival, count = second_choice(book)
    before, after = (chosen(one, TRADE_TOTAL).set_index("period")["value"] for one in (book, rival))
    assert list(before.index) == list(after.index)  # no period is lost
    losers = conflicts(book, TRADE_TOTAL)
    changed = before.index[before != after]
    assert set(changed) <= set(losers["period"])
    for period in changed:
        assert after[period] in losers[losers["period"] == period]["value"].to_numpy()
    assert count <= len(conflicts(book).drop_duplicates(["series_id", "period"]))
    assert rival.digest != book.digest


def test_rows_without_a_rival_stay_and_doubtful_ones_never_win():
    book = load_evidence("2026-10-30")
    rows = book.observations[book.observations["series_id"] == TRADE_TOTAL]
    year = rows[(rows["period"] == "2025") & (rows["kind"] == "observed")].head(1)
    other = year.assign(value=1.0, low=float("nan"), high=float("nan"), locator="other", published="1999")
    doubtful = other.assign(note="doubt: another definition")
    for extra, expected in ((other, 1.0), (doubtful, float(year["value"].iloc[0]))):
        small = replace(book, observations=pd.concat([year, extra], ignore_index=True))
        found, count = second_choice(small)
        assert chosen(found, TRADE_TOTAL)["value"].tolist() == [expected]
        assert count == (expected == 1.0)
