"""Primorye's trade with China and with all others, and China's share as their ratio."""

from typing import Any, Final

from eastbound.models.primorye.model import READS, SERIES, SUBJECT, fit, simulate

SCORED: Final[tuple[str, ...]] = ()
SINGLE: Final[dict[str, Any]] = {}
USES: Final = ("trade",)

__all__ = ["READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "USES", "fit", "simulate"]
