"""Europe Brent spot from the US Energy Information Administration's open data, version 2."""

from __future__ import annotations

from typing import Any, Final

from eastbound import names
from eastbound.errors import ServiceError
from eastbound.evidence.connectors.answers import (
    Answer,
    Ask,
    Connector,
    Figure,
    at,
    check_columns,
    expect,
    figure_of,
    in_order,
    json_object,
    month_of,
)
from eastbound.evidence.connectors.http import JSON, fetch, without_query

_CODE: Final = "RBRTE"  # Europe Brent spot price FOB
_PATH: Final = "petroleum/pri/spt/data/"
_WANTED: Final = {"series": _CODE, "units": "$/BBL"}


def figures(ask: Ask) -> Answer:
    """Request the Brent price by month.

    Parameters
    ----------
    ask : Ask
        With an access key.

    Returns
    -------
    Answer
        USD per barrel, monthly mean.

    Raises
    ------
    ServiceError
        When the service does not answer, or in another form than documented
        (https://www.eia.gov/opendata/documentation.php).
    """
    address = at(ask, _PATH)
    query = {
        "api_key": ask.key,
        "frequency": "monthly",
        "data[0]": "value",
        "facets[series][]": _CODE,
        "start": ask.first,
        "end": ask.last,
        "sort[0][column]": "period",
        "sort[0][direction]": "asc",
    }
    content = json_object(fetch(address, query, accept=JSON, limits=ask.limits), address)
    rows = _rows(content.get("response"), address)
    months = []
    for row in rows:
        check_columns(row, address, needed=("period", "value", *_WANTED))
        expect(row, address, wanted=_WANTED)
        months.append(month_of(row["period"], address))
    in_order(months, address, ask=ask)
    known = [
        Figure(names.BRENT, month, figure_of(row["value"], address), _CODE)
        for month, row in zip(months, rows, strict=True)
        if row["value"] is not None
    ]
    return Answer(tuple(known), missing=len(rows) - len(known))


def _rows(response: Any, where: str) -> list[dict[str, Any]]:
    """Return the rows of a response, after a check against the row count that it states."""
    rows = response.get("data") if isinstance(response, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"{without_query(where)}: found no list `response.data`, expected the rows there; nothing was changed"
        raise ServiceError(message)
    if str(response.get("total")) != str(len(rows)):
        message = (
            f"{without_query(where)}: found {len(rows)} rows, expected {response.get('total')}; nothing was changed"
        )
        raise ServiceError(message)
    return rows


CONNECTOR: Final = Connector(
    name="eia",
    address="https://api.eia.gov/v2",
    series=(names.BRENT,),
    card={
        "source_id": "us-eia-open-data",
        "publisher": "US Energy Information Administration",
        "title": "RBRTE, Europe Brent spot price, monthly mean",
        "url": "https://www.eia.gov/opendata/browser/petroleum/pri/spt",
        "language": "en",
        "licence": "public domain (EIA)",
        "cadence": "monthly",
        "group": "eia",
        "directness": "customs",
    },
    figures=figures,
    key="EIA_API_KEY",
    key_needed=True,
)
