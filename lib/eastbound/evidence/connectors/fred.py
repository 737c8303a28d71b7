"""Yuan per dollar from the Federal Reserve's H.10 release, through the CSV download of FRED."""

from __future__ import annotations

from typing import Final

from eastbound import names
from eastbound.errors import ServiceError
from eastbound.evidence.connectors.answers import (
    Answer,
    Ask,
    Connector,
    Figure,
    at,
    csv_rows,
    figure_of,
    in_order,
    month_of,
)
from eastbound.evidence.connectors.http import CSV, fetch, without_query
from eastbound.periods import last_day

_CODE: Final = "EXCHUS"  # monthly average of daily noon rates, yuan per dollar
_DATE: Final = "observation_date"  # called DATE until December 2024
_NO_FIGURE: Final = ("", ".")


def figures(ask: Ask) -> Answer:
    """Request yuan per dollar by month.

    Parameters
    ----------
    ask : Ask

    Returns
    -------
    Answer
        CNY per USD, monthly mean.

    Raises
    ------
    ServiceError
        When the service does not answer, or in another form than before.
    """
    address = at(ask, "graph/fredgraph.csv")
    query = {"id": _CODE, "cosd": f"{ask.first}-01", "coed": last_day(ask.last).isoformat()}
    rows = csv_rows(fetch(address, query, accept=CSV, limits=ask.limits), address, needed=(_DATE, _CODE))
    months = [_month(row[_DATE], address) for row in rows]
    in_order(months, address, ask=ask)
    known = [
        Figure(names.USD_CNY, month, figure_of(row[_CODE], address), _CODE)
        for month, row in zip(months, rows, strict=True)
        if row[_CODE] not in _NO_FIGURE
    ]
    return Answer(tuple(known), missing=len(rows) - len(known))


def _month(cell: str, where: str) -> str:
    """Return the month that a first day stands for."""
    if not cell.endswith("-01"):
        message = f"{without_query(where)}: found {cell!r}, expected the first day of a month; nothing was changed"
        raise ServiceError(message)
    return month_of(cell.removesuffix("-01"), where)


CONNECTOR: Final = Connector(
    name="fred",
    address="https://fred.stlouisfed.org",
    series=(names.USD_CNY,),
    card={
        "source_id": "federal-reserve-via-fred",
        "publisher": "Federal Reserve via FRED",
        "title": "EXCHUS, yuan per dollar, monthly mean (H.10)",
        "url": "https://fred.stlouisfed.org/series/EXCHUS",
        "language": "en",
        "licence": "public domain (Federal Reserve H.10)",
        "cadence": "monthly",
        "group": "federal-reserve",
        "directness": "customs",
    },
    figures=figures,
)
