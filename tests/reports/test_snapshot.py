"""The copy that a run reads: a copy that fails says why, and what to do about that reason."""

import errno
import os
import shutil

import pytest

from eastbound.errors import InputError
from eastbound.reports.snapshot import _copy_tree


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space there, or set $TMPDIR"),
        (errno.EFBIG, "free some space there, or set $TMPDIR"),
        (errno.EACCES, "Make it readable, or move it out of the workspace"),
    ],
)
def test_the_remedy_follows_from_the_reason(tmp_path, monkeypatch, number, remedy):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.ipynb").write_text("{}", encoding="utf-8")

    def refuse(source, target, **_):
        raise OSError(number, os.strerror(number), source, None, target)

    monkeypatch.setattr(shutil, "copyfile", refuse)
    with pytest.raises(InputError) as caught:
        _copy_tree(tmp_path / "source", tmp_path / "target")
    message = str(caught.value)
    assert "page.ipynb`: " + os.strerror(number) + ". " in message
    assert remedy in message
    assert "Errno" not in message
