"""The two commands, as typed."""

import json

import pytest

from eastbound.cli import main

ADD = ["data", "add", "trade.china_russia.total", "2026-10"]
STATED = ["--unit", "USD_bn", "--source", "TASS, October", "--published", "2026-11-09"]


def test_add_keeps_a_figure_and_show_finds_it(home, monkeypatch, capsys):
    assert main([*ADD, "21.5", *STATED, "--low", "21.45", "--high", "21.55", "--no-forecast", "--home", str(home)]) == 0
    assert capsys.readouterr().out.startswith("Kept in data/own.csv: trade.china_russia.total 2026-10 = 21.5")
    monkeypatch.setenv("EASTBOUND_HOME", str(home))
    assert main(["data", "show", "trade.china_russia.total", "--period", "2026-10"]) == 0
    assert "* 21.5 [21.45 to 21.55]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*ADD, "-3", *STATED], "bounds of the series"),
        ([*ADD, "21,5", *STATED], "write `21.5` with a decimal point"),
        ([*ADD, "21.5", "--unit", "USD_bn"], "Missing option '--source'"),
        ([*ADD, "215", *STATED], "repeat with --confirm"),
        (["data", "remove", "trade.china_russia.total", "2026-10"], "no own figure"),
        (["data", "refresh", "ebc"], "did you mean `ecb`?"),
        (["data", "refresh", "ecb", "--address", ""], "`` is not an address"),
    ],
)
def test_what_is_refused_ends_with_2_and_one_message(home, capsys, arguments, said):
    assert main([*arguments, "--home", str(home)]) == 2
    assert said in capsys.readouterr().err
    assert not (home / "data" / "own.csv").exists()


def test_refresh_asks_another_address_and_prints_its_record(service, reply, recorded, home, capsys):
    months = {b"2026-09": b"2026-08", b"2026-10": b"2026-09", b"2026-11": b"2026-10"}
    body = recorded("ecb.csv")
    for old, new in months.items():
        body = body.replace(old, new)
    service.reply(reply(body))
    assert main(["data", "refresh", "ecb", "--address", service.address, "--home", str(home), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)[0]
    assert record["source"] == "ecb"
    assert record["new"] + record["unchanged"] + len(record["revised"]) == 3


def test_refresh_ends_with_1_when_a_service_refuses(service, reply, home, capsys):
    service.reply(reply(b"no such table", kind="text/plain", status=404))
    assert main(["data", "refresh", "fred", "--address", service.address, "--home", str(home)]) == 1
    assert "fred: not refreshed: 127.0.0.1/graph/fredgraph.csv: refused with status 404" in capsys.readouterr().out
