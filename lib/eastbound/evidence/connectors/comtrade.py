"""China's trade with Russia by month from UN Comtrade, through its own client `comtradeapicall`.

The client knows the interface (paths, parameter names, form of the answer). It supports neither
another address nor retries, waits up to two minutes, and prints refusals instead of raising them.
Its requests are therefore sent through `connectors.http`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

from eastbound import names
from eastbound.errors import InputError, ServiceError
from eastbound.evidence.connectors.answers import (
    Answer,
    Ask,
    Connector,
    Figure,
    check_columns,
    expect,
    figure_of,
    in_order,
    json_object,
    month_of,
)
from eastbound.evidence.connectors.http import JSON, fetch, without_query
from eastbound.periods import month_ordinal, month_text


@dataclass(frozen=True)
class _Flow:
    """A series in the answer: flow, commodity code, column, and factor to the unit of the series."""

    flow: str
    code: str
    column: str
    series_id: str
    size: float = 1e9  # dollars per USD_bn, kilograms per Mt


_FLOWS: Final = (
    _Flow("X", "TOTAL", "primaryValue", names.CHINA_EXPORTS),
    _Flow("M", "TOTAL", "primaryValue", names.CHINA_IMPORTS),
    _Flow("M", "2709", "primaryValue", "oil.china_imports_from_russia_value"),
    _Flow("M", "2709", "netWgt", "oil.china_imports_from_russia"),
)
_SELECTION: Final = {
    "typeCode": "C",
    "freqCode": "M",
    "reporterCode": "156",
    "partnerCode": "643",
    "partner2Code": "0",
    "customsCode": "C00",
    "motCode": "0",
}
_ASKED_ONLY: Final = {"clCode": "HS", "flowCode": "X,M", "cmdCode": "TOTAL,2709", "includeDesc": False}
_ASKED: Final = [(flow, code) for flow in ("X", "M") for code in ("TOTAL", "2709")]
_NEEDED: Final = (*_SELECTION, "period", "flowCode", "cmdCode", "primaryValue", "netWgt", "isNetWgtEstimated")
_MONTHS: Final = 12  # in one request with a key; the open preview takes one
_DIGITS: Final = 9


def figures(ask: Ask) -> Answer:
    """Request China's exports to and imports from Russia, and its imports of crude oil.

    Parameters
    ----------
    ask : Ask
        With a key, twelve months are requested at once, otherwise one at a time.

    Returns
    -------
    Answer
        USD bn and Mt by month, as China reported them.

    Raises
    ------
    InputError
        When the client is not installed.
    ServiceError
        When the service does not answer, or in another form than before.
    """
    client = _client()
    months = [month_text(m) for m in range(month_ordinal(ask.first), month_ordinal(ask.last) + 1)]
    step = _MONTHS if ask.key else 1
    with _carried(client, ask) as asked:
        frames = [_frame(client, months[k : k + step], key=ask.key) for k in range(0, len(months), step)]
    where = asked[-1] if asked else ask.address
    rows = [row for frame in frames for row in _rows(frame, where)]
    answers = [_flow(rows, flow, where, ask=ask) for flow in _FLOWS]
    known = tuple(figure for answer in answers for figure in answer.figures)
    return Answer(known, missing=sum(answer.missing for answer in answers))


def _client() -> ModuleType:
    try:
        from comtradeapicall import PreviewGet
    except ImportError:
        message = "UN Comtrade needs its client; install it with `pip install 'eastbound[connect]'`"
        raise InputError(message) from None
    return PreviewGet


@contextmanager
def _carried(client: ModuleType, ask: Ask) -> Iterator[list[str]]:
    """Send the client's requests through `connectors.http`; yield the list of requested addresses."""
    asked: list[str] = []

    def request(_method: str, address: str, *, fields: Mapping[str, Any], timeout: float) -> SimpleNamespace:
        del timeout  # the client's own timeout cannot be changed
        where = f"{ask.address.rstrip('/')}{urlsplit(address).path}"
        asked.append(where)
        query = {name: str(value) for name, value in fields.items()}
        raw = fetch(where, query, accept=JSON, limits=ask.limits)
        _check_whole(json_object(raw, where), where)
        return SimpleNamespace(status=200, data=raw)

    own = client.urllib3
    client.urllib3 = SimpleNamespace(  # type: ignore[attr-defined]
        PoolManager=lambda: SimpleNamespace(request=request), exceptions=own.exceptions
    )
    try:
        yield asked
    finally:
        client.urllib3 = own  # type: ignore[attr-defined]


