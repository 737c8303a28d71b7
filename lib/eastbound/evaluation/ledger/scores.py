"""Score forecasts made before their outcomes, where the outcome has come: the ledger and the kept forecasts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.evaluation.ledger.chain import read_entries
from eastbound.evaluation.ledger.rows import published_probabilities
from eastbound.evaluation.live import live_scores
from eastbound.evaluation.outcomes import outcomes
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

_REACHED: Final = re.compile(r"(?P<series>.+)>=(?P<level>[-+.\de]+) in (?P<year>\d{4})")
_CLAIM: Final = "claim."


def score_record(book: Evidence, *, decided: Mapping[str, bool], home: Path | None = None) -> Record:
    """Score every forecast whose outcome the book knows.

    Parameters
    ----------
    book : Evidence
        Gives the outcomes.
    decided : mapping of str to bool
        By id, whether a decided claim was met.
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    dict
        ``quantiles``: month, series, period, median, central 80 %, outcome and weighted interval score of each
        forecast of a year (in logs for flows; with 23 levels it approximates the CRPS). ``events``: run, event,
        probability, whether it happened, and the Brier score. ``summary``: their counts and means.

    Notes
    -----
    Of a month that was published more than once the first forecast counts. Bracher et al. (2021), doi
    10.1371/journal.pcbi.1008618; Brier (1950), Monthly Weather Review 78, 1-3.
    """
    table = live_scores(book, home=home)
    known = table[table["outcome"].notna()]
    rows = known.astype(object).where(known.notna(), None).to_dict("records")
    events = list(_events(book, decided, home))
    summary = {
        "waiting": len(table) - len(known),
        "forecasts": len(rows),
        "inside80_percent": _mean([100.0 * bool(row["inside80"]) for row in rows]),
        "wis": _mean([float(row["wis"]) for row in rows]),
        "events": len(events),
        "brier": _mean([event["brier"] for event in events]),
    }
    return {"schema": "score/1", "as_of": str(book.as_of), "summary": summary, "quantiles": rows, "events": events}


def scores_text(record: Record) -> str:
    """Return the scores as text.

    Examples
    --------
    >>> summary = {"waiting": 7, "forecasts": 0, "inside80_percent": None, "wis": None, "events": 0, "brier": None}
    >>> print(scores_text({"as_of": "2026-10-30", "summary": summary, "quantiles": [], "events": []}))
    as of 2026-10-30: no outcome of a published forecast has come yet; 7 forecasts of a year are waiting.
    """
    summary = record["summary"]
    waiting = f"{summary['waiting']:,} forecasts of a year are waiting."
    if not summary["forecasts"] and not summary["events"]:
        return f"as of {record['as_of']}: no outcome of a published forecast has come yet; {waiting}"
    lines = [f"as of {record['as_of']}: {waiting}"]
    lines += [
        f"{row['month']} {row['series_id']} {row['period']}: {row['median']:.4g} "
        f"[{row['low80']:.4g}, {row['high80']:.4g}], outcome {row['outcome']:.4g}, WIS {row['wis']:.3g}"
        for row in record["quantiles"]
    ]
    lines += [
        f"{event['as_of']} {event['event']}: {event['probability']:.0%}, "
        f"{'happened' if event['happened'] else 'did not happen'}, Brier {event['brier']:.2f}"
        for event in record["events"]
    ]
    if summary["forecasts"]:
        lines.append(f"inside the central 80 %: {summary['inside80_percent']:.0f} %; mean WIS {summary['wis']:.3g}")
    if summary["events"]:
        lines.append(f"mean Brier score {summary['brier']:.3f}")
    return "\n".join(lines)


def _events(book: Evidence, decided: Mapping[str, bool], home: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the scores of the probabilities of the first published run of each month."""
    months: set[str] = set()
    for entry in read_entries(home):
        month = str(entry["as_of"])[:7]
        if month in months or str(entry["as_of"]) > str(book.as_of):
            continue
        months.add(month)
        for name, chance in published_probabilities(entry, home).items():
            happened = _happened(name, book, decided)
            if happened is not None:
                known = {"run": entry["run"], "as_of": entry["as_of"], "event": name, "probability": chance}
                yield {**known, "happened": happened, "brier": round((chance - happened) ** 2, 6)}


def _happened(name: str, book: Evidence, decided: Mapping[str, bool]) -> bool | None:
    """Return whether an event happened, None as long as that is not known."""
    if name.startswith(_CLAIM):
        return decided.get(name.removeprefix(_CLAIM))
    reached = _REACHED.fullmatch(name)
    if reached is None or reached["series"] not in book.series.index:
        return None
    value = outcomes(book, reached["series"]).get(int(reached["year"]))
    return None if value is None else value >= float(reached["level"])


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None
