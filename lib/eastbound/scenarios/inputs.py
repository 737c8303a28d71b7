"""Read everything in ``params`` that a model is fitted with, and compute its digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias

from eastbound.errors import UnknownName
from eastbound.scenarios.settings import load_settings
from eastbound.scenarios.statements import Change
from eastbound.scenarios.systems import Derived, Pipeline, read_systems

Inputs: TypeAlias = Mapping[str, Any]

# The only subject whose inputs are more than a flat file of settings.
_WITH_SYSTEMS: Final = "pipelines"


def load_inputs(subject: str, *, home: str | Path | None = None, changes: Iterable[Change] = ()) -> Inputs:
    """Return the settings of a model, with the lines under ``systems`` and ``derived`` for pipelines.

    Parameters
    ----------
    subject : str
        Stem of a file in ``params/models``.
    home : path, optional
        Workspace, see `eastbound.scenarios.home.find_home`.
    changes : iterable of Change, optional
        Values that override those of the file.

    Returns
    -------
    mapping
        Settings by name, in the units of the file.

    Raises
    ------
    UnknownName
        If there is no such file, or a change names no setting of it.
    ScenarioError
        If a file breaks its format.

    Examples
    --------
    >>> "systems" in load_inputs("pipelines"), "systems" in load_inputs("trade")
    (True, False)
    """
    settings = load_settings(subject, home=home, changes=changes)
    if subject != _WITH_SYSTEMS:
        return settings
    file = read_systems(home)
    return {**settings, "systems": file.systems, "derived": file.derived}


def load_all_inputs(
    subjects: Iterable[str], *, home: str | Path | None = None, changes: Iterable[Change] = ()
) -> dict[str, Inputs]:
    """Return the inputs of several models.

    Parameters
    ----------
    subjects : iterable of str
        All subjects that are simulated.
    home : path, optional
        Workspace.
    changes : iterable of Change, optional
        Values that override those of the files.

    Raises
    ------
    UnknownName
        If a change names a subject that is not simulated.

    Examples
    --------
    >>> change = Change("primorye", "reference_class_weight", 0.25)
    >>> load_all_inputs(["primorye"], changes=[change])["primorye"]["reference_class_weight"]
    0.25
    """
    names, listed = list(subjects), list(changes)
    for change in listed:
        if change.subject not in names:
            raise UnknownName("subject", change.subject, names, where=f"`{change}`")
    return {name: load_inputs(name, home=home, changes=listed) for name in names}


def inputs_digest(inputs: Inputs) -> str:
    """Return the SHA-256 of the inputs, whatever the order of their keys.

    Examples
    --------
    >>> inputs_digest({"a": 1, "b": 2}) == inputs_digest({"b": 2, "a": 1})
    True
    """
    # Sorted keys and fixed separators, so that equal inputs give equal bytes.
    text = json.dumps(dict(inputs), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return sha256(text.encode()).hexdigest()


def _plain(system: Pipeline | Derived) -> Any:
    return system.model_dump(mode="json")
