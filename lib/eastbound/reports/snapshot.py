"""Take a private copy of what a run reads, so that edits during the run cannot reach its pages.

Header, footer, manifest and kernels all read this copy. It lives in a temporary folder that
belongs to the process and is removed with it.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from eastbound.errors import InputError, shortened
from eastbound.evidence.user_tables import table_paths
from eastbound.files import explained
from eastbound.reports.added import add_notebooks, template_folders
from eastbound.reports.processes import own_folder, sweep
from eastbound.reports.repeat.state import COPIED, IGNORED

_PREFIX = "eastbound-"
OWN_DATA = Path("outside", "data")  # own tables from another folder, in the copy
_LARGE = 2**26  # bytes from which a file is linked, not copied


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Describe the private copy of a workspace.

    Parameters
    ----------
    folder : Path
        The copy; below it are `notebooks`, `params`, `data` and `views`.
    source : Path
        The workspace it was copied from.
    scratch : Path
        Folder for temporary files of the run.
    stack : ExitStack
        Closing it removes the copy.
    data : Path or None
        The folder of own tables that was given, if any.
    refused : tuple of str
        Why each extension that cannot be used is left out.
    """

    folder: Path
    source: Path
    scratch: Path
    stack: ExitStack
    data: Path | None = None
    refused: tuple[str, ...] = ()

    @property
    def tables(self) -> Path | None:
        """The copy of the folder of own tables, or None."""
        return self.folder / OWN_DATA if self.data is not None else None

    def rename(self, text: str) -> str:
        """Return a text with the source's paths in place of the copy's."""
        if self.data is not None:
            text = text.replace(str(self.folder / OWN_DATA), str(self.data))
        return text.replace(str(self.folder), str(self.source))


def take_snapshot(home: Path, data: Path | None = None) -> Snapshot:
    """Copy the workspace into a temporary folder of this process.

    Parameters
    ----------
    home : Path
        The workspace.
    data : Path, optional
        Folder with own tables, which are copied too; other files in it are not.

    Raises
    ------
    WriteError
        If there is no room for temporary files.
    InputError
        If a file of the workspace cannot be read, or `data` is no folder.
    """
    parent = Path(tempfile.gettempdir())
    sweep(parent, f"{_PREFIX}*")
    root = parent / f"{_PREFIX}{token_hex(4)}"
    with explained(root):
        stack = own_folder(root)
    try:
        scratch, folder = root / "tmp", root / "home"
        scratch.mkdir()
        folder.mkdir()
        source = home.resolve()
        # what a run may change or a user may edit meanwhile is copied; everything else is only linked
        for entry in sorted(source.iterdir()):
            if entry.name in COPIED and entry.is_dir():
                _copy_tree(entry, folder / entry.name)
            elif not entry.name.startswith("."):
                (folder / entry.name).symlink_to(entry)
        if data is not None:
            _copy_tables(data, folder / OWN_DATA)
        refused = [*add_notebooks(folder), *template_folders(folder)[1]]
    except BaseException:
        stack.close()
        raise
    return Snapshot(folder, home, scratch, stack, data, tuple(map(str, refused)))


def add_scenario_file(snapshot: Snapshot, file: Path, number: int) -> str:
    """Copy a scenario file from outside the workspace, with the neighbours it may extend.

    Returns
    -------
    str
        Path of the copy from the folder of notebooks, the working folder of every kernel.
    """
    folder = snapshot.folder / "outside" / str(number)
    folder.mkdir(parents=True)
    neighbours: Sequence[Path] = [path for path in file.resolve().parent.glob("*.y*ml") if path.is_file()]
    for path in {*neighbours, file.resolve()}:
        _copy(path, folder / path.name)
    return f"../outside/{number}/{file.name}"


def _copy_tables(source: Path, target: Path) -> None:
    if not os.path.isdir(source):
        message = f"`{shortened(str(source), 200)}` is not a folder; give the folder that holds your CSV files."
        raise InputError(message)
    target.mkdir(parents=True)
    # tables alone: the folder may be a home folder with gigabytes beside them
    for path in table_paths(source):
        _copy(path, target / path.name)


def _copy_tree(source: Path, target: Path) -> None:
    hidden = shutil.ignore_patterns(*IGNORED)
    try:
        shutil.copytree(source, target, ignore=hidden, copy_function=_copy, ignore_dangling_symlinks=True)
    except (OSError, shutil.Error) as error:
        reasons = error.args[0] if isinstance(error, shutil.Error) else [(source, target, error)]
        message = f"cannot copy `{reasons[0][0]}`: {_reason(reasons[0][2])}"
        raise InputError(message) from error


def _reason(error: OSError | str) -> str:
    """Return why a file cannot be copied, and what to do; `copytree` gives the text of an error alone."""
    text = str(error)
    known = re.match(r"\[Errno (\d+)\] ([^:]*)", text)
    if known and int(known[1]) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
        return f"{known[2]}. The copy goes to the folder for temporary files; free some space there, or set $TMPDIR."
    return f"{known[2] if known else text}. Make it readable, or move it out of the workspace."


def _copy(source: str | Path, target: str | Path) -> None:
    """Copy a regular file; link a large one, and pass over pipes and devices."""
    if not os.path.isfile(source):
        return
    if os.path.getsize(source) > _LARGE:
        os.symlink(os.path.realpath(source), target)
    else:
        shutil.copyfile(source, target)
