"""Write the mail of an alerting run as an ``.eml`` file that any mail program can open or send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Final

_DOMAIN: Final = "eastbound.invalid"  # part of the message id, which has to look like an address


@dataclass(frozen=True)
class Item:
    """One matter of the mail: what happened, why it matters, and the page about it."""

    head: str
    why: str
    link: str


def write_mail(items: Sequence[Item], *, run: str, as_of: str, sender: str, recipients: Sequence[str]) -> bytes:
    """Return the bytes of a mail.

    Parameters
    ----------
    items : sequence of Item
    run : str
        Id of the run; its time is the date of the mail.
    as_of : str
        Day of the evidence.
    sender : str
        May be empty.
    recipients : sequence of str
        May be empty; a mail program then asks for them.

    Examples
    --------
    >>> mail = write_mail([Item("a", "b", "c")], run="20260102T030405Z", as_of="2026-01-01", sender="", recipients=[])
    >>> mail.decode().splitlines()[0]
    'Subject: Eastbound: 1 alert in run 20260102T030405Z'
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Eastbound: {len(items)} alert{'s' * (len(items) != 1)} in run {run}"
    if sender:
        message["From"] = sender
    if recipients:
        message["To"] = ", ".join(recipients)
    message["Date"] = datetime.strptime(run[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    message["X-Unsent"] = "1"  # mail programs open it as a draft
    blocks = [f"{item.head}\n  Why: {item.why}\n  Page: {item.link}" for item in items]
    text = "\n\n".join([*blocks, f"Evidence as of {as_of}."]) + "\n"
    message["Message-ID"] = f"<{run}.{sha256(text.encode()).hexdigest()[:16]}@{_DOMAIN}>"
    message.set_content(text)
    return message.as_bytes()
