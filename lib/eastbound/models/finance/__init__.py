"""Money between the two countries: investment announced and made, currencies of payment, cost of payments."""

from typing import Any, Final

from eastbound.models.finance.model import READS, SERIES, SUBJECT, fit, simulate

SCORED: Final[tuple[str, ...]] = ()
SINGLE: Final[dict[str, Any]] = {}
USES: Final = ("trade",)

__all__ = ["READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "USES", "fit", "simulate"]
