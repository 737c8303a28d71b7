"""One constant per convention, with its reason."""

from __future__ import annotations

from typing import Final

SEED: Final = 20261122  # root entropy of every run; printed in each manifest
DRAWS: Final = 4096  # Monte-Carlo error of a probability is at most 0.8 points
QUICK_DRAWS: Final = 256  # enough to see that a notebook runs; never published
ORIGIN_DRAWS: Final = 1024  # of each past origin: moves a CRPS by about 1 %, far less than the next outcome does
UNTIL: Final = 2035  # the year of the published 80-90 % projection
BLOCK: Final = 4096  # draws per random block: the state of one series stays in a core's cache

BANDS: Final = (50, 80, 95)  # central interval masses, percent

# The 23 levels of the hubverse format.
QUANTILES: Final = (0.01, 0.025, *(round(0.05 * k, 2) for k in range(1, 20)), 0.975, 0.99)

# Limits of notebook and command-line parameters: (lowest, highest).
LIMITS: Final = {"until": (2027, 2050), "draws": (64, 1_048_576), "seed": (0, 2**63 - 1)}
