"""A toy subject: the same flow in every month."""

import numpy as np

SUBJECT = "toy"
SERIES = ("toy.flow",)
READS = ()  # no figure of the evidence is used
SCORED = ()
SINGLE = {}


def fit(book, settings, *, start, full=False):
    """Return the level of the flow."""
    return float(settings["level"])


def simulate(fit, world, stream):
    """Return the same flow in each month and draw."""
    return {"toy.flow": np.full((world.grid.months, stream.width), fit)}
