"""Findings that are read from the cache equal those of the audit itself."""

import eastbound as eb
from eastbound.evaluation.audit_results import kept_findings
from eastbound.evidence.audit import audit


def test_kept_findings_are_those_of_the_audit():
    book = eb.load_evidence("2026-10-30")
    assert kept_findings(book) == audit(book)
