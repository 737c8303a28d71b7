"""Flows of gas and oil from Russia to China by pipeline, with three utilizations that are never mixed."""

from eastbound.models.pipelines.model import SERIES, SUBJECT, fit, simulate

__all__ = ["SERIES", "SUBJECT", "fit", "simulate"]
