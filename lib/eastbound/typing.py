"""Type aliases shared by all packages."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

# Monthly paths inside the core: shape (period, draw). The draw axis is always the last. The joint simulation writes
# them in single precision (`core.simulation.memory`); what only summarizes them takes either.
Paths: TypeAlias = NDArray[np.floating[Any]]

Record: TypeAlias = dict[str, Any]
