"""What a judgement is about, in words, from its file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from eastbound.catalogue import cards
from eastbound.language import _, current, has_translation, mark
from eastbound.scenarios.loader import load_scenario
from eastbound.scenarios.systems import read_systems

_FILES: Final = {
    "drivers": mark("drivers"),
    "finance": mark("finance"),
    "goods": mark("goods"),
    "logistics": mark("logistics"),
    "pipelines": mark("pipelines"),
    "primorye": mark("Primorye"),
    "trade": mark("trade"),
}
# Words for the keys of the judgements that move the headline numbers.
_KEYS: Final = {
    "shift_slowing": mark("part of the shift towards China that lasts into the next year"),
    "change_first_year": mark("first year with figures of growth"),
    "gas_price_deviation_sd": mark("spread of the gas price around its formula"),
    "month_persistence": mark("persistence of monthly deviations from contract"),
    "brent_mean": mark("Brent price in the long run"),
    "technical": mark("technical capacity over nameplate"),
    "oil_price_half_life": mark("half-life of the oil discount"),
    "volume_level_sd": mark("monthly spread of oil volumes"),
    "over_delivery_month_sd": mark("monthly spread of deliveries over contract"),
    "severity": mark("severity"),
    "gas_price_half_life_months": mark("half-life of gas price deviations"),
    "redirection_rise": mark("time that the redirection of 2022 took"),
    "damping": mark("damping of the drift"),
    "additions": mark("added capacity a year"),
    "over_delivery": mark("deliveries over contract"),
    "inflation": mark("dollar inflation"),
    "oil_price_sd": mark("monthly spread of the oil discount"),
    "gas_price_average_months": mark("months of oil prices in the gas price formula"),
    "coal_price": mark("price of coal"),
    "coal_price_half_life": mark("half-life of the coal price"),
    "coal_price_elasticity": mark("elasticity of the coal price to oil"),
    "gas_price_power": mark("power of the oil price in the gas price formula"),
    "cars_sd": mark("yearly spread of the share of cars"),
    "flow_correlation": mark("correlation of exports and imports"),
    "oil_other_routes": mark("oil capacity of other routes"),
    "gas_price_period_error": mark("error of gas prices over several months"),
    "gas_price_base_oil": mark("oil price at which the gas price level is stated"),
    "car_price_elasticity": mark("price elasticity of cars"),
    "date_building": mark("building times in dates of opening"),
    "volume_walk_sd": mark("yearly spread of oil volumes without a break"),
    "national_beta_mean": mark("link of Primorye's trade with China to the national total"),
    "coal_price_sd": mark("monthly spread of the coal price"),
    "road_part_of_exports": mark("share of exports that cross by road"),
    "gas_price_level": mark("level of the gas price"),
    "truck_elasticity": mark("elasticity of trucks to exports"),
    "pool": mark("weights of the growth models"),
    "brent_effect_rest": mark("effect of Brent on other imports"),
    "rerouting_half_life_years": mark("half-life of goods without a route"),
    "error_sum": mark("error of sums over months"),
    "cars_mean_sd": mark("spread of the mean share of cars"),
    "road_walk_sd": mark("yearly spread of road traffic"),
    "lpg_sd": mark("yearly spread of the share of LPG"),
    "crossing_trend_sd": mark("spread of trends of single crossings"),
    "lpg_price": mark("price of LPG"),
    "capacity_log_sd": mark("spread of published capacities"),
    "payment_halt_rise": mark("time in which a payment halt builds up"),
    "level_error": mark("error of figures of a level"),
    "truck_season_amplitude": mark("seasonal swing of trucks"),
    "demand": mark("demand left for the line"),
    "outages": mark("unplanned stops a year"),
    "new_year_rest": mark("effect of the New Year on other imports"),
    "electronics_sd": mark("yearly spread of the share of electronics"),
    "lpg_oil_effect": mark("effect of the oil price on LPG"),
    "redirection": mark("redirection of trade in 2022"),
    "equipment_sd": mark("yearly spread of the share of equipment"),
    "customs_month_error": mark("error of single customs months"),
    "truck_season_quietest": mark("quietest time of the year for trucks"),
    "lpg_half_life": mark("half-life of the share of LPG"),
    "lpg_mean_sd": mark("spread of the mean share of LPG"),
    "lng_sd": mark("yearly spread of the share of LNG"),
    "part_year_error": mark("error of counts over part of a year"),
    "truck_elasticity_sd": mark("yearly spread of the elasticity of trucks"),
    "outage_p95_days": mark("length of a long unplanned stop"),
    "electronics_half_life": mark("half-life of the share of electronics"),
    "electronics_mean_sd": mark("spread of the mean share of electronics"),
    "lng_half_life": mark("half-life of the share of LNG"),
    "outage_median_days": mark("length of a usual unplanned stop"),
    "figure_error": mark("error of single counts"),
    "lpg_price_elasticity": mark("elasticity of the LPG price to oil"),
    "lng_mean_sd": mark("spread of the mean share of LNG"),
    "over_delivery_prior_years": mark("weight of the prior on deliveries over contract"),
    "over_delivery_low": mark("lowest delivery against contract"),
}


def judgement_name(file: str, key: str, *, home: Path | None = None) -> str:
    """Return the name of a judgement for readers; its address where a language has no words for the key.

    Parameters
    ----------
    file : str
        Below ``params``.
    key : str
        Of the file; parts of an event or a system come after a point.
    home : Path, optional
        Workspace with ``params``; found by itself when not given.

    Examples
    --------
    >>> judgement_name("models/trade.yml", "oil_price_half_life")
    'trade: half-life of the oil discount'
    >>> judgement_name("systems.yml", "pos.technical")
    'Power of Siberia: technical capacity over nameplate'
    """
    subject, part = _subject(file, key, home)
    name = part.replace(".", "_")
    words = cards()[part].label if part in cards() else _KEYS.get(name, name.replace("_", " "))
    if not all(has_translation(text, current()) for text in (subject, words) if text):
        return f"{file}#{key}"
    if not words:
        return _(subject)
    if part in cards():
        return _("{event} (effect on “{series}”)", event=_(subject), series=_(words))
    return _("{label}: {value}", label=_(subject), value=_(words))


def _subject(file: str, key: str, home: Path | None) -> tuple[str, str]:
    """Return what a judgement belongs to, and the part of it that is judged."""
    stem = Path(file).stem
    first, _point, rest = key.partition(".")
    if file.startswith("scenarios/"):
        scenario = load_scenario(stem, home=home)
        titles = scenario.event_titles | scenario.milestone_titles
        return (titles[first], rest) if first in titles else (scenario.title, key)
    if stem == "systems":
        systems = read_systems(home)
        labels = {line.id: line.label for line in systems.systems}
        labels |= {line.id: line.label for line in systems.derived}
        labels |= {crossing.id: crossing.label for crossing in systems.crossings}
        return (labels[first], rest) if first in labels else (stem, key)
    return _FILES.get(stem, stem), key
