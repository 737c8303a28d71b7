#!/usr/bin/env bash
# Chains that never moved have a full effective sample size, and an R-hat that is not a number.
#
# Package:  arviz-stats 0.8.0 with numpy 2.3.5.
# Input:    four chains of 100 draws, every draw the same number (a sampler that rejected each of its proposals).
# Expected: an effective size near zero, or NaN (as in Stan's R package posterior), and an R-hat that alarms.
# Seen:     ess(method="bulk") and ess(method="tail") answer 400; rhat answers NaN, so the test `rhat > 1.01` passes.
# So:       look for chains without any movement before asking for their diagnostics.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "arviz-stats==0.8.0" "numpy==2.3.5" "scipy==1.16.3"
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version

import numpy as np
from arviz_stats.base import array_stats

print("arviz-stats", version("arviz-stats"), "numpy", version("numpy"))
stuck = np.full((4, 100), 2.5)
axes = {"chain_axis": 0, "draw_axis": 1}
bulk = float(array_stats.ess(stuck, method="bulk", **axes))
tail = float(array_stats.ess(stuck, method="tail", prob=(0.05, 0.95), **axes))
r_hat = float(array_stats.rhat(stuck, **axes))
print("effective sizes of 400 equal draws:", bulk, tail, "R-hat:", r_hat)
if not (bulk == tail == 400.0 and np.isnan(r_hat)):
    sys.exit("behaviour has changed")
PY
