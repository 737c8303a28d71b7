"""Trucks and rail cargo across the land border, by crossing, within capacities that open late and fill slowly."""

from typing import Any, Final

from eastbound.models.logistics.model import READS, SERIES, SUBJECT, fit, reads, series, simulate

SCORED: Final[tuple[str, ...]] = ()
SINGLE: Final[dict[str, Any]] = {}
USES: Final = ("trade",)
CHANGES: Final = ("trade",)  # by what a full border costs

__all__ = ["CHANGES", "READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "USES", "fit", "reads", "series", "simulate"]
