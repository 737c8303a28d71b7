"""Flows of gas and oil from Russia to China by pipeline, with three utilizations that are never mixed."""

from typing import Any, Final

from eastbound.models.pipelines.model import SERIES, SUBJECT, fit, series, simulate

SCORED: Final = ("oil.mohe.deliveries", "oil.espo2.deliveries")
SINGLE: Final[dict[str, Any]] = {}

__all__ = ["SCORED", "SERIES", "SINGLE", "SUBJECT", "fit", "series", "simulate"]
