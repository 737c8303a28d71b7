"""HTTP requests to public services, limited in time and size, with retries of temporary failures."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from eastbound import __version__
from eastbound.errors import InputError, ServiceError

CSV: Final = ("text/csv", "application/csv", "application/vnd.sdmx.data+csv")
JSON: Final = ("application/json",)
# Parameters that contain an access key; their values never appear in a message.
SECRET: Final = ("api_key", "subscription-key")
_TEMPORARY: Final = frozenset({429, 500, 502, 503, 504})  # statuses of temporary failures
_CHUNK: Final = 65536
_QUOTED: Final = 200  # characters of a refusal repeated in a message


@dataclass(frozen=True)
class Limits:
    """Limits of a request: time, tries and size.

    Parameters
    ----------
    seconds : float
        Longest time for one complete answer.
    tries : int
        Most requests, including the first.
    pause : float
        Seconds before the second try; doubled before each further one.
    longest : float
        Longest wait between two tries, in seconds; a service that asks for more is not asked again.
    size : int
        Largest answer in bytes.
    """

    seconds: float = 30.0
    tries: int = 4
    pause: float = 1.0
    longest: float = 60.0
    size: int = 16_000_000


LIMITS: Final = Limits()


class _Temporary(Exception):
    """A temporary failure; `wait` is the number of seconds that the service asks to wait."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


def fetch(address: str, query: Mapping[str, str], *, accept: Collection[str], limits: Limits = LIMITS) -> bytes:
    """Request an address and return the body of the answer.

    Parameters
    ----------
    address : str
        An http or https address without a query.
    query : mapping of str to str
        Parameters of the request.
    accept : collection of str
        Content types that the answer may have.
    limits : Limits

    Returns
    -------
    bytes
        The whole body.

    Raises
    ------
    InputError
        When the address is not one of http or https.
    ServiceError
        When no complete answer of an accepted type arrives within the limits.

    Examples
    --------
    >>> fetch("ftp://localhost/a", {}, accept=CSV)
    Traceback (most recent call last):
    eastbound.errors.InputError: `ftp://localhost/a` is not an address that begins with http:// or https://
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = f"`{address}` is not an address that begins with http:// or https://"
        raise InputError(message)
    headers = {"Accept": ", ".join(accept), "User-Agent": f"eastbound/{__version__}"}
    request = Request(f"{address}?{urlencode(query)}", headers=headers)
    secrets = [value for name, value in query.items() if name in SECRET]
    for count in range(1, limits.tries + 1):
        try:
            return _answer(request, accept=accept, limits=limits, secrets=secrets)
        except _Temporary as trouble:
            wait = max(trouble.wait, limits.pause * 2 ** (count - 1))
            if count == limits.tries or wait > limits.longest:
                asked = f"; it asks to wait {trouble.wait:.0f} s" if trouble.wait > limits.longest else ""
                tried = f"{count} tries" if count > 1 else "1 try"
                message = f"{without_query(address)}: {trouble} ({tried}{asked}); nothing was changed, try again later"
                raise ServiceError(message) from None
        time.sleep(wait)
    message = f"{without_query(address)}: the limits allow no request"
    raise ServiceError(message)


def without_query(address: str) -> str:
    """Return an address without user and query, for messages.

    Examples
    --------
    >>> without_query("https://example.org/v2/data/?api_key=abc")
    'example.org/v2/data/'
    """
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path}"


def _answer(request: Request, *, accept: Collection[str], limits: Limits, secrets: list[str]) -> bytes:
    late = f"no answer within {limits.seconds:g} s"
    try:
        with urlopen(request, timeout=limits.seconds) as answer:
            return _body(answer, without_query(request.full_url), accept=accept, limits=limits)
    except HTTPError as error:
        with error:
            raise _refusal(error, without_query(request.full_url), secrets) from None
    except TimeoutError:
        raise _Temporary(late) from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        text = late if isinstance(reason, TimeoutError) else f"the connection failed ({reason})"
        raise _Temporary(text) from None


def _body(answer: HTTPResponse, where: str, *, accept: Collection[str], limits: Limits) -> bytes:
    kind = answer.headers.get_content_type()
    if kind not in accept:
        message = f"{where}: answered with `{kind}`, expected {' or '.join(accept)}; nothing was changed"
        raise ServiceError(message)
    end = time.monotonic() + limits.seconds
    body = b""
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > limits.size:
            message = f"{where}: the answer is larger than {limits.size} bytes; nothing was changed"
            raise ServiceError(message)
        if time.monotonic() > end:
            raise TimeoutError
    if answer.length:  # announced bytes that are missing
        text = f"the answer broke off after {len(body)} of {len(body) + answer.length} bytes"
        raise _Temporary(text)
    return body


def _refusal(error: HTTPError, where: str, secrets: list[str]) -> Exception:
    reply = " ".join(error.read(_CHUNK).decode("utf-8", "replace").split())
    for secret in secrets:
        reply = reply.replace(secret, "…")
    reply = reply if len(reply) <= _QUOTED else reply[:_QUOTED] + "…"
    text = f"refused with status {error.code}" + (f": {reply}" if reply else "")
    if error.code in _TEMPORARY:
        return _Temporary(text, _seconds(error.headers.get("Retry-After", "")))
    return ServiceError(f"{where}: {text}; nothing was changed")


def _seconds(stated: str) -> float:
    """Read a `Retry-After`, which is a number of seconds or a date."""
    if stated.strip().isdigit():
        return float(stated)
    try:
        moment = parsedate_to_datetime(stated)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
