"""Units of the evidence tables, and conversion between those that differ only in size.

Money of different currencies is never converted here: that needs a rate and a date.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from eastbound.errors import InputError, UnknownName

if TYPE_CHECKING:
    from pint import UnitRegistry

# name in the tables -> (how a reader sees it, its size in pint's words)
UNITS: Final[dict[str, tuple[str, str]]] = {
    "USD_bn": ("USD bn", "1e9 USD"),
    "USD_mn": ("USD mn", "1e6 USD"),
    "CNY_bn": ("CNY bn", "1e9 CNY"),
    "RUB_bn": ("RUB bn", "1e9 RUB"),
    "RUB": ("RUB", "RUB"),
    "EUR_mn_per_day": ("EUR mn a day", "1e6 EUR/day"),
    "CNY_per_USD": ("CNY per USD", "CNY/USD"),
    "RUB_per_USD": ("RUB per USD", "RUB/USD"),
    "RUB_per_CNY": ("RUB per CNY", "RUB/CNY"),
    "USD_per_bbl": ("USD per barrel", "USD/oil_barrel"),
    "USD_per_1000m3": ("USD per 1000 m³", "USD/(1000 m**3)"),
    "USD_per_t": ("USD per tonne", "USD/t"),
    "bcm": ("bcm", "1e9 m**3"),
    "bcf_per_day": ("bcf a day", "1e9 ft**3/day"),
    "mcm_per_day": ("mcm a day", "1e6 m**3/day"),
    "Mt": ("Mt", "1e6 t"),
    "kt": ("kt", "1e3 t"),
    "t": ("t", "t"),
    "Mtoe": ("Mt of oil equivalent", "41.868e15 J"),
    "Mt_per_day": ("Mt a day", "1e6 t/day"),
    "kb_per_day": ("thousand barrels a day", "1e3 oil_barrel/day"),
    "mln_bbl": ("mn barrels", "1e6 oil_barrel"),
    "percent": ("%", "percent"),
    "percent_yoy": ("% on a year earlier", "percent"),
    "percent_mom": ("% on the month before", "percent"),
    "pp": ("percentage points", "percent"),
    "ratio": ("ratio", "dimensionless"),
    "TEU": ("TEU", "TEU"),
    "containers": ("containers", "container"),
    "trucks": ("trucks", "truck"),
    "trucks_per_day": ("trucks a day", "truck/day"),
    "vehicles": ("vehicles", "vehicle"),
    "vehicles_per_day": ("vehicles a day", "vehicle/day"),
    "trains": ("trains", "train"),
    "trains_per_day": ("trains a day", "train/day"),
    "wagons": ("wagons", "wagon"),
    "persons": ("persons", "person"),
    "persons_per_day": ("persons a day", "person/day"),
    "jobs": ("jobs", "job"),
    "ships_100kt": ("cargoes of 100 kt", "1e5 t"),
    "cargoes": ("cargoes", "cargo"),
    "days": ("days", "day"),
    "months": ("months", "month"),
    "years": ("years", "year"),
    "km": ("km", "km"),
    "mm": ("mm", "mm"),
    "miles": ("miles", "mile"),
    "km2": ("km²", "km**2"),
    "million_km2": ("mn km²", "1e6 km**2"),
    "million_m3": ("mn m³", "1e6 m**3"),
    "count": ("number", "count"),
    "countries": ("countries", "country"),
    "checkpoints": ("checkpoints", "checkpoint"),
    "lanes": ("lanes", "lane"),
    "projects": ("projects", "project"),
    "incident": ("incidents", "incident"),
    "flag": ("yes or no", "dimensionless"),
}

# Things that are counted and money, which pint does not know.
_NOUNS: Final = (
    "USD CNY RUB EUR TEU container truck vehicle train wagon person job cargo country checkpoint lane project incident"
)


def unit_label(unit: str) -> str:
    """Return a unit as a reader should see it.

    Raises
    ------
    UnknownName
        When the unit is not in the list.

    Examples
    --------
    >>> unit_label("USD_bn")
    'USD bn'
    """
    return _entry(unit)[0]


def convert(value: float, unit: str, to: str) -> float:
    """Convert a value to another unit of the same nature.

    Parameters
    ----------
    value : float
    unit, to : str
        Names from the list of units.

    Returns
    -------
    float

    Raises
    ------
    UnknownName
        When a unit is not in the list.
    InputError
        When the two measure different things, such as dollars and yuan.

    Examples
    --------
    >>> convert(150.0, "kt", "Mt")
    0.15
    """
    from pint import DimensionalityError

    registry = _registry()
    size, target = (registry.parse_expression(_entry(name)[1]) for name in (unit, to))
    try:
        return float(value * (size / target).to("dimensionless").magnitude)
    except DimensionalityError:
        message = f"cannot convert `{unit}` to `{to}`: they measure different things; use a rate with a date for money"
        raise InputError(message) from None


def _entry(unit: str) -> tuple[str, str]:
    if unit not in UNITS:
        raise UnknownName("unit", unit, UNITS)
    return UNITS[unit]


@lru_cache(maxsize=1)
def _registry() -> UnitRegistry:
    from pint import UnitRegistry

    registry: UnitRegistry = UnitRegistry()
    for noun in _NOUNS.split():
        registry.define(f"{noun} = [{noun}]")
    return registry
