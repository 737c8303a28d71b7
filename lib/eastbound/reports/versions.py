"""Versions of everything that can change a result."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from eastbound import __version__

# a change of version here can change a number or a picture
_PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "xarray", "matplotlib", "seaborn", "papermill", "nbconvert")


def versions() -> dict[str, str | None]:
    """Return the versions of everything that can change a result, and the git revision if there is one."""
    return {
        "eastbound": __version__,
        "git": _revision(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        **{name: version(name) for name in _PACKAGES},
    }


def _revision() -> str | None:
    """Return the git revision of the package's checkout, marked when files differ from it."""
    git = shutil.which("git")
    here = Path(__file__).resolve().parent
    # the checkout around an installed package is somebody else's
    if git is None or "site-packages" in here.parts:
        return None
    command = [git, "-C", str(here), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None
