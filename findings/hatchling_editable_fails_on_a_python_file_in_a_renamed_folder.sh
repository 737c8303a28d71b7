#!/usr/bin/env bash
# One Python file in a folder of data that the wheel renames makes an editable install impossible.
#
# Package:  hatchling 1.33.0 (editables 0.6).
# Input:    a package in lib/pkg and a folder of notebooks that `sources` maps to pkg/notebooks; then an example file
#           notebooks/example.py for readers is added.
# Expected: nothing changes: the file is data of the wheel, as the notebooks beside it, and the package is where it was.
# Seen:     the editable install is refused, because the renamed Python file counts as a package; the wheel still builds.
# So:       state `dev-mode-dirs`, which says where the package is, wherever `sources` renames a folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check hatchling==1.33.0 editables==0.6 2>/dev/null
mkdir -p "$folder/project/lib/pkg" "$folder/project/notebooks"
cd "$folder/project"
touch lib/pkg/__init__.py notebooks/page.ipynb
cat > pyproject.toml <<'TOML'
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "pkg"
version = "1"
[tool.hatch.build.targets.wheel]
only-include = ["lib/pkg", "notebooks"]
[tool.hatch.build.targets.wheel.sources]
"lib/pkg" = "pkg"
"notebooks" = "pkg/notebooks"
TOML
build() {
  "$folder/venv/bin/python" - "$1" <<'PY'
import sys, tempfile
from hatchling import build
try:
    getattr(build, sys.argv[1])(tempfile.mkdtemp())
    print("built")
except ValueError as error:
    print("refused:", str(error).split(",")[0])
PY
}
print_all() { printf '%-34s editable: %s | wheel: %s\n' "$1" "$(build build_editable | tail -1)" "$(build build_wheel | tail -1)"; }
echo "hatchling $("$folder/venv/bin/python" -c 'from importlib.metadata import version; print(version("hatchling"))')"
before=$(print_all "notebooks alone")
echo "def example(): ..." > notebooks/example.py
after=$(print_all "with a Python file")
sed -i 's/^only-include/dev-mode-dirs = ["lib"]\n&/' pyproject.toml
cured=$(print_all "with dev-mode-dirs")
printf '%s\n' "$before" "$after" "$cured"
[[ $before == *"editable: built"*"wheel: built"* ]]
[[ $after == *"editable: refused: Dev mode installations are unsupported"*"wheel: built"* ]]
[[ $cured == *"editable: built"*"wheel: built"* ]]
