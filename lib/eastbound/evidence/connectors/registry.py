"""The connectors by name: ours, then those that extensions add."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from eastbound.catalogue import cards
from eastbound.errors import nearest
from eastbound.evidence.connectors import comtrade, ecb, eia, fred
from eastbound.evidence.connectors.answers import Connector
from eastbound.evidence.schema import source_columns
from eastbound.extensions import Extension, ExtensionError, accepted

CONNECTORS: Final[dict[str, Connector]] = {
    connector.name: connector for connector in (comtrade.CONNECTOR, ecb.CONNECTOR, eia.CONNECTOR, fred.CONNECTOR)
}


def connectors(home: Path | None = None) -> tuple[dict[str, Connector], dict[str, ExtensionError]]:
    """Return the usable connectors, and the refusals of those that are not, both by name.

    Parameters
    ----------
    home : Path, optional
        Workspace with extensions of its own.

    Examples
    --------
    >>> list(connectors()[0])[:4]
    ['comtrade', 'ecb', 'eia', 'fred']
    """
    added, refused = accepted("sources", check_connector, home)
    return {**CONNECTORS, **added}, refused


def check_connector(extension: Extension, value: Any) -> None:
    """Check that an extension is a connector as ours are, under a name of its own.

    Parameters
    ----------
    extension : Extension
    value : object
        What it names.

    Raises
    ------
    ExtensionError
        With the first thing that does not fit.
    """
    fault = connector_fault(value)
    if fault is not None:
        raise extension.refusal(fault[0], expected=fault[1])
    if value.name in CONNECTORS or value.name != extension.name:
        taken = "one of ours has this name" if value.name in CONNECTORS else f"its connector is called `{value.name}`"
        raise extension.refusal(taken, expected="a name of its own, the same in both places")


def connector_fault(value: Any) -> tuple[str, str] | None:
    """Return what is wrong with a connector and what was expected, or None; ours pass the same check.

    Examples
    --------
    >>> connector_fault(3)
    ('it is of type int', 'a Connector')
    >>> connector_fault(ecb.CONNECTOR) is None
    True
    """
    if not isinstance(value, Connector):
        return f"it is of type {type(value).__name__}", "a Connector"
    if not value.address.startswith(("http://", "https://")):
        return f"its address is `{value.address}`", "one that begins with http:// or https://"
    if not value.series:
        return "it provides no series", "at least one id that `eastbound data list` shows"
    for name in value.series:
        if name not in cards():
            hint = nearest(name, cards())
            return f"it provides the unknown series `{name}`", f"ids that `eastbound data list` shows; {hint}".rstrip(
                "; "
            )
    columns = {column.name for column in source_columns()}
    for name in sorted({"source_id", *value.card}):
        if name not in value.card:
            return f"its card has no `{name}`", "the id of a source"
        if name not in columns:
            return f"its card has the unknown column `{name}`", f"some of {', '.join(sorted(columns))}"
    return None
