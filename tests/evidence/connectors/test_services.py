"""Each service's answer: read as documented, or refused with what has changed."""

import json

import pytest

from eastbound.errors import ServiceError
from eastbound.evidence.connectors.answers import Ask
from eastbound.evidence.connectors.http import JSON, Limits
from eastbound.evidence.connectors.registry import CONNECTORS

QUICK = Limits(seconds=5.0, tries=2, pause=0.001, longest=0.01)
KIND = {"ecb": "application/vnd.sdmx.data+csv", "fred": "application/csv", "eia": JSON[0], "comtrade": JSON[0]}
FILES = {"ecb": "ecb.csv", "fred": "fred.csv", "eia": "eia.json", "comtrade": "comtrade.json"}


def ask(service, first="2026-03", last="2026-11", key=""):
    return Ask(service.address, first, last, key, QUICK)


def read(service, reply, name, body, **asked):
    service.reply(reply(body, kind=KIND[name]))
    return CONNECTORS[name].figures(ask(service, **asked))


def values(answer):
    return [(figure.series_id, figure.period, figure.value) for figure in answer.figures]


def test_ecb_gives_the_cross_of_two_euro_rates(service, reply, recorded):
    answer = read(service, reply, "ecb", recorded("ecb.csv"))
    # 7.659 yuan per euro over 1.15 dollars per euro
    assert values(answer)[-1] == ("driver.usd_cny_ecb", "2026-11", 6.66)
    assert answer.missing == 0
    path, query = service.asked[0]
    assert path == "/data/EXR/M.USD+CNY.EUR.SP00.A"
    assert query == {"startPeriod": "2026-03", "endPeriod": "2026-11", "format": "csvdata"}


def test_fred_counts_a_month_without_a_figure(service, reply, recorded):
    answer = read(service, reply, "fred", recorded("fred.csv"))
    assert values(answer)[-2:] == [("driver.usd_cny", "2026-07", 6.75), ("driver.usd_cny", "2026-09", 6.71)]
    assert answer.missing == 1
    assert service.asked[0] == (
        "/graph/fredgraph.csv",
        {"id": "EXCHUS", "cosd": "2026-03-01", "coed": "2026-11-30"},
    )


def test_eia_reads_numbers_that_are_sent_as_text(service, reply, recorded):
    answer = read(service, reply, "eia", recorded("eia.json"), key="k")
    assert values(answer)[0] == ("driver.brent_price", "2026-06", 85.4)
    path, query = service.asked[0]
    assert path == "/petroleum/pri/spt/data/"
    assert (query["facets[series][]"], query["data[0]"], query["api_key"]) == ("RBRTE", "value", "k")


def test_comtrade_is_asked_through_its_client_month_by_month_without_a_key(service, reply, recorded):
    full, empty = recorded("comtrade.json"), b'{"elapsedTime": "0.01 secs", "count": 0, "data": [], "error": ""}'
    service.reply(lambda query: reply(full if query["period"] == "202603" else empty, kind=JSON[0]))
    answer = CONNECTORS["comtrade"].figures(ask(service, "2026-02", "2026-04"))
    assert values(answer) == [
        ("trade.china_russia.china_exports", "2026-03", 9.87654321),
        ("trade.china_russia.china_imports", "2026-03", 11.23456789),
        ("oil.china_imports_from_russia_value", "2026-03", 5.6),
        ("oil.china_imports_from_russia", "2026-03", 8.64),
    ]
    assert [path for path, _ in service.asked] == ["/public/v1/preview/C/M/HS"] * 3
    assert [query["period"] for _, query in service.asked] == ["202602", "202603", "202604"]
    assert service.asked[0][1]["reportercode"] == "156"
    assert "subscription-key" not in service.asked[0][1]


def test_comtrade_asks_a_year_at_once_with_a_key(service, reply, recorded):
    service.reply(reply(recorded("comtrade.json"), kind=JSON[0]))
    CONNECTORS["comtrade"].figures(ask(service, "2026-01", "2026-12", key="k"))
    assert [path for path, _ in service.asked] == ["/data/v1/get/C/M/HS"]
    assert service.asked[0][1]["period"].split(",")[::11] == ["202601", "202612"]
    assert service.asked[0][1]["subscription-key"] == "k"


