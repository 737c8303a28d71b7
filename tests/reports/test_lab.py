"""JupyterLab opens in a workspace of the analyst, never in the installed package."""

import pytest

import eastbound
from eastbound.errors import InputError
from eastbound.reports.lab import open_lab


def test_lab_is_not_opened_inside_the_package(tmp_path, monkeypatch):
    """What is saved there would be lost with the next version."""
    package = tmp_path / "site-packages" / "eastbound"
    (package / "workspace" / "params" / "scenarios").mkdir(parents=True)
    monkeypatch.setattr(eastbound, "__file__", str(package / "__init__.py"))
    with pytest.raises(InputError, match=r"no workspace.*Make a workspace with `eastbound init DIR`"):
        open_lab(package / "workspace")
