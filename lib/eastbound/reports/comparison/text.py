"""A comparison of two runs as text."""

from __future__ import annotations

from collections.abc import Iterator

from eastbound.plots.style.numbers import MINUS, unit_word
from eastbound.reports.comparison.corrections import correction_text
from eastbound.typing import Record


def comparison_text(record: Record, *, every: bool = False) -> str:
    """Return a comparison as text: each number with its change and the parts of it.

    Parameters
    ----------
    record : dict
        From `compare_runs`.
    every : bool
        Whether to list all numbers; else headline numbers, and the claims that moved.

    Examples
    --------
    >>> number = {"kind": "headline", "label": "Trade", "unit": "USD_bn", "decimals": 1, "before": 350, "after": 352.5}
    >>> runs = {"before": {"run": "A", "as_of": "2026-09-30"}, "after": {"run": "B", "as_of": "2026-10-30"}}
    >>> parts = {"change": 2.5, "parts": {"new data": 3.0, "revisions": -0.5}}
    >>> note = {"scenario": "baseline", "note": "", "causes": ["new data", "revisions"], "corrections": []}
    >>> print(comparison_text({**runs, **note, "numbers": [{**number, **parts}]}))
    A (as of 2026-09-30) to B (as of 2026-10-30), scenario baseline
    Changed: new data, revisions.
    Trade: 350.0 to 352.5 USD bn, +2.5 = new data +3.0, revisions −0.5
    """
    first, second = record["before"], record["after"]
    runs = f"{first['run']} (as of {first['as_of']}) to {second['run']} (as of {second['as_of']})"
    lines = [f"{runs}, scenario {record['scenario']}"]
    lines.append(f"Changed: {', '.join(record['causes'])}." if record["causes"] else "No input changed.")
    lines += [record["note"]] if record["note"] else []
    numbers = [number for number in record["numbers"] if every or shown(number)]
    lines += [_line(number) for number in numbers]
    if rest := len(record["numbers"]) - len(numbers):
        lines.append(f"{rest} more numbers with --all.")
    lines += _corrections(record)
    return "\n".join(lines)


def shown(number: Record) -> bool:
    """Return whether a number stands in the short form of a comparison."""
    return number["kind"] == "headline" or (number["kind"] == "claim" and number["change"] != 0)


def printed(value: float, digits: int, *, sign: bool = False) -> str:
    """Return a number to its last printed digit.

    Examples
    --------
    >>> printed(-0.5, 1), printed(2.5, 2, sign=True)
    ('−0.5', '+2.50')
    """
    return f"{value:{'+' if sign and value else ''}.{digits}f}".replace("-", MINUS)


def _line(number: Record) -> str:
    digits, unit = number["decimals"], unit_word(number["unit"])
    before, after = (printed(number[name], digits) for name in ("before", "after"))
    if not number["change"] and not any(number["parts"].values()):
        return f"{number['label']}: {after} {unit}, unchanged"
    acting = {name: value for name, value in number["parts"].items() if value} or number["parts"]
    parts = ", ".join(f"{name} {printed(value, digits, sign=True)}" for name, value in acting.items())
    return f"{number['label']}: {before} to {after} {unit}, {printed(number['change'], digits, sign=True)} = {parts}"


def _corrections(record: Record) -> Iterator[str]:
    if record["corrections"]:
        yield f"Revised figures ({len(record['corrections'])}):"
    for row in record["corrections"]:
        yield f"  {correction_text(row)}"
