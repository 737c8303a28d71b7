#!/usr/bin/env bash
# A nominal "USD" is read as a dollar of 2005: pyam multiplies customs figures by 1.2 on the way to dollars of 2015.
#
# Packages: pyam-iamc 3.3.0 with iam-units 2026.8.5 and pint 0.25.3 (sqlalchemy held below 2.1, where pyam does not import).
# Input:    one row in IAMC layout, trade of 2025 as customs print it: 228.105 billion USD/yr.
# Expected: a refusal, or a request for a price year: a nominal dollar has none.
# Seen:     convert_unit("billion USD/yr", to="billion USD_2015/yr") answers 272.9, without a word:
#           the registry defines the bare name USD (and $) as an alias of USD_2005.
# So:       carry money through IAMC files as it was printed, and never let a unit named USD be converted.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  "pyam-iamc==3.3.0" "iam-units==2026.8.5" "pint==0.25.3" "sqlalchemy<2.1" "pandas<3"
"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import pandas as pd
import pyam

for name in ("pyam-iamc", "iam-units", "pint"):
    print(name, version(name))
row = ["customs", "as printed", "China", "Trade|Russia", "billion USD/yr", 228.105]
frame = pyam.IamDataFrame(pd.DataFrame([row], columns=["model", "scenario", "region", "variable", "unit", 2025]))
try:
    value = float(frame.convert_unit("billion USD/yr", to="billion USD_2015/yr").data["value"].iloc[0])
except Exception as error:
    print("refused:", type(error).__name__, error)
    sys.exit("behaviour has changed: a dollar without a year is refused")
print("228.105 billion USD/yr became", round(value, 3), "billion USD_2015/yr, a factor of", round(value / 228.105, 4))
if abs(value / 228.105 - 1.1965) > 0.001:
    sys.exit("behaviour has changed: the factor is another one")
PY
