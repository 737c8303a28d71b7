"""China-Russia trade: China's exports and imports apart, imports as energy at price times volume and the rest."""

from typing import Final

from eastbound import names
from eastbound.models.trade.model import READS, SERIES, SUBJECT, errors, fit, simulate

SCORED: Final = (names.OIL_VALUE, names.OIL_VOLUME, names.COAL_VALUE)
SINGLE: Final = {"pool": [1, 0]}
LEARNT: Final = (names.CHINA_EXPORTS, names.CHINA_IMPORTS, names.OIL_VOLUME)
USES: Final = ("drivers", "pipelines")

__all__ = ["LEARNT", "READS", "SCORED", "SERIES", "SINGLE", "SUBJECT", "USES", "errors", "fit", "simulate"]
