"""Answers as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from eastbound.typing import Record

_RARE: Final = 0.001  # a smaller probability is no number that 4,096 draws can tell from zero
_LARGE: Final = 1000.0
_UNITS: Final = {"percent": "%", "ratio": "times"}


def answers_text(records: Iterable[Record]) -> str:
    """Return answers as text: the number first, then its interval, parts and assumptions.

    Parameters
    ----------
    records : iterable of dict
        From `eastbound.risk.questions.ask`.

    Examples
    --------
    >>> record = {"id": "gas", "question": "How much?", "status": "no_basis", "missing": "prices", "unanswered": []}
    >>> print(answers_text([record]))
    gas  How much?
        no basis; it would need: prices
    """
    return "\n\n".join("\n".join(_lines(record)) for record in records)


def claims_text(records: Iterable[Record]) -> str:
    """Return published claims as text: decided ones with their outcome, open ones with their probability.

    Parameters
    ----------
    records : iterable of dict
        From `eastbound.risk.claim_scores.published_claims`.

    Examples
    --------
    >>> print(claims_text([{"id": "a", "claim": "It rains", "stated_by": "Ann", "deadline": "2030", "status": "open",
    ...     "probability": 0.5, "basis": "ensemble"}]))
    a  It rains (Ann; due 2030)
        50 % (ensemble)
    """
    return "\n".join(line for record in records for line in _claim_lines(record))


def _claim_lines(record: Record) -> list[str]:
    head = f"{record['id']}  {record['claim']} ({record['stated_by']}; due {record['deadline']})"
    if record["status"] == "open":
        return [head, f"    {number_text(record['probability'], 'probability')} ({record['basis']})"]
    if record["status"] == "no_basis":
        return [head, f"    no basis; it would need: {record['missing']}"]
    outcome = "" if record["outcome"] is None else f", {record['outcome']:.6g} came"
    error = "" if record["error_percent"] is None else f" ({record['error_percent']:+.1f} %)"
    inferred = ", by judgement" if record["judgement"] else ""
    return [head, f"    {record['status']}{inferred}{outcome}{error}" + (f": {record['why']}" if record["why"] else "")]


def number_text(value: float | None, unit: str) -> str:
    """Return a value with its unit; a probability is never written as 0 or 1.

    Examples
    --------
    >>> number_text(0.00001, "probability"), number_text(0.5, "probability"), number_text(406.2, "USD_bn")
    ('under 0.1 %', '50 %', '406 USD bn')
    """
    if value is None:
        return "not in most futures" if unit == "year" else "none"
    if unit == "probability":
        if abs(value) < _RARE:
            return f"under {100 * _RARE:g} %"
        return f"over {100 * (1 - _RARE):g} %" if value > 1 - _RARE else f"{100 * value:.3g} %"
    if unit == "year":
        year, month = divmod(round(12 * value), 12)
        return f"{year}-{month + 1:02d}" if month else str(year)
    digits = f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.3g}"
    return f"{digits} {_UNITS.get(unit, unit.replace('_', ' '))}"


def interval_text(record: Record) -> str:
    """Return an interval with what it is; empty where there is none.

    Examples
    --------
    >>> interval_text({"interval": [261.0, 668.0], "interval_of": "central 80 %", "unit": "USD_bn"})
    '261 USD bn to 668 USD bn, central 80 %'
    """
    if not record.get("interval"):
        return ""
    low, high = (number_text(edge, record["unit"]) if edge is not None else "later" for edge in record["interval"])
    of = record.get("interval_of")
    return f"{low} to {high}" + (f", {of}" if of else "")


def _lines(record: Record) -> list[str]:
    name = f"{record['id']}  " if record["id"] else ""
    scenario = record.get("scenario", "baseline")
    lines = [f"{name}{record['question']}" + ("" if scenario == "baseline" else f" [{scenario}]")]
    if record["status"] == "no_basis":
        return [*lines, f"    no basis; it would need: {_missing(record)}"]
    lines.append(f"    {_answer(record, str(record.get('label', '')))}")
    lines += [f"    {_answer(part, part['label'])}" for part in record["parts"]]
    lines += [f"    assumes: {text}" for text in record["assumptions"]]
    missing = _missing(record)
    lines += [f"    not answered: {missing}"] if missing else []
    return [*lines, f"    page: {record['notebook']}"] if record["notebook"] else lines


def _missing(record: Record) -> str:
    parts = [f"{part['label']}: {part['reason']}" for part in record["unanswered"]]
    return "; ".join([*filter(None, [record["missing"]]), *parts])


def _answer(record: Any, label: str) -> str:
    value = number_text(record["value"], record["unit"])
    interval = interval_text(record)
    error = record.get("mcse")
    extra = [interval] if interval else []
    if error and record["unit"] != "year":
        points = record["unit"] == "probability"
        extra.append(
            "Monte-Carlo error " + (f"{100 * error:.2g} points" if points else number_text(error, record["unit"]))
        )
    return (f"{label}: " if label else "") + value + (f" ({'; '.join(extra)})" if extra else "")
