"""The order in which a workspace is looked for, and how one is laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from eastbound.errors import InputError
from eastbound.scenarios.home import VARIABLE, find_home, supplied
from eastbound.scenarios.layout import lay_out


def workspace(folder: Path) -> Path:
    (folder / "params" / "scenarios").mkdir(parents=True)
    return folder


def test_stated_beats_variable_beats_working_folder_beats_package(tmp_path, monkeypatch):
    stated, variable, working = (workspace(tmp_path / name) for name in ("stated", "variable", "working"))
    deep = working / "notebooks" / "old"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.setenv(VARIABLE, str(variable))
    assert find_home(stated) == stated
    assert find_home() == variable
    monkeypatch.delenv(VARIABLE)
    assert find_home() == working
    monkeypatch.chdir(tmp_path)
    assert find_home() == supplied()


def test_a_stated_folder_without_params_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"--home names .* which has no `params/scenarios`"):
        find_home(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(InputError, match=r"\$EASTBOUND_HOME names"):
        find_home()


@pytest.mark.parametrize("folder", ["x" * 5000, "nul\0"])
def test_a_folder_that_cannot_exist_is_refused(folder):
    with pytest.raises(InputError, match="which has no `params/scenarios`") as caught:
        find_home(folder)
    assert len(str(caught.value)) < 300
    with pytest.raises(InputError, match=r"cannot (write|name a folder)") as caught:
        lay_out(folder)
    assert len(str(caught.value)) < 300
