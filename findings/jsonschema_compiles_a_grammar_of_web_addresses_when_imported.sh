#!/usr/bin/env bash
# jsonschema takes several times as long to import once its extra "format-nongpl" is installed, used or not.
#
# Packages: jsonschema 4.26.0 with the extra format-nongpl, which jupyter-events and so every JupyterLab asks for;
#           rfc3987-syntax 1.1.0 and lark 1.3.1 come with it. nbformat 5.11.1 imports jsonschema.
# Input:    `import nbformat`, as papermill, nbconvert and nbclient do; no schema, no format is checked.
# Expected: an optional check of a format costs nothing until a schema asks for it.
# Seen:     jsonschema imports rfc3987_syntax, which compiles the whole grammar of RFC 3987 for an Earley parser at
#           import: most of the processor time of `import nbformat`, in every process that reads a notebook.
# So:       processes that read notebooks import jsonschema with that module hidden; formats "iri" and "iri-reference"
#           are then not known to jsonschema, which nbformat's schemas do not use.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  "jsonschema[format-nongpl]==4.26.0" "rfc3987-syntax==1.1.0" "lark==1.3.1" "nbformat==5.11.1"
cat > "$work/cost.py" <<'PY'
import sys
import time

if sys.argv[1] == "hidden":
    sys.modules["rfc3987_syntax"] = None
begun = time.process_time()
import nbformat  # noqa: E402, F401

print(time.process_time() - begun)
PY
"$work/venv/bin/python" - "$work" <<'PY'
import subprocess
import sys
from importlib.metadata import version

for name in ("jsonschema", "rfc3987-syntax", "lark", "nbformat"):
    print(name, version(name))


def least(state):
    """Return the least processor time of five imports in fresh processes, after one that writes bytecode."""
    command = [sys.executable, sys.argv[1] + "/cost.py", state]
    runs = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(6)]
    return min(runs[1:])


plain, hidden = least("plain"), least("hidden")
print(f"import nbformat: {plain:.2f} s of processor time; with rfc3987_syntax hidden {hidden:.2f} s")
probe = "import nbformat, sys; print([name for name in ('rfc3987_syntax', 'lark') if name in sys.modules])"
print("loaded with nbformat:", subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True).stdout.strip())
if plain < 3 * hidden:
    sys.exit("behaviour has changed: the extra no longer multiplies the time of the import")
PY
