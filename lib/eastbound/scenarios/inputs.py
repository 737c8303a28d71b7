"""Read everything in ``params`` that a model is fitted with, and compute its digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from eastbound.catalogue import cards
from eastbound.errors import UnknownName
from eastbound.scenarios.crossings import Crossing
from eastbound.scenarios.settings import load_settings
from eastbound.scenarios.statements import Change
from eastbound.scenarios.systems import Derived, Pipeline, read_systems

Inputs: TypeAlias = Mapping[str, Any]


def load_inputs(subject: str, *, home: str | Path | None = None, changes: Iterable[Change] = ()) -> Inputs:
    """Return the settings of a model, and the pipelines or crossings of ``params/systems.yml`` that belong to it.

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
        Settings by name, in the units of the file. The subject to which ``series.csv`` assigns the flows of the
        pipelines also gets ``systems`` and ``derived``, tuples of `Pipeline` and `Derived`; that of the crossings gets
        ``crossings``, a tuple of `Crossing`.

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
    return load_all_inputs([subject], home=home, changes=[change for change in changes if change.subject == subject])[
        subject
    ]


def load_all_inputs(
    subjects: Iterable[str], *, home: str | Path | None = None, changes: Iterable[Change] = ()
) -> dict[str, Inputs]:
    """Return the inputs of several models, as `load_inputs` returns those of one.

    Parameters
    ----------
    subjects : iterable of str
        All subjects that are simulated.
    home : path, optional
        Workspace.
    changes : iterable of Change, optional
        Values that override those of the files.

    Returns
    -------
    dict of str to mapping
        Inputs by subject.

    Raises
    ------
    UnknownName
        If there is no file of settings for a subject, or a change names a subject or setting that does not exist.
    ScenarioError
        If a file breaks its format.

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
    settings = {name: load_settings(name, home=home, changes=listed) for name in names}
    # Read once for all subjects: reading and checking the file costs as much as the settings of all models.
    file = read_systems(home)
    owners = {cards()[pipeline.flow].subject for pipeline in file.systems}
    crossed = {cards()[crossing.series].subject for crossing in file.crossings}
    pipelines = {"systems": file.systems, "derived": file.derived}
    parts = {name: pipelines if name in owners else {} for name in settings}
    return {
        name: {**values, **parts[name], **({"crossings": file.crossings} if name in crossed else {})}
        for name, values in settings.items()
    }


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


def _plain(system: Pipeline | Derived | Crossing) -> Any:
    return system.model_dump(mode="json")
