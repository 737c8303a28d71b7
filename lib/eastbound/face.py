"""The public face: names that are loaded on first use, and that take the short names of series.

``import eastbound`` must stay cheap, so a name is a row of a table until somebody uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from importlib import import_module
from types import FunctionType
from typing import Any, Final

# Parameters that hold the id of a series, or several.
_SERIES: Final = frozenset({"series", "series_id", "series_ids", "given", "others", "factors"})


def attribute_of(package: str, homes: Mapping[str, str], into: dict[str, Any]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package whose names live in other modules.

    Parameters
    ----------
    package : str
        Its name.
    homes : mapping of str to str
        The module of each public name.
    into : dict
        The package's globals, which keep what has been loaded.

    Returns
    -------
    callable
        Raises `UnknownAttribute` with the nearest name for one that the package does not have.

    Examples
    --------
    >>> get = attribute_of("eastbound", {"simulate": "eastbound.ensemble.simulate"}, {})
    >>> get("simulate").__name__
    'simulate'
    >>> get("simulte")
    Traceback (most recent call last):
    ...
    eastbound.errors.UnknownAttribute: unknown name `simulte` in `eastbound`; did you mean `simulate`? Known: simulate.
    """

    def get(name: str) -> Any:
        if name not in homes:
            if name.startswith("__"):  # a protocol, such as that of pickle, asks; no person does
                raise AttributeError(name)
            from eastbound.errors import UnknownAttribute

            raise UnknownAttribute("name", name, homes, where=f"`{package}`")
        module = import_module(homes[name])
        value = module if homes[name] == f"{package}.{name}" else getattr(module, name)
        into[name] = with_short_names(value, package) if isinstance(value, FunctionType) else value
        return into[name]

    return get


def with_short_names(function: Callable[..., Any], package: str = "eastbound") -> Callable[..., Any]:
    """Return a function that takes short names of series such as ``share`` where ids are expected.

    Parameters
    ----------
    function : callable
        Parameters called `series`, `series_id` and the like are read this way; one without any is returned as it is.
    package : str
        The package that offers the function.

    Examples
    --------
    >>> with_short_names(lambda series_id, at: (series_id, at))("share", at=2035)
    ('trade.primorye.china_share_turnover', 2035)
    """
    from inspect import signature as signature_of

    signature = signature_of(function)
    names = _SERIES & signature.parameters.keys()
    if not names:
        return function

    @wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        try:
            bound = signature.bind(*args, **options)
        except TypeError as error:
            raise _call_error(function, str(error), options) from None
        for name in names & bound.arguments.keys():
            bound.arguments[name] = _ids(bound.arguments[name])
        return function(*bound.args, **bound.kwargs)

    # Where pickled tasks find it again. Under the package itself every example would be tested twice.
    call.__module__ = __name__
    call.__qualname__ = ".".join((*package.split(".")[1:], function.__name__))
    return call


def __getattr__(name: str) -> Any:
    """Return a name of the whole face, for `pickle`."""
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module("eastbound"), name)


def _call_error(function: Callable[..., Any], problem: str, options: Mapping[str, Any]) -> Exception:
    from inspect import signature

    from eastbound.errors import CallError, suggestion

    name, known = f"{function.__name__}()", signature(function).parameters
    unknown = [option for option in options if option not in known]
    if unknown:
        return CallError(f"{name} has no argument `{unknown[0]}`; {suggestion(unknown[0], known)}.")
    return CallError(f"{name} {problem}; it takes: {', '.join(known)}.")


def _ids(value: Any) -> Any:
    from eastbound.catalogue import short_names

    known = short_names()
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return [known.get(item, item) if isinstance(item, str) else item for item in value]
    return value
