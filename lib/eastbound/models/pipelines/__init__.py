"""Flows of gas and oil from Russia to China by pipeline, with three utilizations that are never mixed."""

from typing import Any, Final

from eastbound.models.pipelines.model import READS, SERIES, SUBJECT, fit, reads, series, simulate

SCORED: Final = ("oil.mohe.deliveries", "oil.espo2.deliveries")
SINGLE: Final[dict[str, Any]] = {}
USES: Final = ("drivers",)

__all__ = ["READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "USES", "fit", "reads", "series", "simulate"]
