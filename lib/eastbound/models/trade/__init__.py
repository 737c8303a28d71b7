"""China-Russia trade: China's exports and imports apart, imports as energy at price times volume and the rest."""

from eastbound.models.trade.model import SERIES, SUBJECT, fit, simulate

__all__ = ["SERIES", "SUBJECT", "fit", "simulate"]
