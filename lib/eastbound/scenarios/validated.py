"""Validate each content once: a process does not check again what it has found valid."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, TypeVar

from pydantic import BaseModel

_MOST: Final = 64  # contents remembered per process: more than a workspace has scenarios
_valid: dict[tuple[type[BaseModel], str], BaseModel] = {}

_Model = TypeVar("_Model", bound=BaseModel)


def validated(model: type[_Model], data: object, *, context: Mapping[str, Any] | None = None) -> _Model:
    """Validate the content of a file against a frozen pydantic model.

    Parameters
    ----------
    model : type
        A frozen pydantic model.
    data : object
        Content of a YAML file as plain values, such as a `LocatedMap`.
    context : mapping, optional
        What the validators need beside the content, such as the declared milestones.

    Returns
    -------
    BaseModel
        An instance of `model`; equal content and context give the same object.

    Raises
    ------
    pydantic.ValidationError
        If the content breaks the format. Invalid content is validated anew in every call.

    Examples
    --------
    >>> from eastbound.scenarios.quantities import Normal
    >>> content = {"dist": "normal", "mean": 0.0, "sd": 1.0}
    >>> validated(Normal, content) is validated(Normal, dict(content))
    True
    """
    # `repr` tells 1, 1.0, True and "1" apart, which equality does not; a changed file changes the digest.
    digest = sha256(repr((data, context)).encode("utf-8", "surrogatepass")).hexdigest()
    key = (model, digest)
    result = _valid.get(key)
    if result is None:
        result = model.model_validate(data, context=dict(context) if context is not None else None)
        if len(_valid) >= _MOST:
            # The oldest entry goes first, so that a long session does not collect every draft of a scenario.
            _valid.pop(next(iter(_valid)), None)
        _valid[key] = result
    assert isinstance(result, model)
    return result
