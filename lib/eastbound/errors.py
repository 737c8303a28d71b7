"""The project's errors, a shallow tree.

::

    EastboundError            exit code 1
    ├── InputError            exit code 2, also a ValueError: refused before anything runs
    │   ├── UnknownName       also a LookupError: a name that is not known, with the nearest one
    │   │   └── UnknownAttribute   also an AttributeError: a function or chart that the package does not have
    │   ├── CallError         also a TypeError: a function called with other arguments than it takes
    │   ├── EvidenceError     a table, a row or a source
    │   ├── ScenarioError     a scenario or parameter file
    │   └── WriteError        a file or folder that cannot be written: full disk, missing permission
    ├── ModelError            exit code 1: a model could not be fitted or gave an impossible value
    └── ServiceError          exit code 1: a public service did not answer, or not as agreed

A message says what was wrong, where, what was expected and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

LISTED = 40  # a longer list of allowed names says nothing to a reader
_LONGEST_LIST = 1000  # characters
CLOSEST = 8  # names of a longer list
_SHORTEST_WORD = 4  # shorter ones resemble a word of almost any name


class EastboundError(Exception):
    """Base of every error of this package; `exit_code` is what the command ends with."""

    exit_code = 1


class InputError(EastboundError, ValueError):
    """Input that was refused before any work started."""

    exit_code = 2


class EvidenceError(InputError):
    """An observation, table or source that breaks the evidence format."""


class ScenarioError(InputError):
    """A scenario or parameter file that breaks its schema."""


class WriteError(InputError):
    """A file or folder that cannot be written, as on a full disk or in a read-only folder."""


class ModelError(EastboundError):
    """A model that could not be fitted, or a result outside its bounds."""


class ServiceError(EastboundError):
    """A public service that did not answer, or not as agreed."""


class UnknownName(InputError, LookupError):
    """A name that is not among the allowed ones.

    Parameters
    ----------
    kind : str
        What the name should be, e.g. ``"scenario"``.
    name : str
        What was given.
    allowed : iterable of str
        Every name that would be accepted.
    where : str, optional
        Where the name was found.

    Examples
    --------
    >>> print(UnknownName("parameter", "untli", ["until", "seed"]))
    unknown parameter `untli`; did you mean `until`? Known: seed, until.
    """

    def __init__(self, kind: str, name: object, allowed: Iterable[str], where: str = "") -> None:
        known, name = sorted(allowed), shortened(str(name))
        context = f" in {where}" if where else ""
        super().__init__(f"unknown {kind} `{name}`{context}; {suggestion(name, known)}.")


class UnknownAttribute(UnknownName, AttributeError):
    """A public name that a package does not have."""


class CallError(InputError, TypeError):
    """A function called with an argument that it does not take, or without one that it needs."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the name that was probably meant, and all allowed ones or the closest of a long list.

    Examples
    --------
    >>> suggestion("sed", ["until", "seed"])
    'did you mean `seed`? Known: until, seed'
    """
    names = list(known)
    near, listed = nearest(name, names), ", ".join(names)
    head = "known"
    if len(names) > LISTED or len(listed) > _LONGEST_LIST:
        head = f"the closest of {len(names)} known"
        listed = ", ".join(get_close_matches(name, names, n=CLOSEST, cutoff=0.0))
    return f"{near}{head[0].upper() + head[1:] if near else head}: {listed}"


def shortened(text: str, longest: int = 80) -> str:
    """Return a text as a message quotes it, cut where it is longer than anything a reader would look for.

    Examples
    --------
    >>> shortened("x" * 100, 10)
    'xxxxxxx...'
    """
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return ``"did you mean `x`? "`` for the closest allowed name, or an empty string.

    A name that resembles no allowed one as a whole is compared with their words.

    Examples
    --------
    >>> nearest("horzion", ["horizon", "seed"])
    'did you mean `horizon`? '
    >>> nearest("secondry", ["baseline", "secondary_sanctions"])
    'did you mean `secondary_sanctions`? '
    """
    known = list(allowed)
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if not close and len(name) >= _SHORTEST_WORD:
        words = {word: item for item in reversed(known) for word in re.split(r"[._]", item)}
        close = [words[word] for word in get_close_matches(name, words, n=1, cutoff=0.75)]
    return f"did you mean `{close[0]}`? " if close else ""
