"""The contract of models, which ours and those of extensions keep."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any, Final

from eastbound.catalogue import FILE, cards
from eastbound.errors import InputError
from eastbound.extensions import Extension
from eastbound.scenarios.settings import load_settings

_NAMES: Final = ("SUBJECT", "SERIES", "READS", "SCORED", "SINGLE", "fit", "simulate")
_ARGUMENTS: Final = {"fit": ["book", "settings", "start", "full"], "simulate": ["fit", "world", "stream"]}


def check_model(extension: Extension, value: Any) -> None:
    """Check that an extension is a model as ours are, for a subject and series of its own.

    Parameters
    ----------
    extension : Extension
    value : module
        What it names.

    Raises
    ------
    ExtensionError
        With the first thing that does not fit.
    """
    fault = model_fault(value)
    if fault is None and extension.name != value.SUBJECT:
        fault = f"its SUBJECT is `{value.SUBJECT}`", f"`{extension.name}`, the name of the extension"
    for name in value.SERIES if fault is None else ():
        if cards()[name].subject != value.SUBJECT:
            fault = f"its series `{name}` belongs to `{cards()[name].subject}`", f"series of `{value.SUBJECT}` alone"
    if fault is None and (extension.folder is None or not (extension.folder / "settings.yml").is_file()):
        fault = "it has no `settings.yml`", "a file of settings beside its module"
    if fault is None:
        try:
            load_settings(extension.name)
        except InputError as error:
            fault = f"its settings cannot be read ({error})", "values with unit and basis, as in params/models"
    if fault is not None:
        raise extension.refusal(fault[0], expected=fault[1])


def model_fault(value: Any) -> tuple[str, str] | None:
    """Return how a module breaks the protocol of models and what was expected, or None.

    Examples
    --------
    >>> from eastbound.models import trade
    >>> model_fault(trade) is None
    True
    >>> model_fault(3)
    ('it has no `SUBJECT`', 'the names SUBJECT, SERIES, READS, SCORED, SINGLE, fit, simulate')
    """
    for name in _NAMES:
        if not hasattr(value, name):
            return f"it has no `{name}`", f"the names {', '.join(_NAMES)}"
    for name, arguments in _ARGUMENTS.items():
        if list(signature(getattr(value, name)).parameters) != arguments:
            return f"`{name}` has other arguments", f"({', '.join(arguments)})"
    if not isinstance(value.SINGLE, Mapping):
        return "`SINGLE` is no mapping", "settings by name; {} without any"
    for name in (*value.SERIES, *value.SCORED):
        if name not in cards():
            return f"its series `{name}` has no row that can be read", f"one in {FILE.name} beside its module"
    return None
