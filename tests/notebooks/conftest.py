"""A kernel of this interpreter for notebooks that the tests execute."""

import json
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
KERNEL = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "test",
    "language": "python",
}


@pytest.fixture(scope="module")
def kernel_folder(tmp_path_factory):
    """A folder with a kernel of this interpreter; the cache is the one of all tests."""
    folder = tmp_path_factory.mktemp("notebooks")
    spec = folder / "jupyter" / "kernels" / "eastbound-test"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps(KERNEL), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patch.setenv("EASTBOUND_HOME", str(HOME))
        yield folder
