"""Findings of the audit, kept from one process to the next: the audit reads the whole book and takes seconds."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from eastbound.evaluation.result_cache import cached
from eastbound.evidence.audit import audit
from eastbound.evidence.audit.findings import Finding
from eastbound.typing import Record

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence


def kept_findings(book: Evidence) -> list[Finding]:
    """Return what `eastbound.evidence.audit.audit` finds in a book, from the cache if it was audited before.

    Parameters
    ----------
    book : Evidence

    Examples
    --------
    >>> from eastbound.evidence.book import load_evidence
    >>> kept_findings(load_evidence("2026-10-30"))[0].severity
    'error'
    """
    record = cached(
        {"audit": book.digest},
        lambda: {"findings": [asdict(each) for each in audit(book)]},
        task="Auditing the evidence",
    )
    return [_finding(row) for row in record["findings"]]


def _finding(row: Record) -> Finding:
    return Finding(**{**row, "observations": tuple(row["observations"]), "sources": tuple(row["sources"])})
