"""Parts of files: code that uses only a part of a file says so, and its page is not made again when the rest changes.

The baseline mixes the scenarios of the tree, so every page reads their files; but only a few pages show their titles.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

EVENT: Final = "eastbound.part"  # announces to audit hooks that the next opening of a file is for a part of it
NUMBERS: Final = "|numbers"  # appended to a path: the scenario file without its title and its note
# A key in the first column, and the indented lines that continue its value.
_WORDS: Final = re.compile(rb"^(?:title|note)[ \t]*:.*\n?(?:[ \t].*\n?|[ \t]*\r?\n)*", re.MULTILINE)
_numbers_alone: ContextVar[bool] = ContextVar("numbers_alone", default=False)


@contextmanager
def numbers_alone() -> Iterator[None]:
    """Declare that the block uses neither the title nor the note of the scenarios that it reads.

    Titles of events and milestones count as numbers: they travel with the events that a branch brings.

    Examples
    --------
    >>> with numbers_alone():
    ...     _numbers_alone.get()
    True
    """
    token = _numbers_alone.set(True)
    try:
        yield
    finally:
        _numbers_alone.reset(token)


def announce(path: Path) -> None:
    """Tell audit hooks, before a file is opened, which part of it the present block uses."""
    if _numbers_alone.get():
        sys.audit(EVENT, str(path), NUMBERS)


@lru_cache(maxsize=512)  # a page asks again and again whether any of some forty files has changed
def numbers_digest(content: bytes) -> str:
    r"""Return the sha256 of a scenario file without its title and its note.

    Examples
    --------
    >>> before, after = b"name: a\ntitle: A\nevents: []\n", b"name: a\ntitle: B,\n  or C\nevents: []\n"
    >>> numbers_digest(before) == numbers_digest(after)
    True
    >>> numbers_digest(before) == numbers_digest(after + b"axis: gas\n")
    False
    """
    return sha256(_WORDS.sub(b"", content)).hexdigest()
