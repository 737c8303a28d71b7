"""What the keys of scenario files mean, for editors that read the schema.

A key of one model alone, such as ``Event.title``, comes before the same key of all models. Fields whose type says
more, such as a month, describe themselves in `eastbound.scenarios.schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KEY_TEXTS: Final[Mapping[str, str]] = {
    "Scenario.title": "Name for readers, one line; it heads the pages of the scenario.",
    "Scenario.note": "The story in one or two sentences: what happens, and why it is plausible.",
    "Scenario.probability": "Probability of the scenario; needed with an `axis`.",
    "Scenario.expires": "When the scenario is over: after a month, or once a series passes a level.",
    "Scenario.events": "Shocks; an entry with the id of an inherited one states only what differs.",
    "Scenario.milestones": "Openings and other changes of capacity, each with an uncertain month.",
    "Event.title": "Name for readers, one line; the id in words where it is missing.",
    "Milestone.title": "Name for readers, one line; the id in words where it is missing.",
    "Event.hazard": "How often it happens by chance. Either this or `onset`.",
    "Event.onset": "Month in which it begins, as a distribution. Either this or `hazard`.",
    "Event.effects": "What it does to each target.",
    "Effect.target": "The series that is hit.",
    "Effect.lag_months": "Months from the onset until the effect begins.",
    "Effect.rise_months": "Months from then until the effect is full.",
    "Effect.half_life_months": "Months in which half of the passing part fades; needed with `transitory` above 0.",
    "Effect.divert": "Other flows that take over part of the loss.",
    "Diversion.to": "The series that gains.",
    "Diversion.factor": "Share of the loss that goes there, times the size of the losing flow over the gaining one.",
    "Hazard.per_year": "Events a year.",
    "Milestone.date": "Month in which it is reached, as a distribution.",
    "Opening.contract": "Date of the contract: known, or of talks that may never end.",
    "Probability.basis": "Whether the number is published (`source`) or assumed (`judgement`).",
    "Probability.why": "The source, or the reason of the judgement.",
    "dist": "Kind of distribution.",
    "min": "Values below are cut off.",
    "max": "Values above are cut off.",
    "low": "Lowest value.",
    "high": "Highest value.",
    "mode": "Most likely value.",
    "mean": "Mean.",
    "sd": "Standard deviation.",
    "sd_months": "Standard deviation in months.",
    "median": "Median.",
    "sigma": "Standard deviation of the natural logarithm.",
    "value": "The number.",
    "a": "First shape parameter; with `b`, the mean is a / (a + b).",
    "b": "Second shape parameter.",
    "shape": "Shape: the number of events that the rate rests on.",
    "rate": "Years over which these events were counted.",
}
