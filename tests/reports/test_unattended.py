"""Runs without a person: log, mail, secrets, exit codes."""

import email
import json
from email import policy

import pytest

from eastbound.errors import InputError
from eastbound.reports.parameters import Parameter
from eastbound.reports.run import Run
from eastbound.reports.unattended import secrets
from eastbound.reports.unattended.log import FILE, error_line, log_format
from eastbound.reports.unattended.mail import Item, write_mail
from eastbound.reports.unattended.watch import Stale, Watch
from eastbound.reports.worker import Outcome
from eastbound.risk.alerts import Alert, Checked

RULE = Alert(id="low", expr="P(trade < 200 in 2028)", above=0.5, unit="probability", why="a test")


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch):
    monkeypatch.setattr(secrets, "_known", set())


def _events(run):
    return [json.loads(line) for line in (run.folder / FILE).read_text(encoding="utf-8").splitlines()]


def test_log_has_one_json_object_a_line_with_every_page_and_the_end(runs):
    events = _events(runs.bad)
    assert {event["schema"] for event in events} == {"log/1"}
    assert [event["event"] for event in events][:2] == ["run started", "planned"]
    failed = {event["page"]: event["reason"] for event in events if event["event"] == "page failed"}
    assert failed == {outcome.page: outcome.failure for outcome in runs.bad.failed}
    assert events[-1]["event"] == "run finished"
    assert events[-1]["exit_code"] == runs.bad.exit_code == 1


def test_log_is_no_output_of_the_manifest(runs):
    manifest = json.loads((runs.good.folder / "manifest.json").read_text(encoding="utf-8"))
    assert FILE not in manifest["outputs"]


@pytest.mark.parametrize(
    ("failure", "watch", "code"),
    [
        ("", None, 0),
        ("", Watch("2026-01-01", "2026-01-01", stale=(Stale("", "old", "x"),)), 0),
        ("", Watch("2026-01-01", "2026-01-01", stale=(Stale("", "old", "x"),), asked=True), 3),
        ("", Watch("2026-01-01", "2026-01-01", alerts=(Checked(RULE, "raised", 0.6),), asked=True), 3),
        ("", Watch("2026-01-01", "2026-01-01", alerts=(Checked(RULE, "clear", 0.1),), asked=True), 0),
        ("", Watch("2026-01-01", "2026-01-01", alerts=(Checked(RULE, "unknown"),), asked=True), 1),
        ("broke", Watch("2026-01-01", "2026-01-01", alerts=(Checked(RULE, "raised", 0.6),), asked=True), 1),
    ],
)
def test_exit_codes(tmp_path, failure, watch, code):
    run = Run("now", tmp_path, {"a": Outcome("a", failure, {})}, {"total": 1.0}, {}, watch=watch)
    assert run.exit_code == run.as_record()["exit_code"] == code


def test_mail_can_be_read_by_a_mail_program():
    items = [Item("low: P is 0.6\u202f±\u202f0.01, above 0.5", "Почему: 为什么", "https://example.org/r/a.html#b")]
    raw = write_mail(items, run="20260102T030405Z-2", as_of="2026-01-01", sender="a@b.org", recipients=["c@d.org"])
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert mail["To"] == "c@d.org"
    assert mail["Date"].datetime.isoformat() == "2026-01-02T03:04:05+00:00"
    body = mail.get_content()
    assert all(text in body for text in (items[0].head, items[0].why, items[0].link))


def test_a_secret_is_masked_in_every_form(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", 'p<w"d & ключ=7')
    assert Parameter("token", None, "str | None").read("env:SOME_TOKEN") == "env:SOME_TOKEN"
    forms = secrets._forms('p<w"d & ключ=7')
    assert len(forms) >= 5
    text = " ".join(forms)
    shown = secrets.mask({"a": [text], "b": (text, 3)})
    assert not any(form in json.dumps(shown, ensure_ascii=False) for form in forms)
    line = error_line(text, code=2)
    assert "7" not in json.loads(line)["message"]


@pytest.mark.parametrize(("value", "message"), [(None, "is not set"), ("abc", "has 3 characters")])
def test_a_secret_that_cannot_be_kept_is_refused(monkeypatch, value, message):
    monkeypatch.delenv("SOME_TOKEN", raising=False)
    if value:
        monkeypatch.setenv("SOME_TOKEN", value)
    with pytest.raises(InputError, match=message):
        Parameter("token", None, "str | None").read("env:SOME_TOKEN")


def test_only_a_text_can_be_a_secret(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "long enough")
    with pytest.raises(InputError, match="whole number"):
        Parameter("until", 2035).read("env:SOME_TOKEN")


def test_unknown_log_format_is_refused(monkeypatch):
    monkeypatch.setenv("EASTBOUND_LOG_FORMAT", "xml")
    with pytest.raises(InputError, match="text, json"):
        log_format()
