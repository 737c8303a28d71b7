"""The models in the order in which they are simulated: each sees the paths of those before it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from eastbound.errors import UnknownName

if TYPE_CHECKING:
    from eastbound.models.protocol import Model

ORDER: Final = ("drivers", "pipelines", "trade", "primorye")


def model(subject: str) -> Model:
    """Return the model of a subject.

    Parameters
    ----------
    subject : str
        One of `ORDER`.

    Returns
    -------
    Model
        The module.

    Raises
    ------
    UnknownName
        If there is no such model.

    Examples
    --------
    >>> model("drivers").SUBJECT
    'drivers'
    """
    if subject not in ORDER:
        kind = "model"
        raise UnknownName(kind, subject, ORDER)
    return cast("Model", import_module(f"eastbound.models.{subject}"))


def models() -> tuple[Model, ...]:
    """Return every model in simulation order."""
    return tuple(model(subject) for subject in ORDER)
