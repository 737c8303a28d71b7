"""Trucks and rail cargo across the land border, by crossing, within capacities that open late and fill slowly."""

from typing import Any, Final

from eastbound.models.logistics.model import READS, SERIES, SUBJECT, fit, reads, series, simulate

SCORED: Final[tuple[str, ...]] = ()
SINGLE: Final[dict[str, Any]] = {}

__all__ = ["READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "fit", "reads", "series", "simulate"]