def _check_whole(content: Mapping[str, Any], where: str) -> None:
    """Refuse an answer with an error, which the service sends with status 200, or with missing rows."""
    rows = content.get("data")
    if content.get("error"):
        message = f"{without_query(where)}: refused: {content['error']}; nothing was changed"
        raise ServiceError(message)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"{without_query(where)}: found no list `data`, expected the rows there; nothing was changed"
        raise ServiceError(message)
    if content.get("count") != len(rows):
        message = (
            f"{without_query(where)}: found {len(rows)} rows, expected {content.get('count')}; nothing was changed"
        )
        raise ServiceError(message)


def _frame(client: ModuleType, months: list[str], *, key: str) -> pd.DataFrame:
    selection = {**_SELECTION, **_ASKED_ONLY, "period": ",".join(month.replace("-", "") for month in months)}
    if key:
        return client.getFinalData(key, **selection)
    return client.previewFinalData(**selection)


def _rows(frame: pd.DataFrame, where: str) -> list[dict[str, Any]]:
    if frame.empty:  # months that are not published yet
        return []
    check_columns(list(frame.columns), where, needed=_NEEDED)
    columns = {name: frame[name].tolist() for name in _NEEDED}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    for row in rows:
        expect(row, where, wanted=_SELECTION)
        if (row["flowCode"], str(row["cmdCode"])) not in _ASKED:
            message = (
                f"{without_query(where)}: found flow {row['flowCode']} of {row['cmdCode']}, which was not asked for"
            )
            raise ServiceError(message)
        text = str(row["period"])
        row["period"] = month_of(f"{text[:4]}-{text[4:]}", where)
    return rows


def _flow(rows: list[dict[str, Any]], flow: _Flow, where: str, *, ask: Ask) -> Answer:
    mine = [row for row in rows if (row["flowCode"], str(row["cmdCode"])) == (flow.flow, flow.code)]
    mine.sort(key=lambda row: row["period"])  # the service returns rows in no order; a repeated month is refused
    in_order([row["period"] for row in mine], where, ask=ask)
    known = [
        Figure(
            flow.series_id,
            row["period"],
            round(figure_of(float(row[flow.column]), where) / flow.size, _DIGITS),
            f"C/M/HS {flow.code} {flow.flow} {flow.column}",
            "estimate" if flow.column == "netWgt" and row["isNetWgtEstimated"] else "observed",
        )
        for row in mine
        if row[flow.column]  # weights that were not reported are empty or zero
        and not pd.isna(row[flow.column])
    ]
    return Answer(tuple(known), missing=len(mine) - len(known))


CONNECTOR: Final = Connector(
    name="comtrade",
    address="https://comtradeapi.un.org",
    series=tuple(flow.series_id for flow in _FLOWS),
    card={
        "source_id": "un-comtrade-china",
        "publisher": "UN Comtrade, as reported by China's customs",
        "title": "China's monthly trade with Russia, HS, total and 2709",
        "url": "https://comtradeplus.un.org/",
        "language": "en",
        "licence": "UN Comtrade terms of use, cited as facts",
        "cadence": "monthly",
        "group": "customs-china",
        "directness": "customs",
    },
    figures=figures,
    key="COMTRADE_API_KEY",
)
