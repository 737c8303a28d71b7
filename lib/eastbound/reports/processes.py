"""Give every process of a run an owner: nothing outlives the run, however it ends."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from eastbound.errors import WriteError
from eastbound.files import locked

_OWNER = ".owner"
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Let the system kill this process when its parent ends, for whatever reason.

    Linux does it by a signal, even while the process is busy in C code. Elsewhere, and for a parent
    that has ended already, a thread watches the pipe that multiprocessing keeps to the parent.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if multiprocessing.parent_process() is not None:
        Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def leave_output(*, errors: bool) -> None:
    """Point this process's output at nothing, or at its stderr: stdout belongs to the command's caller."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2 if errors else nothing, 1)
    if not errors:
        os.dup2(nothing, 2)
    os.close(nothing)


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `SystemExit` while the block runs, so that it can clean up."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return
    before = {number: signal.signal(number, _stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: Any) -> None:
    raise SystemExit(128 + number)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C while a child starts; the child starts with it held back too, see `release_interrupts`."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def release_interrupts() -> None:
    """Ignore Ctrl-C in this child from now on: the parent decides when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def own_folder(folder: Path) -> ExitStack:
    """Make a folder that belongs to this process, as a locked file beside it tells other processes.

    Parameters
    ----------
    folder : Path
        Must not exist.

    Returns
    -------
    ExitStack
        Closing it removes the folder, if it is still there, and its lock. What a process that was
        killed left behind is removed by the next `sweep`.

    Raises
    ------
    FileExistsError
        If the folder exists or another process is making it.
    OSError
        If it cannot be made.
    """
    owner = owner_path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not stack.enter_context(locked(owner)):
            raise FileExistsError(str(folder))
        folder.mkdir()
        stack.callback(owner.unlink, missing_ok=True)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return stack.pop_all()


def sweep(parent: Path, pattern: str) -> None:
    """Remove the folders of a pattern whose process ended without removing them."""
    for owner in parent.glob(f".{pattern}{_OWNER}"):
        folder = parent / owner.name.removeprefix(".").removesuffix(_OWNER)
        with suppress(OSError, WriteError), locked(owner) as free:  # another user's is not ours to remove
            if free:
                shutil.rmtree(folder, ignore_errors=True)
                owner.unlink(missing_ok=True)


def owner_path(folder: Path) -> Path:
    """Return the locked file that marks a folder as owned, see `own_folder`."""
    return folder.with_name(f".{folder.name}{_OWNER}")
