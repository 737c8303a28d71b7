"""Series identifiers and words that several packages share.

An ensemble variable carries the id of its evidence series, so a forecast and
the observations it continues never need a translation table.
"""

from __future__ import annotations

from typing import Final

SUBJECTS: Final = ("trade", "primorye", "pipelines", "logistics")

TRADE_TOTAL: Final = "trade.china_russia.total"
CHINA_EXPORTS: Final = "trade.china_russia.china_exports"
CHINA_IMPORTS: Final = "trade.china_russia.china_imports"

CHINA_SHARE: Final = "trade.primorye.china_share_turnover"
CHINA_TURNOVER: Final = "trade.primorye.china_turnover"
REST_TURNOVER: Final = "trade.primorye.rest_turnover"
PRIMORYE_TURNOVER: Final = "trade.primorye.turnover"

BRENT: Final = "driver.brent_price"
USD_CNY: Final = "driver.usd_cny"

# The two views of the drift of Primorye's share; without a suffix it is their mixture.
OWN_HISTORY: Final = "own_history"
REFERENCE_CLASS: Final = "reference_class"
