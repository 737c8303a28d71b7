"""Give notebooks secrets by reference, and keep their values out of everything that a run writes.

A parameter ``env:NAME`` stands for the environment variable NAME of the run. Plan, pages, manifest and log hold the
reference; only the kernel has the value, and what a cell prints of it is masked. A secret that is drawn into a picture,
cut into pieces or encrypted cannot be recognized.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from eastbound.errors import InputError

MASK: Final = "[secret]"
_REFERENCE: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_SHORTEST: Final = 6  # a shorter value stands in many texts by chance, and masking it would spoil them
_known: set[str] = set()


def secret_name(value: object) -> str | None:
    """Return the environment variable that a parameter value refers to; None if it is an ordinary value.

    Examples
    --------
    >>> secret_name("env:TOKEN"), secret_name("environment"), secret_name(3)
    ('TOKEN', None, None)
    """
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def check_secret(parameter: str, value: str) -> None:
    """Refuse a reference to a secret that is missing or too short to be masked, and mask it from now on.

    Parameters
    ----------
    parameter : str
        Name of the notebook parameter.
    value : str
        The reference.

    Raises
    ------
    InputError
        If the variable is not set, or its value has fewer than six characters.
    """
    name = secret_name(value)
    assert name is not None
    secret = os.environ.get(name, "")
    if len(secret) < _SHORTEST:
        state = "is not set" if not secret else f"has {len(secret)} characters, too few to be recognized in a page"
        message = f"parameter `{parameter}` refers to the environment variable {name}, which {state}; set it first."
        raise InputError(message)
    _known.add(secret)


def secrets_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the secrets that parameter values refer to, by parameter; this process masks them from now on."""
    names = {parameter: name for parameter, value in values.items() if (name := secret_name(value))}
    secrets = {parameter: os.environ[name] for parameter, name in names.items() if os.environ.get(name)}
    _known.update(secrets.values())
    return secrets


def assignments(secrets: Mapping[str, str]) -> str:
    """Return the code by which a kernel gives parameters the values of their secrets."""
    return "\n".join(f"{parameter} = {value!r}" for parameter, value in secrets.items())


def mask(content: Any) -> Any:
    """Return a text, list or mapping with every secret that this process knows replaced.

    A secret is recognized as it is, and as JSON, HTML, URL and Base64 write it.

    Examples
    --------
    >>> mask({"a": ["nothing secret"], "b": 1})
    {'a': ['nothing secret'], 'b': 1}
    """
    return _masked(content, _pattern(_known)) if _known else content


def _masked(content: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(content, str):
        return pattern.sub(MASK, content)
    if isinstance(content, Mapping):
        masked = {_masked(key, pattern): _masked(value, pattern) for key, value in content.items()}
        return type(content)(masked)  # type: ignore[call-arg]
    if isinstance(content, list | tuple):
        return type(content)(_masked(item, pattern) for item in content)
    return content


def _pattern(secrets: Iterable[str]) -> re.Pattern[str]:
    forms = {form for secret in secrets for form in _forms(secret)}
    return re.compile("|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form))))


def _forms(secret: str) -> set[str]:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    written = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    # programs differ in whether and how they escape quotation marks
    plain = html.escape(secret, quote=False)
    escaped = {plain, html.escape(secret), plain.replace('"', "&#34;").replace("'", "&#39;")}
    return {secret, *written, *escaped, quote(secret, safe=""), quote(secret), encoded}
