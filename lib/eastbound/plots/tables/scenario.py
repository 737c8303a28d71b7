"""The card of a scenario: its story and probability, what happens when, how large it is, and what ends it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from eastbound.ensemble.expiry import has_expired
from eastbound.language import _
from eastbound.plots.table import Table
from eastbound.scenarios.card import scenario_card
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.tree import judged_since

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def scenario(name: str, *, book: Evidence, home: Path | None = None) -> Table:
    """Tabulate what a reader should know of a scenario before its numbers.

    Parameters
    ----------
    name : str
        Name in ``params/scenarios``, or path of a scenario file.
    book : Evidence
        Its as-of date decides whether the scenario has expired.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        Columns item, in this scenario: story, probability, trigger and expiry, then one row per effect that differs
        from the baseline, with its date, its size at the peak (median and central 80 %) and how it fades. Of the
        baseline itself only the story: `branches` tabulates what it mixes.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> frame = scenario("price_slump", book=load_evidence("2026-10-30")).frame
    >>> frame["item"].tolist()[:3]
    ['Story', 'Probability', 'Trigger']
    """
    since = judged_since(home)
    loaded, baseline = (load_scenario(each, home=home) for each in (name, "baseline"))
    expired = has_expired(loaded, book, since=str(book.as_of)[:7] if since is None else str(since)[:7])
    card = scenario_card(loaded, baseline=baseline, as_of=book.as_of, expired=expired)
    mixed = loaded.name == baseline.name
    rows = [fact for fact in card.facts if fact[0] == _("Story") or not mixed]
    for effect in () if mixed else card.effects:
        details = ", ".join(filter(None, (f"{effect['affects']} {effect['peak']}".strip(), effect["recovery"])))
        rows.append((effect["event"], "; ".join(filter(None, (effect["when"], details)))))
    return Table(
        pd.DataFrame(rows, columns=["item", "in this scenario"]), caption=_("The scenario: {title}", title=card.title)
    )
