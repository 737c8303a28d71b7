"""Audit of the evidence: recompute the totals, rates and ratios that sources print, and list contradictions.

The rules name no series and no source: relations are read from the ids and from the table of
relations. Known contradictions are accepted with a reason, so that a new item is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from eastbound.evidence.audit import (
    dates,
    growth,
    happenings,
    lists,
    money,
    multiples,
    rates,
    ratios,
    scope,
    sums,
    witnesses,
    wording,
)
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
    ratios.former_shares,
    ratios.daily_means,
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
    happenings.dated_twice,
    happenings.dated_differently,
    happenings.spans_of_years,
    lists.announced_lists,
    lists.lists_of_two_sources,
    wording.measure_not_stated,
    wording.base_windows,
    wording.periods_not_stated,
    wording.cited_pages,
    scope.areas,
    scope.part_windows,
    scope.parts_over_wholes,
    rates.rates_out_of_bounds,
    rates.rates_apart,
    rates.increases_over_levels,
    multiples.multiples_against_levels,
    multiples.multiples_against_capacity,
    multiples.growth_over_two_bases,
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
    >>> findings = audit(load_evidence("2026-10-30"))
    >>> findings[0].severity
    'error'
    """
    unique: dict[str, Finding] = {}
    for rule in RULES:
        for item in rule(book):
            unique.setdefault(item.id, item)
    known = accept(unique.values(), dict(zip(book.accepted.index, book.accepted["reason"], strict=True)))
    return sorted(known, key=lambda item: (_ORDER[item.severity], item.rule, item.id))


def failed(findings: list[Finding]) -> bool:
    """Return whether any error is not accepted; `--strict` then exits with 1.

    Examples
    --------
    >>> failed([])
    False
    """
    return any(item.severity == "error" and item.accepted is None for item in findings)


def audit_record(book: Evidence, findings: list[Finding]) -> dict[str, Any]:
    """Return the findings as a record for JSON, schema `audit/1`.

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> audit_record(load_evidence("2026-10-30"), [])
    {'schema': 'audit/1', 'as_of': '2026-10-30', 'findings': []}
    """
    rows = [
        {
            "id": item.id,
            "rule": item.rule,
            "severity": item.severity,
            "arithmetic": item.arithmetic,
            "gap": item.gap,
            "unit": item.unit,
            "observations": [dict(row) for row in item.observations],
            "sources": list(item.sources),
            "accepted": item.accepted,
        }
        for item in findings
    ]
    return {"schema": "audit/1", "as_of": book.as_of.isoformat(), "findings": json.loads(json.dumps(rows))}


def audit_text(findings: list[Finding]) -> str:
    """Return the findings and their counts as text for a terminal.

    Examples
    --------
    >>> audit_text([])
    '0 findings: 0 errors, 0 warnings, 0 notes; 0 accepted.'
    """
    lines = [f"{item.severity:<8} {item.id}\n         {item.arithmetic}{_known(item)}" for item in findings]
    counts = ", ".join(f"{sum(item.severity == name for item in findings)} {name}s" for name in _ORDER)
    accepted = sum(item.accepted is not None for item in findings)
    return "\n".join([*lines, f"{len(findings)} findings: {counts}; {accepted} accepted."])


def _known(item: Finding) -> str:
    return f"\n         accepted: {item.accepted}" if item.accepted else ""
