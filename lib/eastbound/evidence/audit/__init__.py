"""Recompute what sources print about themselves, and list what does not fit.

The rules know no series and no source: what belongs together is read from the ids and
from the table of relations. Known oddities are accepted with a reason, so that a new one
stands out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from eastbound.evidence.audit import dates, growth, money, ratios, sums, witnesses
from eastbound.evidence.audit.findings import Finding, accept
from eastbound.evidence.book import Evidence

__all__ = ["RULES", "Finding", "audit", "audit_record", "audit_text", "failed"]

Rule: TypeAlias = Callable[[Evidence], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    growth.growth_against_levels,
    growth.chained_growth,
    growth.growth_twins,
    money.implied_rates,
    money.rates_in_one_source,
    money.mixed_currency_growth,
    sums.totals,
    sums.months_against_year,
    sums.cumulative_steps,
    ratios.shares,
    ratios.unit_prices,
    ratios.bare_ratios,
    ratios.use_of_capacity,
    ratios.branches,
    dates.one_figure_two_periods,
    dates.part_for_whole,
    dates.straight_lines,
    dates.plans_against_outcomes,
    dates.effects_before_causes,
    dates.cited_before_known,
    witnesses.sources_disagree,
    witnesses.one_witness,
)
_ORDER: Final = {"error": 0, "warning": 1, "note": 2}


def audit(book: Evidence) -> list[Finding]:
    """Apply every rule to the evidence.

    Parameters
    ----------
    book : Evidence

    Returns
    -------
    list of Finding
        Errors first; within a severity by rule and id. Each id once.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> found = audit(load_evidence())
    >>> found[0].severity
    'error'
    """
    unique: dict[str, Finding] = {}
    for rule in RULES:
        for one in rule(book):
            unique.setdefault(one.id, one)
    known = accept(unique.values(), dict(zip(book.accepted.index, book.accepted["reason"], strict=True)))
    return sorted(known, key=lambda one: (_ORDER[one.severity], one.rule, one.id))


def failed(findings: list[Finding]) -> bool:
    """Return whether an error is not accepted: what `--strict` refuses.

    Examples
    --------
    >>> failed([])
    False
    """
    return any(one.severity == "error" and one.accepted is None for one in findings)


def audit_record(book: Evidence, findings: list[Finding]) -> dict[str, Any]:
    """Return the findings in the form of the audit file.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> audit_record(load_evidence(), [])
    {'schema': 'audit/1', 'as_of': '2026-10-30', 'findings': []}
    """
    rows = [
        {
            "id": one.id,
            "rule": one.rule,
            "severity": one.severity,
            "arithmetic": one.arithmetic,
            "gap": one.gap,
            "unit": one.unit,
            "observations": [dict(row) for row in one.observations],
            "sources": list(one.sources),
            "accepted": one.accepted,
        }
        for one in findings
    ]
    return {"schema": "audit/1", "as_of": book.as_of.isoformat(), "findings": json.loads(json.dumps(rows))}


def audit_text(findings: list[Finding]) -> str:
    """Return the findings as lines for a terminal, one each, and a count.

    Examples
    --------
    >>> audit_text([])
    '0 findings: 0 errors, 0 warnings, 0 notes; 0 accepted.'
    """
    lines = [f"{one.severity:<8} {one.id}\n         {one.arithmetic}{_known(one)}" for one in findings]
    counts = ", ".join(f"{sum(one.severity == name for one in findings)} {name}s" for name in _ORDER)
    accepted = sum(one.accepted is not None for one in findings)
    return "\n".join([*lines, f"{len(findings)} findings: {counts}; {accepted} accepted."])


def _known(one: Finding) -> str:
    return f"\n         accepted: {one.accepted}" if one.accepted else ""
