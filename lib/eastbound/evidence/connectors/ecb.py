"""Yuan per dollar from the euro reference rates of the European Central Bank.

The Data Portal serves SDMX over HTTP; `format=csvdata` gives one row per currency and month.
"""

from __future__ import annotations

from typing import Final

from eastbound.evidence.connectors.answers import (
    Answer,
    Ask,
    Connector,
    Figure,
    at,
    csv_rows,
    expect,
    figure_of,
    in_order,
    month_of,
)
from eastbound.evidence.connectors.http import CSV, fetch

_SERIES: Final = "driver.usd_cny_ecb"
_CURRENCIES: Final = ("USD", "CNY")
# Monthly averages of the daily reference rates against the euro.
_WANTED: Final = {"FREQ": "M", "CURRENCY_DENOM": "EUR", "EXR_TYPE": "SP00", "EXR_SUFFIX": "A", "UNIT_MULT": "0"}
_DECIMALS: Final = 5
_NO_FIGURE: Final = ("", "NaN")


def figures(ask: Ask) -> Answer:
    """Request yuan per dollar by month, the ratio of the two monthly averages against the euro.

    Parameters
    ----------
    ask : Ask

    Returns
    -------
    Answer
        CNY per USD.

    Raises
    ------
    ServiceError
        When the service does not answer, or in another form than documented
        (https://data.ecb.europa.eu/help/api/data).
    """
    address = at(ask, f"data/EXR/M.{'+'.join(_CURRENCIES)}.EUR.SP00.A")
    query = {"startPeriod": ask.first, "endPeriod": ask.last, "format": "csvdata"}
    raw = fetch(address, query, accept=CSV, limits=ask.limits)
    rows = csv_rows(raw, address, needed=(*_WANTED, "CURRENCY", "UNIT", "TIME_PERIOD", "OBS_VALUE"))
    rates: dict[str, dict[str, float]] = {currency: {} for currency in _CURRENCIES}
    months: dict[str, list[str]] = {currency: [] for currency in _CURRENCIES}
    for row in rows:
        currency = row["CURRENCY"] if row["CURRENCY"] in rates else _CURRENCIES[0]
        expect(row, address, wanted={**_WANTED, "CURRENCY": currency, "UNIT": currency})
        month = month_of(row["TIME_PERIOD"], address)
        months[currency].append(month)
        if row["OBS_VALUE"] not in _NO_FIGURE:
            rates[currency][month] = figure_of(row["OBS_VALUE"], address)
    for listed in months.values():
        in_order(listed, address, ask=ask)
    dollar, yuan = (rates[currency] for currency in _CURRENCIES)
    both = sorted(dollar.keys() & yuan.keys())
    seen = {month for listed in months.values() for month in listed}
    cross = [Figure(_SERIES, month, round(yuan[month] / dollar[month], _DECIMALS), "EXR M CNY / USD") for month in both]
    return Answer(tuple(cross), missing=len(seen) - len(both))


CONNECTOR: Final = Connector(
    name="ecb",
    address="https://data-api.ecb.europa.eu/service",
    series=(_SERIES,),
    card={
        "source_id": "ecb-data-portal",
        "publisher": "European Central Bank",
        "title": "Euro reference rates, monthly averages (Data Portal, EXR)",
        "url": "https://data.ecb.europa.eu/data/datasets/EXR",
        "language": "en",
        "licence": "ECB rates, free reuse with citation",
        "cadence": "monthly",
        "group": "ecb",
        "directness": "customs",
    },
    figures=figures,
)
