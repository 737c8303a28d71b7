"""Remove old runs: never the one that `latest` points at, a published one, or a folder that no run has made."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eastbound.evaluation.ledger.chain import read_entries
from eastbound.files import explained
from eastbound.reports.folder import latest_lock, latest_run
from eastbound.reports.history.locate import run_folders
from eastbound.typing import Record

_REMOVED: Final = ".removed-"  # in front of the name of a folder that is being removed


@dataclass(frozen=True)
class Removal:
    """Describe what the removal of old runs does, or would do.

    Parameters
    ----------
    removed, remaining : tuple of str
        Ids of runs, oldest first.
    size : int
        Bytes of the removed ones.
    """

    removed: tuple[str, ...]
    remaining: tuple[str, ...]
    size: int

    def as_record(self) -> Record:
        """Return the removal as a JSON record."""
        return {"schema": "removal/1", "removed": list(self.removed), "kept": list(self.remaining), "bytes": self.size}

    def as_text(self, *, dry_run: bool) -> str:
        """Return the removal as text: one line per run, then the sum.

        Examples
        --------
        >>> Removal((), ("20260101T000000Z",), 0).as_text(dry_run=False)
        '0 runs removed, 0.0 MB freed; 1 kept'
        """
        verb, gain = ("would be removed", "to free") if dry_run else ("removed", "freed")
        count = f"{len(self.removed)} run{'s' * (len(self.removed) != 1)}"
        return "\n".join(
            [*self.removed, f"{count} {verb}, {self.size / 10**6:.1f} MB {gain}; {len(self.remaining)} kept"]
        )


def remove_runs(out: Path, *, keep: int, home: Path | None = None, dry_run: bool = False) -> Removal:
    """Remove the runs older than the newest ones.

    Parameters
    ----------
    out : Path
        Folder for runs.
    keep : int
        Number of newest runs that stay, whatever they are.
    home : Path, optional
        Workspace, whose ledger names the published runs.
    dry_run : bool
        Whether only to say what would be removed.

    Raises
    ------
    InputError
        If the ledger cannot be read: what is published is then unknown, and nothing is removed.
    WriteError
        If a folder cannot be removed.
    """
    if not out.is_dir():
        return Removal((), (), 0)
    with latest_lock(out):  # a run that ends meanwhile must not make `latest` point at one that goes
        folders = [folder for folder in run_folders(out) if not folder.is_symlink()]
        runs = [folder for folder in folders if (folder / "manifest.json").is_file()]
        safe = {str(entry["run"]) for entry in read_entries(home)} | {latest_run(out)}
        old = [folder for folder in runs[: max(0, len(runs) - keep)] if folder.name not in safe]
        size = sum(map(_bytes, old))
        if not dry_run:
            for folder in [*_abandoned(out), *_hidden(old)]:
                with explained(folder):
                    shutil.rmtree(folder)
    names = {folder.name for folder in old}
    remaining = tuple(folder.name for folder in runs if folder.name not in names)
    return Removal(tuple(folder.name for folder in old), remaining, size)


def _hidden(folders: Sequence[Path]) -> list[Path]:
    """Rename folders, so that a reader sees a run whole or not at all."""
    return [folder.rename(folder.with_name(f"{_REMOVED}{folder.name}")) for folder in folders]


def _abandoned(out: Path) -> list[Path]:
    """Return what a killed removal has left."""
    return sorted(path for path in out.glob(f"{_REMOVED}*") if path.is_dir() and not path.is_symlink())


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size if path.is_file() else 0
    return total
