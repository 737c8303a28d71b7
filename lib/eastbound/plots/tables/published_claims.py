"""Table of the published claims: the probability of what is open, the outcome of what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from eastbound.catalogue import cards
from eastbound.ensemble.with_views import held_text
from eastbound.language import _, mark, original
from eastbound.plots.bands import scenario_of
from eastbound.plots.style import numbers
from eastbound.plots.table import Table, caption_with
from eastbound.plots.tables.sources import source_link
from eastbound.plots.words import dated, worded
from eastbound.risk.claim_scores import claims_summary
from eastbound.risk.claim_scores import published_claims as records_of
from eastbound.scenarios.expressions import Probability, series_in
from eastbound.scenarios.reader import parse_question
from eastbound.typing import Record

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from eastbound.evidence.book import Evidence
_CAPTION = mark("Published claims: {count} are open, {met} of {decided} decided ones were met")


def published_claims(
    ens: xr.Dataset, *, book: Evidence, scenario: str | None = None, home: Path | None = None
) -> Table:
    """Tabulate the claims of ``params/claims.yml``, open ones first: when due, how likely, or what came.

    Parameters
    ----------
    ens : xarray.Dataset
        From `simulate`.
    book : Evidence
    scenario : str, optional
        Its name; default is the first of the ensemble.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Returns
    -------
    Table
        Columns claim, stated by, source (a link), due, probability or outcome.
    """
    records = records_of(ens=ens, book=book, scenario=scenario_of(ens, scenario), home=home)
    records.sort(key=lambda record: (record["status"] != "open", record["deadline"]))
    sums = claims_summary(records)
    decided = sums["met"] + sums["missed"]
    caption = _(_CAPTION, count=sums["open"], met=sums["met"], decided=decided)
    frame = pd.DataFrame([_row(record, book) for record in records])
    return Table(frame, caption=caption_with(caption, held_text(ens)), raw=("source",))


def _row(record: Record, book: Evidence) -> dict[str, str]:
    known = record["source"] in book.sources.index
    link = source_link(book.sources.loc[[record["source"]]].iloc[0]) if known else original(record["source"])
    claim, speaker = str(record["claim"]), str(record["stated_by"])
    row = {"claim": _(claim), "stated by": _(speaker), "source": link, "due": dated(str(record["deadline"]))}
    return {**row, "probability or outcome": _result(record)}


def _result(record: Record) -> str:
    if record["status"] == "open":
        return numbers.probability(record["probability"], record["mcse"])
    if record["status"] == "no_basis":
        return numbers.NONE
    if record["outcome"] is None:
        status = worded(str(record["status"]))
        return _("{status} (judgement)", status=status) if record["judgement"] else status
    question = parse_question(f"P({record['event']})")
    assert isinstance(question, Probability)
    series = next(series_in(question)).id
    level = numbers.level(record["outcome"], cards()[series].unit)
    return _("{label}: {value}", label=worded(record["status"]), value=level)
