"""The connectors by name."""

from __future__ import annotations

from typing import Final

from eastbound.evidence.connectors import comtrade, ecb, eia, fred
from eastbound.evidence.connectors.answers import Connector

CONNECTORS: Final[dict[str, Connector]] = {
    connector.name: connector for connector in (comtrade.CONNECTOR, ecb.CONNECTOR, eia.CONNECTOR, fred.CONNECTOR)
}
