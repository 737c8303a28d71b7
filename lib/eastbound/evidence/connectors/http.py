"""One request to a public service: bounded in time and size, tried again when that can help."""

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
# Parameters that hold an access key; their values never reach a message.
SECRET: Final = ("api_key", "subscription-key")
_PASSING: Final = frozenset({429, 500, 502, 503, 504})  # states that a second try may find over
_CHUNK: Final = 65536
_SAID: Final = 200  # characters of a refusal that a message repeats


@dataclass(frozen=True)
class Limits:
    """How long, how often and how much.

    Parameters
    ----------
    seconds : float
        For one whole answer.
    tries : int
        Requests at most, the first included.
    pause : float
        Seconds before the second try; doubled before each further one.
    longest : float
        Seconds of waiting between two tries that are still worth it.
    size : int
        Bytes of an answer at most.
    """

    seconds: float = 30.0
    tries: int = 4
    pause: float = 1.0
    longest: float = 60.0
    size: int = 16_000_000


LIMITS: Final = Limits()


class _Passing(Exception):
    """Trouble that may be over at the next try, after `wait` seconds if the service said so."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


def fetch(address: str, query: Mapping[str, str], *, accept: Collection[str], limits: Limits = LIMITS) -> bytes:
    """Return the body of an answer.

    Parameters
    ----------
    address : str
        With http or https, without a query.
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
        When no whole answer of an accepted type came within the limits.

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
        except _Passing as trouble:
            wait = max(trouble.wait, limits.pause * 2 ** (count - 1))
            if count == limits.tries or wait > limits.longest:
                asked = f"; it asks to wait {trouble.wait:.0f} s" if trouble.wait > limits.longest else ""
                tried = f"{count} tries" if count > 1 else "1 try"
                message = f"{place(address)}: {trouble} ({tried}{asked}); nothing was changed, try again later"
                raise ServiceError(message) from None
        time.sleep(wait)
    message = f"{place(address)}: no try was allowed"
    raise ServiceError(message)


def place(address: str) -> str:
    """Return the part of an address that a message may show: no query and no user.

    Examples
    --------
    >>> place("https://example.org/v2/data/?api_key=abc")
    'example.org/v2/data/'
    """
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path}"


def _answer(request: Request, *, accept: Collection[str], limits: Limits, secrets: list[str]) -> bytes:
    late = f"no answer within {limits.seconds:g} s"
    try:
        with urlopen(request, timeout=limits.seconds) as answer:
            return _body(answer, place(request.full_url), accept=accept, limits=limits)
    except HTTPError as error:
        with error:
            raise _refusal(error, place(request.full_url), secrets) from None
    except TimeoutError:
        raise _Passing(late) from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        text = late if isinstance(reason, TimeoutError) else f"the connection failed ({reason})"
        raise _Passing(text) from None


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
    if answer.length:  # bytes that were announced and did not come
        text = f"the answer broke off after {len(body)} of {len(body) + answer.length} bytes"
        raise _Passing(text)
    return body


def _refusal(error: HTTPError, where: str, secrets: list[str]) -> Exception:
    said = " ".join(error.read(_CHUNK).decode("utf-8", "replace").split())
    for secret in secrets:
        said = said.replace(secret, "…")
    said = said if len(said) <= _SAID else said[:_SAID] + "…"
    text = f"refused with status {error.code}" + (f": {said}" if said else "")
    if error.code in _PASSING:
        return _Passing(text, _seconds(error.headers.get("Retry-After", "")))
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
