"""Observations, sources, vintages, conflicts and their rules."""

from eastbound.evidence.book import Evidence, load_evidence
from eastbound.evidence.choice import chosen, conflicts

__all__ = ["Evidence", "chosen", "conflicts", "load_evidence"]
