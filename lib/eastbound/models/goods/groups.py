"""The groups of goods, and the flow that each is a part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eastbound import names

_EXPORTS: Final = "composition.china_exports_to_russia"
_IMPORTS: Final = "composition.china_imports_from_russia"
EXPORTS_OTHER: Final = f"{_EXPORTS}.other_value"
IMPORTS_OTHER: Final = f"{_IMPORTS}.other_value"
PIPED_CRUDE: Final = "oil.china_pipeline_from_russia"
SEABORNE_CRUDE: Final = "oil.china_seaborne_from_russia_mt"


@dataclass(frozen=True)
class Group:
    """A group of goods.

    Parameters
    ----------
    word : str
        What the names of its settings begin with.
    value : str
        Id of its value, USD bn.
    whole : str
        Id of the flow that it is a part of: China's exports, or China's imports other than crude, coal and pipeline
        gas.
    share : str
        Id of printed shares in the whole, percent, where values are not published.
    volume : str
        Id of its volume, where one is simulated.
    units_per_mt : float
        Units of that volume in a million tonnes.
    """

    word: str
    value: str
    whole: str
    share: str = ""
    volume: str = ""
    units_per_mt: float = 1.0

    @property
    def target(self) -> str:
        """Id that events on the group name: its volume, where there is one."""
        return self.volume or self.value


GROUPS: Final = (
    Group("cars", names.CARS_VALUE, names.CHINA_EXPORTS),
    Group(
        "equipment",
        f"{_EXPORTS}.industrial_equipment_value",
        names.CHINA_EXPORTS,
        share=f"{_EXPORTS}.industrial_equipment_share",
    ),
    Group("electronics", f"{_EXPORTS}.electronics_value", names.CHINA_EXPORTS, share=f"{_EXPORTS}.electronics_share"),
    Group("lng", "lng.china_imports_from_russia_value", names.IMPORTS_REST, volume="lng.china_imports_from_russia"),
    Group("lpg", f"{_IMPORTS}.lpg_value", names.IMPORTS_REST, volume="lpg.russia_to_china", units_per_mt=1000.0),
    Group("metals", f"{_IMPORTS}.base_metals_value", names.IMPORTS_REST),
    Group("food", f"{_IMPORTS}.food_value", names.IMPORTS_REST),
    Group("uranium", f"{_IMPORTS}.enriched_uranium_value", names.IMPORTS_REST),
)
# What is left of each whole.
REMAINDERS: Final = {names.CHINA_EXPORTS: EXPORTS_OTHER, names.IMPORTS_REST: IMPORTS_OTHER}
