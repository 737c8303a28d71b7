"""The models in the order in which they are simulated: each sees the paths of those before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from eastbound.errors import UnknownName
from eastbound.extensions import accepted
from eastbound.models.added import check_model

if TYPE_CHECKING:
    from eastbound.models.protocol import Model

ORDER: Final = ("drivers", "pipelines", "trade", "logistics", "goods", "finance", "primorye")


def order() -> tuple[str, ...]:
    """Return the subjects of all models in simulation order: ours, then those of extensions by name.

    Examples
    --------
    >>> order()[: len(ORDER)] == ORDER
    True
    """
    return (*ORDER, *_added())


def model(subject: str) -> Model:
    """Return the model of a subject.

    Parameters
    ----------
    subject : str
        One of `order`.

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
    if subject in _added():
        return _added()[subject]
    if subject not in ORDER:
        kind = "model"
        raise UnknownName(kind, subject, order())
    return cast("Model", import_module(f"eastbound.models.{subject}"))


def series(inputs: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the ids that the models simulate under their settings, in simulation order.

    Parameters
    ----------
    inputs : mapping of subject to mapping
        From `eastbound.scenarios.inputs.load_all_inputs`.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_all_inputs
    >>> series(load_all_inputs(ORDER))[0]
    'driver.brent_price'
    """
    result: list[str] = []
    for each in models():
        result += _simulated(each, inputs[each.SUBJECT])
    return tuple(result)


def needed(series_ids: Iterable[str], inputs: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the subjects of the models that must run to simulate some series, in simulation order.

    Parameters
    ----------
    series_ids : iterable of str
        Simulated series, as `series` lists them.
    inputs : mapping of subject to mapping
        From `eastbound.scenarios.inputs.load_all_inputs`.

    Returns
    -------
    tuple of str
        The models of the series, those whose paths they use, and those that change such a path before it is used.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_all_inputs
    >>> needed(["gas.pos.deliveries"], load_all_inputs(ORDER))
    ('drivers', 'pipelines')
    """
    asked, result = set(series_ids), set[str]()
    for each in models():
        if asked.intersection(_simulated(each, inputs[each.SUBJECT])):
            _add_needed(each.SUBJECT, len(order()), result)
    return tuple(subject for subject in order() if subject in result)


def _add_needed(subject: str, reader: int, result: set[str]) -> None:
    """Add the models that make the paths of a subject as the reader at a position in `order` finds them."""
    changers = [each for each in models()[:reader] if subject in getattr(each, "CHANGES", ())]
    for each in (model(subject), *changers):
        if each.SUBJECT in result:
            continue
        result.add(each.SUBJECT)
        position = order().index(each.SUBJECT)
        for used in getattr(each, "USES", order()[:position]):
            _add_needed(used, position, result)


def learnt_targets() -> tuple[str, ...]:
    """Return the targets of events whose history the models extrapolate, and with it the mean effect of past events.

    Examples
    --------
    >>> "driver.brent_price" in learnt_targets()
    True
    """
    return tuple(target for each in models() for target in getattr(each, "LEARNT", ()))


def model_inputs(inputs: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return which models read each series of the evidence, as the models declare it.

    Parameters
    ----------
    inputs : mapping of subject to mapping
        From `eastbound.scenarios.inputs.load_all_inputs`.

    Returns
    -------
    dict of str to tuple of str
        Subjects by series id. A series that is not a key is kept for reference.

    Examples
    --------
    >>> from eastbound.scenarios.inputs import load_all_inputs
    >>> model_inputs(load_all_inputs(ORDER))["driver.brent_price"]
    ('drivers', 'pipelines', 'trade', 'goods')
    """
    result: dict[str, tuple[str, ...]] = {}
    for each in models():
        of_settings = getattr(each, "reads", None)  # a model whose evidence depends on its settings has this function
        for series_id in of_settings(inputs[each.SUBJECT]) if of_settings else each.READS:
            result[series_id] = (*result.get(series_id, ()), each.SUBJECT)
    return result


def models() -> tuple[Model, ...]:
    """Return every model in simulation order."""
    return tuple(model(subject) for subject in order())


@lru_cache(maxsize=1)
def _added() -> Mapping[str, Model]:
    """Return the models of extensions that keep the protocol; `eastbound doctor` names the others."""
    return dict(sorted(accepted("models", check_model)[0].items()))


def _simulated(each: Model, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids that a model simulates under its settings."""
    of_settings = getattr(each, "series", None)  # a model whose series depend on its settings has this function
    return tuple(of_settings(settings)) if of_settings else each.SERIES
