"""One request: retries, refusals, and no secrets in messages."""

import pytest

from eastbound.errors import InputError, ServiceError
from eastbound.evidence.connectors.http import CSV, Limits, fetch

QUICK = Limits(seconds=5.0, tries=3, pause=0.001, longest=0.01, size=1000)
GOOD = b"a,b\n1,2\n"


def ask(service, query=None, limits=QUICK):
    return fetch(f"{service.address}/table", query or {}, accept=CSV, limits=limits)


def test_a_good_answer_comes_back_whole_and_the_query_is_sent(service, reply):
    service.reply(reply(GOOD, kind="text/csv; charset=utf-8"))
    assert ask(service, {"start": "2026-01", "data[0]": "value"}) == GOOD
    assert service.asked == [("/table", {"start": "2026-01", "data[0]": "value"})]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_temporary_failures_are_retried(service, reply, status):
    service.reply(reply(b"busy", status=status), reply(GOOD))
    assert ask(service) == GOOD
    assert len(service.asked) == 2


def test_a_quota_that_lasts_ends_after_the_tries(service, reply):
    said = b'{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 0 seconds."}'
    service.reply(reply(said, status=429, headers={"Retry-After": "0"}))
    with pytest.raises(ServiceError, match=r"/table: refused with status 429: .*Rate limit.* \(3 tries\); nothing"):
        ask(service)
    assert len(service.asked) == 3


@pytest.mark.parametrize("stated", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_request_to_wait_long_ends_the_tries(service, reply, stated):
    service.reply(reply(b"quota", status=429, headers={"Retry-After": stated}))
    with pytest.raises(ServiceError, match=r"asks to wait \d+ s"):
        ask(service)
    assert len(service.asked) == 1


def test_a_refusal_is_final_and_shows_no_key(service, reply):
    service.reply(reply(b"key s3cret is not valid", kind="text/plain", status=403))
    with pytest.raises(ServiceError, match="refused with status 403: key … is not valid") as caught:
        ask(service, {"api_key": "s3cret"})
    assert "s3cret" not in str(caught.value)
    assert len(service.asked) == 1


def test_a_silent_service_times_out(service, reply):
    service.reply(reply(GOOD, silent=True))
    limits = Limits(seconds=0.1, tries=2, pause=0.001, longest=0.01)
    with pytest.raises(ServiceError, match=r"no answer within 0\.1 s \(2 tries\)"):
        ask(service, limits=limits)


def test_a_closed_port_is_one_clear_message(service):
    address = service.address
    service.stop()
    with pytest.raises(ServiceError, match="the connection failed"):
        fetch(f"{address}/table", {}, accept=CSV, limits=QUICK)


def test_an_incomplete_answer_is_retried_and_then_refused(service, reply):
    broken = reply(GOOD[:4], announced=len(GOOD))
    service.reply(broken, reply(GOOD))
    assert ask(service) == GOOD
    service.reply(broken)
    with pytest.raises(ServiceError, match="broke off after 4 of 8 bytes"):
        ask(service)


def test_another_content_type_and_a_huge_answer_are_refused(service, reply):
    service.reply(reply(b"<html>maintenance</html>", kind="text/html"))
    with pytest.raises(ServiceError, match="answered with `text/html`, expected text/csv"):
        ask(service)
    service.reply(reply(b"x" * 1001))
    with pytest.raises(ServiceError, match="larger than 1000 bytes"):
        ask(service)


@pytest.mark.parametrize("address", ["file:///etc/hosts", "api.example.org/v2", "http://"])
def test_other_addresses_are_refused(address):
    with pytest.raises(InputError, match="not an address"):
        fetch(address, {}, accept=CSV)
