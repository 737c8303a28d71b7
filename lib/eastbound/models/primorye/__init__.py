"""Primorye's trade with China and with all others, and China's share as their ratio."""

from eastbound.models.primorye.model import SERIES, SUBJECT, fit, simulate

__all__ = ["SERIES", "SUBJECT", "fit", "simulate"]
