"""Goods of both trade flows: cars, machines and electronics from China; crude, LNG, LPG, metals, food from Russia."""

from typing import Any, Final

from eastbound import names
from eastbound.models.goods.model import READS, SERIES, SUBJECT, fit, simulate

SCORED: Final[tuple[str, ...]] = ()
SINGLE: Final[dict[str, Any]] = {}
LEARNT: Final = (names.CARS_VALUE,)  # the mean of the shares holds the year of the fee
USES: Final = ("drivers", "pipelines", "trade")
CHANGES: Final = ("trade",)  # by events on a good

__all__ = ["CHANGES", "LEARNT", "READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "USES", "fit", "simulate"]
