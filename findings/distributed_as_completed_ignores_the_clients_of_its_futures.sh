#!/usr/bin/env bash
# as_completed finds no client, although each of its futures has one.
#
# Package:  distributed 2026.8.0.
# Input:    as_completed(futures), futures of Client(cluster, set_as_default=False), as a library makes its client.
# Expected: the futures as they finish: future.result() works, and each future knows its client.
# Seen:     ValueError: No clients found. With as_completed(futures, loop=client.loop) it works; with another client as
#           the default it takes the loop of that client, whatever the futures belong to.
# So:       pass loop=client.loop.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "distributed==2026.8.0" "dask==2026.8.0"
"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from distributed import Client, LocalCluster, as_completed

print("distributed", version("distributed"))
options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
with LocalCluster(**options) as cluster, Client(cluster, set_as_default=False) as client:
    futures = [client.submit(pow, 2, number) for number in range(3)]
    print("results:", [future.result() for future in futures])
    try:
        list(as_completed(futures))
        seen = "no error"
    except ValueError as error:
        seen = str(error).splitlines()[0]
    done = len(list(as_completed(futures, loop=client.loop)))
print("as_completed(futures):", seen, "- with loop=client.loop:", done, "futures")
if not (seen == "No clients found" and done == 3):
    sys.exit("behaviour has changed")
PY
