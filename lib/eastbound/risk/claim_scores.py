"""Decide or price published claims: the score of what is decided, the probability of what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from eastbound.constants import DRAWS, SEED, UNTIL
from eastbound.core.quantiles import probability
from eastbound.ensemble.simulate import simulate
from eastbound.errors import InputError
from eastbound.risk.answers import LEVEL, SAMPLING, Answers, around
from eastbound.risk.claims import PublishedClaim, load_claims
from eastbound.risk.terms import Figures, within
from eastbound.risk.trend import trend_paths
from eastbound.scenarios.expressions import Comparison, Series, series_in
from eastbound.scenarios.reader import undated
from eastbound.typing import Record
from eastbound.values import listed

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_DIGITS: Final = 7  # significant digits of a record


def published_claims(
    *,
    scenario: str | Sequence[str] = "baseline",
    book: Evidence | None = None,
    ens: xr.Dataset | None = None,
    home: str | Path | None = None,
    **options: Any,
) -> list[Record]:
    """Return every published claim with its probability now, or its score once it is decided.

    Parameters
    ----------
    scenario : str or sequence of str
        Whose draws give the probabilities; of several, one after the other.
    book : Evidence, optional
        Default is everything known. Claims made after its day are left out.
    ens : xarray.Dataset, optional
        From `simulate`, with the scenarios; simulated when not given.
    home : path, optional
        Workspace.
    **options
        Keyword arguments of `simulate`, such as ``draws``.

    Returns
    -------
    list of dict
        Per scenario and claim: ``scenario``, ``id``, ``claim``, ``stated_by``, ``source``, ``made``, ``deadline``,
        ``event``, ``rule`` and ``status`` (open, met, missed or no_basis); ``probability``, ``interval``, ``level``,
        ``mcse`` and ``basis`` of an open one; ``outcome``, ``decided``, ``error_percent``, ``brier`` and ``judgement``
        (whether the decision is inferred) of a decided one; else ``missing``.

    Notes
    -----
    A claim states its event as certain, so its Brier score is 0 when it is met and 1 when it is missed (Brier 1950,
    Monthly Weather Review 78, 1-3). Series that are not simulated get a random walk, see `eastbound.risk.trend`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> records = published_claims(book=load_evidence("2026-10-30"), draws=128)
    >>> [(record["status"], record["outcome"]) for record in records if record["id"] == "nsr_40_2025"]
    [('missed', 37.02)]
    """
    from eastbound.evidence.book import load_evidence

    book = load_evidence() if book is None else book
    if ens is None:
        folder = None if home is None else Path(home)
        ens = simulate(scenario, book=book, home=folder, **{"draws": DRAWS, "seed": SEED, "until": UNTIL, **options})
    claims = [claim for claim in load_claims(home, book=book) if claim.made <= str(book.as_of)]
    names = listed(scenario)
    answers = Answers(ens, book, scenario=names[0])
    records = []
    for name in names:
        here = answers.under(name)
        records += [{"scenario": name, **_record(claim, here)} for claim in claims]
        here.forget(name)
    return records


def claims_summary(records: Iterable[Record]) -> Record:
    """Return how many claims are open, met and missed, and what share of the decided ones was met.

    Examples
    --------
    >>> claims_summary([{"status": "met"}, {"status": "missed"}, {"status": "open"}])
    {'claims': 3, 'open': 1, 'met': 1, 'missed': 1, 'met_share': 0.5}
    """
    statuses = [record["status"] for record in records]
    counts = {status: statuses.count(status) for status in ("open", "met", "missed")}
    decided = counts["met"] + counts["missed"]
    return {"claims": len(statuses), **counts, "met_share": counts["met"] / decided if decided else None}


def _record(claim: PublishedClaim, answers: Answers) -> Record:
    names = ("id", "claim", "stated_by", "made", "deadline", "event", "rule")
    head = {**{name: getattr(claim, name) for name in names}, "source": claim.source or claim.source_id}
    score = _score(claim, answers)
    return {**head, **(_chance(claim, answers) if score is None else score)}


def _score(claim: PublishedClaim, answers: Answers) -> Record | None:
    """Return the score of a claim that is decided on the day of the book."""
    event, book = claim.comparison, answers.book
    if claim.resolved is not None and claim.resolved.decided <= str(book.as_of):
        resolved = claim.resolved
        score = _scored(event, resolved.met, resolved.outcome, resolved.decided, why=resolved.why)
        return {**score, "judgement": resolved.judgement}
    if undated(event.term):
        if pd.Period(event.when.period).end_time.date() > book.as_of or _unsimulated(event, answers):
            return None
        met = bool(answers.draws().happens(event).all())  # dates that are still open come after the day of the book
        return _scored(event, met, None, event.when.period)
    if not isinstance(event.term, Series) or event.term.id not in book.series.index:
        return None
    known, last = answers.figures.of(event.term.id), int(event.when.period[:4])
    first = int(claim.made[:4]) if event.when.word == "by" else last
    for year in range(first, last + 1):
        if str(year) in known and within(np.array([known[str(year)]]), event).all():
            return _scored(event, True, known[str(year)], str(year))
    return _scored(event, False, known[str(last)], str(last)) if str(last) in known else None


def _scored(event: Comparison, met: bool, outcome: float | None, decided: str, *, why: str = "") -> Record:
    error = None
    if outcome is not None and len(event.bounds) == 1:
        error = _rounded(100.0 * (outcome / event.bounds[0].value - 1.0))
    status = "met" if met else "missed"
    return {
        **{"status": status, "outcome": outcome, "decided": decided, "error_percent": error},
        **{"brier": 0.0 if met else 1.0, "why": why, "judgement": False},
    }


def _chance(claim: PublishedClaim, answers: Answers) -> Record:
    """Return the probability of an open claim, from the ensemble or from the trend of its series."""
    event = claim.comparison
    if undated(event.term) and (absent := _unsimulated(event, answers)):
        return {"status": "no_basis", "missing": f"a date for `{absent[0]}` in this scenario"}
    if int(event.when.period[:4]) < answers.draws().start.year:
        figure = f"a published figure for {event.when.period}: {claim.event}"
        return {"status": "no_basis", "missing": figure}
    if not _unsimulated(event, answers):
        try:
            answer = answers.answer(f"P({claim.event})")
        except InputError as error:
            return {"status": "no_basis", "missing": str(error).splitlines()[0]}
        numbers = {"probability": answer.value, "mcse": answer.mcse, "interval": answer.interval}
        return _opened(numbers, basis="ensemble", interval_of=answer.interval_of)
    return _by_trend(event, answers.figures)


def _unsimulated(event: Comparison, answers: Answers) -> list[str]:
    """Return the series of an event that the ensemble lacks: a scenario need not have every milestone."""
    return [series.id for series in series_in(event) if series.id not in answers.ens]


def _by_trend(event: Comparison, figures: Figures) -> Record:
    series, last = next(series_in(event)), int(event.when.period[:4])
    known = {int(year): value for year, value in figures.of(series.id).items()}
    paths = trend_paths(known, last=last, name=series.id)
    if last not in paths:
        return {"status": "no_basis", "missing": f"published figures of `{series.id}` for {last} or for four years"}
    years = list(paths) if event.when.word == "by" else [last]
    hits = np.logical_or.reduce([within(paths[year], event) for year in years])
    share, error = (float(number) for number in probability(hits))
    low, high = around(share, error)
    numbers = {"probability": share, "mcse": error, "interval": (max(low, 0.0), min(high, 1.0))}
    return _opened(numbers, basis=f"trend of {len(known)} published years", interval_of=SAMPLING)


def _opened(numbers: Record, *, basis: str, interval_of: str) -> Record:
    return {
        **{"status": "open", "probability": _rounded(numbers["probability"]), "mcse": _rounded(numbers["mcse"])},
        **{"interval": [_rounded(edge) for edge in numbers["interval"]], "interval_of": interval_of},
        **{"level": LEVEL, "basis": basis},
    }


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
