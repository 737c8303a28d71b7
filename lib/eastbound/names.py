"""Series identifiers and words that several packages share.

An ensemble variable carries the id of its evidence series, so a forecast and
the observations it continues never need a translation table.
"""

from __future__ import annotations

from typing import Final

TRADE_TOTAL: Final = "trade.china_russia.total"
CHINA_EXPORTS: Final = "trade.china_russia.china_exports"
CHINA_IMPORTS: Final = "trade.china_russia.china_imports"

# What China's imports from Russia consist of; volumes in Mt.
OIL_VALUE: Final = "oil.china_imports_from_russia_value"
OIL_VOLUME: Final = "oil.china_imports_from_russia"
COAL_VALUE: Final = "coal.china_imports_from_russia_value_hs2701"
COAL_VOLUME: Final = "coal.china_imports_from_russia_hs2701"
GAS_VALUE: Final = "gas.china_pipeline_imports_from_russia_value"
IMPORTS_REST: Final = f"{CHINA_IMPORTS}.rest"
CARS_VALUE: Final = "composition.china_exports_to_russia.passenger_cars_value"

CHINA_SHARE: Final = "trade.primorye.china_share_turnover"
CHINA_TURNOVER: Final = "trade.primorye.china_turnover"
REST_TURNOVER: Final = "trade.primorye.rest_turnover"
PRIMORYE_TURNOVER: Final = "trade.primorye.turnover"

# How Primorye's two flows divide.
PRIMORYE_EXPORTS: Final = "trade.primorye.exports"
PRIMORYE_IMPORTS: Final = "trade.primorye.imports"
EXPORTS_TO_CHINA: Final = "trade.primorye.exports_to_china"
IMPORTS_FROM_CHINA: Final = "trade.primorye.imports_from_china"
KOREA_TURNOVER: Final = "trade.primorye.korea_turnover"
JAPAN_TURNOVER: Final = "trade.primorye.japan_turnover"
OTHERS_TURNOVER: Final = "trade.primorye.others_turnover"
EXPORT_PART: Final = "trade.primorye.export_part_of_turnover"
CHINA_SHARE_EXPORTS: Final = "trade.primorye.china_share_exports"
CHINA_SHARE_IMPORTS: Final = "trade.primorye.china_share_imports"
KOREA_SHARE: Final = "trade.primorye.korea_share_turnover"
JAPAN_SHARE: Final = "trade.primorye.japan_share_turnover"
OTHERS_SHARE: Final = "trade.primorye.others_share_turnover"

BRENT: Final = "driver.brent_price"
BRENT_FUTURES: Final = "driver.brent_futures"
USD_CNY: Final = "driver.usd_cny"
USD_RUB: Final = "driver.usd_rub"
USD_RUB_ECB: Final = "driver.usd_rub_ecb"
USD_RUB_MONTH_END: Final = "driver.usd_rub_month_end"
CNY_RUB: Final = "driver.cny_rub"
KEY_RATE: Final = "driver.cbr_key_rate_month_end"

# The two views of the drift of Primorye's share; without a suffix it is the joint posterior.
OWN_HISTORY: Final = "own_history"
REFERENCE_CLASS: Final = "reference_class"
