"""Charts that extensions add to `eastbound.plots`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from eastbound.extensions import Extension, accepted, available, loaded

_MOST: Final = 3  # positional arguments, as of our own charts


def added_chart(name: str) -> Callable[..., Any] | None:
    """Return the chart that an extension adds under a name; None if none does.

    Parameters
    ----------
    name : str
        Name of the entry point or of the file in ``extensions/charts``.

    Raises
    ------
    ExtensionError
        If the extension cannot be used.

    Examples
    --------
    >>> added_chart("fan") is None
    True
    """
    extension = available("charts").get(name)
    if extension is None:
        return None
    value: Callable[..., Any] = loaded(extension)
    check_chart(extension, value)
    return value


def added_charts() -> tuple[str, ...]:
    """Return the names of the charts that extensions add and that can be used.

    Examples
    --------
    >>> "fan" in added_charts()
    False
    """
    return tuple(accepted("charts", check_chart)[0])


def check_chart(extension: Extension, value: Any) -> None:
    """Check that an extension is a chart function as ours are.

    Raises
    ------
    ExtensionError
        With the first thing that does not fit.
    """
    fault = chart_fault(value)
    if fault is not None:
        raise extension.refusal(fault[0], expected=fault[1])


def chart_fault(value: Any) -> tuple[str, str] | None:
    """Return what is wrong with a chart function and what was expected, or None; ours pass the same check.

    Examples
    --------
    >>> chart_fault("fan")
    ('it is of type str', 'a function that returns a Chart or a Table')
    """
    expected = "a function that returns a Chart or a Table"
    if not inspect.isfunction(value):
        return f"it is of type {type(value).__name__}", expected
    if not inspect.getdoc(value):
        return "it has no docstring", "one that says what it shows"
    parameters = inspect.signature(value).parameters.values()
    positional = [item for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
    if len(positional) > _MOST:
        return f"it takes {len(positional)} arguments by position", f"at most {_MOST}, the others by name"
    returned = str(inspect.signature(value).return_annotation)
    if not any(kind in returned for kind in ("Chart", "Table")):
        return f"it says that it returns `{returned}`", expected
    return None
