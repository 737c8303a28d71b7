"""A simple prior for tests of the structural model."""

import numpy as np

from eastbound.core.structural.observations import StructuralPrior


def plain_prior(months):
    """Return a prior without regressors or regimes, with wide monthly scales."""
    priors = {"level": -3.5, "season": -4.5, "irregular": -3.5, "drift": -5.5, "damping": 1.9, "regime": 0.0}
    return StructuralPrior(
        months=months,
        parameters={name: (mean, 0.7) for name, mean in priors.items()},
        drift=(0.0, 0.003),
        season=0.1,
        early=(0.0, 1e-6),
        late=np.zeros(months, bool),
        regressors=np.empty((months, 0)),
        coefficients=np.empty((0, 2)),
    )