def test_comtrade_leaves_its_client_as_it_was(service, reply):
    from comtradeapicall import PreviewGet

    before = PreviewGet.urllib3
    with pytest.raises(ServiceError):
        read(service, reply, "comtrade", b"[]")
    assert PreviewGet.urllib3 is before


def changed(old, new):
    return lambda body: body.replace(old, new)


def edited(change):
    def edit(body):
        content = json.loads(body)
        change(content)
        return json.dumps(content).encode()

    return edit


def rename(content):
    for row in content["data"]:
        row["tradeValue"] = row.pop("primaryValue")


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("ecb", changed(b"OBS_VALUE", b"VALUE"), "0 columns `OBS_VALUE`"),
        ("ecb", changed(b",USD,0\n", b",USD,3\n"), "`UNIT_MULT` '3', expected `0`"),
        ("ecb", changed(b",CNY,0\n", b",HKD,0\n"), "`UNIT` 'HKD', expected `CNY`"),
        ("ecb", changed(b",CNY,EUR,", b",RUB,EUR,"), "`CURRENCY` 'RUB'"),
        ("ecb", changed(b"2026-11,1.15", b"2026-09,1.15"), "2026-09 after 2026-10, expected months in order"),
        ("ecb", changed(b"2026-11,1.15", b"2027-01,1.15"), "found 2027-01, expected months from 2026-03 to 2026-11"),
        ("ecb", changed(b"2026-11,1.15", b"2026-W4,1.15"), "expected a month"),
        ("ecb", changed(b"1.15,A", b"1;15,A"), "'1;15', expected a number"),
        ("ecb", lambda body: body[: len(body) - 40], "cells in row 7|unexpected end of data"),
        ("ecb", lambda body: b"", "0 columns"),
        ("ecb", lambda body: b"\xff\xfe" + body, "expected a CSV table in UTF-8"),
        ("fred", changed(b"observation_date", b"DATE"), "0 columns `observation_date`"),
        ("fred", changed(b"EXCHUS", b"EXCHUS_PC1"), "0 columns `EXCHUS`"),
        ("fred", changed(b"2026-09-01", b"2026-09-15"), "expected the first day of a month"),
        ("fred", changed(b"2026-09-01", b"2026-06-01"), "2026-06 after 2026-08"),
        ("eia", changed(b"$/BBL", b"$/GAL"), r"`units` '\$/GAL'"),
        ("eia", changed(b'"value"', b'"price"'), "0 columns `value`"),
        ("eia", changed(b'"total": "3"', b'"total": "240"'), "found 3 rows, expected 240"),
        ("eia", lambda body: body[:-30], "expected whole JSON"),
        ("eia", edited(lambda content: content["response"]["data"].reverse()), "months in order"),
        ("eia", edited(lambda content: content.pop("response")), "no list `response.data`"),
        ("comtrade", edited(rename), "0 columns `primaryValue`"),
        ("comtrade", edited(lambda content: content.update(error="period: only one value")), "refused: period"),
        ("comtrade", edited(lambda content: content["data"].pop()), "found 2 rows, expected 3"),
        ("comtrade", changed(b'"partnerCode": 643', b'"partnerCode": 0'), "`partnerCode` 0, expected `643`"),
        ("comtrade", changed(b'"202603"', b'"2026"'), "expected a month"),
        ("comtrade", changed(b'"2709"', b'"2711"'), "flow M of 2711, which was not asked for"),
        ("comtrade", lambda body: b"[]", "expected a JSON object"),
    ],
)
def test_a_changed_answer_is_refused_with_what_changed(service, reply, recorded, name, spoil, said):
    spoiled = spoil(recorded(FILES[name]))
    assert spoiled != recorded(FILES[name])
    with pytest.raises(ServiceError, match=said):
        read(service, reply, name, spoiled, key="k")


@pytest.mark.parametrize("name", CONNECTORS)
def test_every_connector_has_a_card_and_known_series(name):
    from eastbound.evidence.book import load_from

    connector, book = CONNECTORS[name], load_from([])
    assert set(connector.series) <= set(book.series.index)
    assert connector.address.startswith("https://")
    assert connector.card["group"] in set(book.sources["group"])
