#!/usr/bin/env bash
# Transposing a lazily read variable makes xarray gather single numbers.
#
# Package:  xarray 2026.9.0 with numpy 2.4.6 and pandas 3.1.1.
# Input:    a variable on an own backend array that supports plain slices, transposed and then read.
# Expected: `variable.transpose(...)` of data not read yet is as cheap as that of an array: the backend is asked for the
#           whole array by slices, and the result is a view of what it returns.
# Seen:     xarray asks the backend by slices, but then picks every number by three arrays of 64-bit positions, which
#           copies the data and takes many times as long as to read first and to transpose the result.
# So:       read a lazy variable first (`to_numpy`), then transpose the array.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "xarray==2026.9.0" "numpy==2.4.6" "pandas==3.1.1"
"$work/venv/bin/python" - <<'PY'
import sys
import time
from importlib.metadata import version

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

DATA = np.random.default_rng(1).random((1, 4096, 240), dtype=np.float32)


class Plain(BackendArray):
    """A backend that answers plain slices with a view."""

    shape, dtype = DATA.shape, DATA.dtype

    def __getitem__(self, key):
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.BASIC, lambda slices: DATA[slices]
        )


def lazy():
    return xr.Variable(("scenario", "draw", "period"), indexing.LazilyIndexedArray(Plain()))


def least(call):
    times = []
    for _ in range(5):
        start = time.process_time()
        result = call()
        times.append(time.process_time() - start)
    return result, min(times)


order = ("scenario", "period", "draw")
late, slow = least(lambda: lazy().transpose(*order).to_numpy())
early, fast = least(lambda: lazy().to_numpy().transpose(0, 2, 1))
print("xarray", version("xarray"))
print("expected: both are views of the data, at the same cost")
print(f"transposed, then read: view {np.shares_memory(late, DATA)}, {1000 * slow:.1f} ms")
print(f"read, then transposed: view {np.shares_memory(early, DATA)}, {1000 * fast:.1f} ms")
assert np.array_equal(late, early)
if np.shares_memory(late, DATA) or not np.shares_memory(early, DATA):
    sys.exit("behaviour has changed: a transposed lazy variable is a view as well")
PY
