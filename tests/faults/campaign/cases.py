"""The kinds of faults. Each takes a desk, the right bytes and a source of chance, and returns what came of it.

A case ends in one of two ways: the same bytes in the end, or a clear refusal with the same bytes after the cause is
gone. Whatever else happens is an `AssertionError`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from campaign.desk import Desk, Process, empty, left, litter, newest, pages, processes, run, start, until
from eastbound.files import locked

Right = Mapping[str, bytes]
Case = Callable[[Desk, Right, random.Random], str]
SAME: Final = "same bytes"
REFUSED: Final = "clear refusal, then same bytes"
ONE_PAGE: Final = "one page lost, then same bytes"
_QUICK: Final = ("-j", "1")


def killed(desk: Desk, right: Right, chance: random.Random) -> str:
    """Kill the run at a random moment; finish it with --resume, or start it again."""
    empty(desk)
    force = ("--force",) if chance.random() < 0.3 else ()
    process = start(desk, "-j", chance.choice("12"), *force)
    # moments are spread over the run, with more of them while files are written
    begun = until(lambda: any(desk.out.glob("*.partial")), 30) if chance.random() < 0.8 else True
    time.sleep(chance.uniform(0, 6 if begun else 0))
    try:
        process.kill()
    except ProcessLookupError:
        process.wait()
    assert left(process) == [], "processes are left"
    _whole(desk, right)
    resumable = any(path.name.endswith(".request.json") for path in desk.out.glob(".*"))
    unfinished = {path.name.removesuffix(".partial") for path in desk.out.glob("*.partial")}
    if resumable and unfinished and chance.random() < 0.7:
        assert run(desk, "--resume", *_QUICK) == 0
        assert {path.name for path in desk.out.iterdir() if path.name[0].isdigit()} >= unfinished, "another id"
    else:
        assert run(desk, *_QUICK) == 0
    return _same(desk, right, SAME)


def disk_full(desk: Desk, right: Right, chance: random.Random) -> str:
    """Leave the disk of runs and cache a random number of kilobytes, then make room and finish."""
    empty(desk)
    disk = desk.out.parent
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(b"x" * max(0, free - 4096 * chance.randrange(1, 120)))
    process = start(desk, *_QUICK)
    code = process.wait()
    assert left(process) == [], "processes are left"
    text = process.text()
    assert "Traceback" not in text, text[-500:]
    assert code in (0, 1, 2), code
    if code == 2:
        assert "free" in text or "full" in text, text[-300:]
    _whole(desk, right)
    filler.unlink()
    assert run(desk, *_QUICK) == 0
    return _same(desk, right, {0: SAME, 1: ONE_PAGE, 2: REFUSED}[code])


def corrupt_entry(desk: Desk, right: Right, chance: random.Random) -> str:
    """Damage a random file of the cache of a finished run: a page, or the note of the whole run."""
    if not list(desk.cache.rglob("*.zip")) or not desk.out.is_dir() or not list(desk.cache.glob("runs/*")):
        assert run(desk, *_QUICK) == 0
    path = chance.choice(sorted(path for path in desk.cache.rglob("*") if path.is_file()))
    if path.suffix == ".zip":  # pages are looked up only where no earlier run can be copied
        shutil.rmtree(desk.out)
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content))
    kind = chance.randrange(5)
    if kind == 0:
        content[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        content = content[:at]
    elif kind == 2:
        content[at : at + 200] = bytes(len(content[at : at + 200]))
    elif kind == 3:
        content += b"more"
    path.write_bytes(bytes(content))
    if kind == 4:
        path.unlink()
        path.mkdir()
    process = start(desk, *_QUICK)
    assert process.wait() == 0
    assert left(process) == [], "processes are left"
    assert path.is_file(), "the damaged entry was not made again"
    return _same(desk, right, SAME)


def dead_kernel(desk: Desk, right: Right, chance: random.Random) -> str:
    """Kill the kernel of a page, by itself or from outside."""
    empty(desk)
    if chance.random() < 0.6:
        number = chance.choice((signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGABRT))
        end = chance.choice((f"os.kill(os.getpid(), {int(number)})", f"os._exit({chance.randrange(4)})"))
        return _one_page_lost(desk, right, f"import os\n{end}\n")
    process = start(desk, *_QUICK)
    until(lambda: bool(_kernels(process)), 30)
    time.sleep(chance.uniform(0, 0.5))
    for kernel in _kernels(process)[:1]:
        kernel.kill()
    code = process.wait()
    assert left(process) == [], "processes are left"
    assert code in (0, 1), process.text()[-500:]
    assert run(desk, *_QUICK) == 0
    return _same(desk, right, ONE_PAGE if code else SAME)


def locked_folder(desk: Desk, right: Right, chance: random.Random) -> str:
    """Two runs at once, a run that another process works on, or a lock that another process holds for a while."""
    empty(desk)
    kind = chance.randrange(3)
    if kind == 0:
        first = start(desk, *_QUICK)
        time.sleep(chance.uniform(0, 1))
        second = start(desk, *_QUICK)
        assert (first.wait(), second.wait()) == (0, 0)
        runs = [path for path in desk.out.iterdir() if path.name[0].isdigit()]
        assert len(runs) == 2, "two runs have two folders"
        assert all(pages(path) == dict(right) for path in runs)
        assert left(first) + left(second) == [], "processes are left"
        return _same(desk, right, SAME)
    if kind == 1:
        first = start(desk, *_QUICK)
        assert until(lambda: any(desk.out.glob(".*.request.json")), 30)
        second = start(desk, "--resume", *_QUICK)
        code = second.wait()
        text = second.text()
        assert first.wait() == 0
        assert code == 2, (code, text[-300:])
        assert "still being made" in text or "unfinished" in text or "another process" in text, text[-300:]
        assert left(first) + left(second) == [], "processes are left"
        return _same(desk, right, REFUSED)
    desk.out.mkdir(exist_ok=True)
    with locked(desk.out / ".latest.lock") as free:
        assert free
        process = start(desk, *_QUICK)
        time.sleep(chance.uniform(0, 6))
    assert process.wait() == 0
    assert left(process) == [], "processes are left"
    return _same(desk, right, SAME)


def hung_cell(desk: Desk, right: Right, chance: random.Random) -> str:
    """Let a cell run for ever; its time-out ends it."""
    empty(desk)
    hang = chance.choice(
        (
            "while True: pass",
            "import time; time.sleep(1e6)",
            "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
            "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(1e6)",
            "import subprocess; subprocess.run(['sleep', '100000'])",
            "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        )
    )
    return _one_page_lost(desk, right, f"{hang}\n", "--execution-timeout", "1")


def out_of_memory(desk: Desk, right: Right, chance: random.Random) -> str:
    """Ask for more memory than a kernel may take, at once or little by little."""
    empty(desk)
    greed = chance.choice(
        (
            "x = bytearray(10**12)",
            "import numpy; x = numpy.ones(10**11)",
            "x = []\nwhile True: x.append(bytearray(10**7))",
            "x = 'ab'\nwhile True: x += x",
        )
    )
    return _one_page_lost(desk, right, f"{greed}\n")


CASES: Final[Mapping[str, Case]] = {
    "SIGKILL": killed,
    "disk full": disk_full,
    "corrupt cache entry": corrupt_entry,
    "dead kernel": dead_kernel,
    "locked folder": locked_folder,
    "hung cell": hung_cell,
    "out-of-memory cell": out_of_memory,
}


def _one_page_lost(desk: Desk, right: Right, fault: str, *options: str) -> str:
    """Run with a fault in the first cell of `20_second` alone, look at the marked page, then run without the fault."""
    desk.fault.write_text(f"if 'scenario' not in globals():\n    {fault.replace(chr(10), chr(10) + '    ')}\n", "utf-8")
    try:
        process = start(desk, *_QUICK, *options)
        code = process.wait()
    finally:
        desk.fault.write_text("pass\n", encoding="utf-8")
    assert code == 1, (code, process.text()[-500:])
    assert left(process) == [], "processes are left"
    (folder,) = [path for path in desk.out.iterdir() if path.name[0].isdigit()]
    assert (folder / "baseline" / "10_first.html").is_file(), "the other page is lost"
    assert "20_second:" in process.text(), "the failure is not named"
    assert not (desk.out / "latest").exists(), "latest points at a report with a failed page"
    assert run(desk, *_QUICK) == 0
    return _same(desk, right, ONE_PAGE)


def _kernels(process: Process) -> list[object]:
    return [each for each in processes(process.mark) if "kernel_start.py" in " ".join(_words(each))]


def _words(process: object) -> list[str]:
    try:
        return process.cmdline()  # type: ignore[attr-defined]
    except Exception:
        return []


def _whole(desk: Desk, right: Right) -> None:
    """Assert that every finished run folder is whole, and that `latest` names one with the right bytes."""
    for folder in desk.out.iterdir() if desk.out.is_dir() else ():
        if folder.name[0].isdigit() and not folder.name.endswith(".partial"):
            assert (folder / "manifest.json").is_file(), f"{folder.name} is not whole"
    latest = desk.out / "latest"
    assert not latest.is_symlink() or pages(latest) == dict(right), "latest is mixed"


def _same(desk: Desk, right: Right, outcome: str) -> str:
    now = newest(desk)
    other = sorted(name for name in {*now, *right} if now.get(name) != right.get(name))
    assert other == [], f"other bytes: {other}"
    rest = litter(desk)
    assert rest == [], f"left: {rest[:4]}"
    return outcome


def mounted(folder: Path, *, megabytes: int) -> bool:
    """Mount a small memory disk at a folder; return whether this machine lets us."""
    if os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
