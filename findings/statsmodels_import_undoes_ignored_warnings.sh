#!/usr/bin/env bash
# A first import of statsmodels inside a block that ignores warnings makes its warnings loud again.
#
# Package:  statsmodels 0.15.0 with numpy 2.3.5, pandas 2.3.3 and scipy 1.16.3.
# Input:    the airline model of a short, steep series, fitted inside `warnings.catch_warnings()` with
#           `simplefilter("ignore")`, as a library does that imports statsmodels only where it needs it.
# Expected: silence.
# Seen:     the warnings of the fit are shown: importing statsmodels puts filters "always" for its own categories
#           in front of all others, after the block has asked for silence. The second such block is silent.
# So:       import statsmodels before the block, not inside it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  "statsmodels==0.15.0" "numpy==2.3.5" "pandas==2.3.3" "scipy==1.16.3"
"$work/venv/bin/python" - <<'PY'
import sys
import warnings
from importlib.metadata import version


def shown():
    """Count the warnings that a fit shows although the block around it ignores warnings."""
    seen = []
    warnings.showwarning = lambda message, category, *rest, **more: seen.append(category.__name__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import numpy as np
        from statsmodels.tsa.statespace.sarimax import SARIMAX

        rng = np.random.default_rng(3)
        series = np.cumsum(rng.normal(0, 0.05, 60)) + 0.2 * np.sin(np.arange(60) * np.pi / 6) + 0.03 * np.arange(60)
        SARIMAX(series, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(disp=0, maxiter=2)
    return sorted(set(seen))


print("statsmodels", version("statsmodels"))
first, second = shown(), shown()
print("shown in the first block, which imports statsmodels:", first)
print("shown in the second block:", second)
if not first or second:
    sys.exit("behaviour has changed")
PY
