"""Refreshing: what changes in the workspace, and that nothing changes when an answer is wrong."""

import re
from datetime import date

import pytest

from eastbound.errors import EvidenceError, InputError, UnknownName
from eastbound.evidence.book import load_from
from eastbound.evidence.choice import chosen
from eastbound.evidence.connectors.http import Limits
from eastbound.evidence.refresh import Revision, refresh

QUICK = Limits(seconds=5.0, tries=2, pause=0.001, longest=0.01)
DAY = date(2026, 12, 5)
LATER = date(2027, 1, 31)


def run(service, home, source, today=DAY):
    return refresh(source, home=home, address=service.address, today=today, limits=QUICK)[0]


def files(home):
    paths = [path for path in home.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def figure(home, series_id, period, as_of=None):
    rows = chosen(load_from([home / "data"], as_of=as_of, today=LATER), series_id).set_index("period")
    return float(rows.loc[period, "value"])


def test_new_months_join_the_book_and_known_ones_stay(service, reply, recorded, home):
    service.reply(reply(recorded("ecb.csv")))
    record = run(service, home, "ecb")
    assert (record.new, record.revised, record.unchanged, record.missing) == (1, (), 2, 0)
    assert figure(home, "driver.usd_cny_ecb", "2026-11") == 6.66
    assert record.as_text() == "ecb: 1 new, 0 revised, 2 unchanged"
    # a year before the newest known month, to the last month that is over
    assert service.asked[0][1]["startPeriod"] == "2025-10"
    assert service.asked[0][1]["endPeriod"] == "2026-11"
    row = load_from([home / "data"], today=LATER).observations.iloc[-1]
    assert (row["published"], str(row["available"].date())) == ("2026-12-05", "2026-12-05")


def test_on_the_first_of_a_month_the_one_before_may_still_run_at_the_service(service, reply, recorded, home):
    service.reply(reply(recorded("ecb.csv")))
    run(service, home, "ecb", today=date(2026, 12, 1))
    assert service.asked[0][1]["endPeriod"] == "2026-10"


def test_a_second_refresh_with_nothing_new_writes_nothing(service, reply, recorded, home):
    service.reply(reply(recorded("ecb.csv")))
    run(service, home, "ecb")
    before = files(home)
    record = run(service, home, "ecb", today=date(2026, 12, 20))
    assert (record.new, record.unchanged) == (0, 3)
    assert files(home) == before


def test_a_revision_is_a_vintage_that_was_not_known_before(service, reply, recorded, home, monkeypatch):
    monkeypatch.setenv("EIA_API_KEY", "s3cret")
    body = recorded("eia.json")
    service.reply(reply(body, kind="application/json"))
    first = run(service, home, "eia")
    assert first.revised == (
        Revision("driver.brent_price", "2026-07", 83.76, 83.8),
        Revision("driver.brent_price", "2026-08", 90.8, 81.2),
    )
    assert (first.new, first.unchanged, first.vintage) == (0, 1, "")
    old = (home / "data" / "eia.csv").read_bytes()

    service.reply(reply(body.replace(b'"81.2"', b'"82.5"'), kind="application/json"))
    second = run(service, home, "eia", today=date(2027, 1, 5))
    assert second.revised == (Revision("driver.brent_price", "2026-08", 81.2, 82.5),)
    assert second.vintage == "vintages/2026-12-05/eia.csv"
    assert (home / "data" / second.vintage).read_bytes() == old
    assert figure(home, "driver.brent_price", "2026-08") == 82.5
    assert figure(home, "driver.brent_price", "2026-08", as_of="2027-01-04") == 81.2
    assert figure(home, "driver.brent_price", "2026-07", as_of="2026-12-04") == 83.76
    assert not [name for name, content in files(home).items() if b"s3cret" in content]


def test_two_revisions_of_one_day_keep_the_second_and_the_first_as_a_vintage(service, reply, recorded, home):
    service.reply(reply(recorded("ecb.csv")))
    run(service, home, "ecb")
    for rate in (b"7.7", b"7.8"):
        service.reply(reply(recorded("ecb.csv").replace(b"7.659", rate)))
        record = run(service, home, "ecb", today=date(2026, 12, 6))
        assert len(record.revised) == 1
    assert figure(home, "driver.usd_cny_ecb", "2026-11") == round(7.8 / 1.15, 5)
    assert record.vintage == "vintages/2026-12-06/ecb.csv"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda body: body.replace(b"7.8214383", b"78.2"), "may have changed its unit"),
        (lambda body: body.replace(b"7.659", b"-7.659"), "bounds of the series"),
        (lambda body: body.replace(b"OBS_VALUE", b"VALUE"), "0 columns `OBS_VALUE`"),
        (lambda body: body.splitlines(keepends=True)[0], "holds no figure"),
        (lambda body: body[:-40], "row 7|unexpected end"),
    ],
)
def test_a_wrong_answer_changes_no_file(service, reply, recorded, home, spoil, said):
    service.reply(reply(recorded("ecb.csv")))
    run(service, home, "ecb")
    before = files(home)
    next_month = recorded("ecb.csv").replace(b"2026-11", b"2026-12")
    service.reply(reply(spoil(next_month)))
    record = run(service, home, "ecb", today=date(2027, 1, 5))
    assert re.search(said, record.trouble)
    assert (record.new, record.revised) == (0, ())
    assert files(home) == before


def test_trouble_is_told_and_the_table_stays(service, reply, recorded, home):
    service.reply(reply(recorded("ecb.csv")))
    run(service, home, "ecb")
    before = files(home)
    service.reply(reply(b"quota", status=429, headers={"Retry-After": "7200"}))
    record = run(service, home, "ecb")
    assert record.as_text().startswith("ecb: not refreshed: 127.0.0.1/data/EXR/")
    assert "asks to wait 7200 s" in record.trouble
    assert files(home) == before


def test_a_missing_key_names_its_variable(service, home):
    record = run(service, home, "eia")
    assert "set the environment variable EIA_API_KEY" in record.trouble
    assert service.asked == []


def test_a_table_that_was_damaged_by_hand_is_left_alone(service, reply, recorded, home):
    service.reply(reply(recorded("ecb.csv")))
    run(service, home, "ecb")
    table = home / "data" / "ecb.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",6.66,", ",6;66,"), encoding="utf-8")
    damaged = table.read_bytes()
    record = run(service, home, "ecb")
    assert "ecb.csv: 1 problem" in record.trouble
    assert table.read_bytes() == damaged


def test_other_requests_are_refused(home, tmp_path):
    with pytest.raises(UnknownName, match="did you mean `comtrade`"):
        refresh("comtrad", home=home)
    with pytest.raises(InputError, match="name the source too"):
        refresh(home=home, address="http://127.0.0.1:1")
    for address in ("", "127.0.0.1", "file:///table.csv"):
        with pytest.raises(InputError, match=f"`{address}` is not an address"):
            refresh("ecb", home=home, address=address)
    with pytest.raises(EvidenceError, match="is not a workspace"):
        refresh("ecb", home=tmp_path / "nowhere")
