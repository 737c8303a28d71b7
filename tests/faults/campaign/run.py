"""Run the fault campaign: `python tests/faults/campaign/run.py [-j JOBS] [--log FILE] [KIND=COUNT ...]`.

Without counts the full number: 200 kills and 50 of each other kind. Each case is a line of the log, and a case that
the log has is not run again, so a campaign that was stopped goes on. The table in `tests/faults/RESULTS.txt` is made
from the log after every case.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign.cases import CASES, mounted
from campaign.desk import Desk, empty, make_desk, newest, run

RESULTS = Path(__file__).resolve().parents[1] / "RESULTS.txt"
SEED = 20261128
FULL = {kind: 200 if kind == "SIGKILL" else 50 for kind in CASES}


def campaign(cases: list[tuple[str, int]], root: Path, log: Path) -> None:
    """Run cases in a workspace of their own and append how each ended to the log; faults are printed as they come."""
    disk = root / "disk"
    small = mounted(disk, megabytes=16)
    try:
        desk = make_desk(root / "desk", disk=disk if small else None)
        assert run(desk, "-j", "1") == 0, (desk.scratch.parent / "log").read_text()
        right = newest(desk)
        for kind, number in cases:
            if kind == "disk full" and not small:
                print("disk full: skipped, a small disk cannot be mounted here (needs root)", flush=True)  # noqa: T201
                continue
            began, used = time.monotonic(), _processor_seconds()
            ending, why = _one(kind, number, desk=desk, right=right)
            record = {"kind": kind, "number": number, "ending": ending, "why": why}
            record |= {"wall": round(time.monotonic() - began, 2), "processor": round(_processor_seconds() - used, 2)}
            with log.open("a", encoding="utf-8") as lines:  # one write: parallel campaigns share the file
                lines.write(json.dumps(record) + "\n")
            write_results(read_log(log))
    finally:
        if small:
            subprocess.run(["umount", str(disk)], check=False)


def _one(kind: str, number: int, *, desk: Desk, right: dict[str, bytes]) -> tuple[str, str]:
    """Run one case and return how it ended and, for a fault, why."""
    try:
        return CASES[kind](desk, right, random.Random(f"{SEED} {kind} {number}")), ""
    except AssertionError as error:
        print(f"{kind} {number}: {error}", flush=True)  # noqa: T201
        empty(desk)
        return "FAULT", str(error)
    finally:
        (desk.out.parent / "filler").unlink(missing_ok=True)
        desk.fault.write_text("pass\n", encoding="utf-8")


def _processor_seconds() -> float:
    """Return the processor time of all runs that have been waited for, with that of their workers and kernels."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def preload() -> None:
    """Import and load what every run needs, so that a forked run starts at once."""
    import eastbound.reports.jobs.preview
    import eastbound.reports.jobs.request
    import eastbound.reports.repeat.copy
    import eastbound.reports.run
    import eastbound.reports.site.runs_page  # noqa: F401
    from eastbound.evidence.book import load_evidence
    from eastbound.reports.digests import package_digest, packages_digest

    load_evidence()
    package_digest()
    packages_digest()


def read_log(log: Path) -> list[dict[str, Any]]:
    """Return the cases of a log; a line that a killed campaign cut off counts as none."""
    records = []
    for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
        try:
            records.append(json.loads(line))
        except ValueError:
            continue
    return records


def write_results(records: list[dict[str, Any]]) -> None:
    """Write the table of a log."""
    lines = [
        "Fault campaign (python tests/faults/campaign/run.py): how runs of a two-page report ended.",
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; seed {SEED}. Seconds are processor time of a case, median.",
        "",
        f"{'kind':22}{'asked':>6}{'run':>5}{'seconds':>9}  endings",
    ]
    for kind, asked in FULL.items():
        own = [record for record in records if record["kind"] == kind]
        endings = Counter(record["ending"] for record in own)
        used = sorted(record["processor"] for record in own)
        middle = f"{used[len(used) // 2]:.1f}" if used else "-"
        words = ", ".join(f"{number} {ending}" for ending, number in sorted(endings.items())) or "not run"
        lines.append(f"{kind:22}{asked:6}{len(own):5}{middle:>9}  {words}")
    faults = [record for record in records if record["ending"] == "FAULT"]
    lines += ["", f"{len(faults)} of {len(records)} cases ended otherwise."]
    lines += [f"{record['kind']} {record['number']}: {record['why']}" for record in faults]
    draft = RESULTS.with_name(f"{RESULTS.name}.{os.getpid()}")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(RESULTS)


def main() -> int:
    """Share the cases out to processes, and return 1 if one ended otherwise than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir(), "eastbound-faults.jsonl"))
    parser.add_argument("counts", nargs="*", metavar="KIND=COUNT")
    arguments = parser.parse_args()
    asked = dict(each.split("=") for each in arguments.counts)
    counts = {kind: int(asked[kind]) for kind in CASES if kind in asked} or FULL
    known = {(record["kind"], record["number"]) for record in read_log(arguments.log)}
    # turn and turn about, so that a campaign that is stopped has some of each kind
    cases = sorted(
        ((kind, number) for kind, count in counts.items() for number in range(count) if (kind, number) not in known),
        key=lambda case: (case[1] / counts[case[0]], case[0]),
    )
    preload()
    children = []
    for job in range(arguments.jobs):
        pid = os.fork()
        if not pid:
            code = 1
            try:
                with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
                    campaign(cases[job :: arguments.jobs], Path(folder), arguments.log)
                code = 0
            except Exception:
                traceback.print_exc()  # the next line would end without a word
            finally:
                sys.stderr.flush()
                os._exit(code)
        children.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    faults = [record for record in read_log(arguments.log) if record["ending"] == "FAULT"]
    return 1 if any(codes) or faults else 0


if __name__ == "__main__":
    sys.exit(main())
