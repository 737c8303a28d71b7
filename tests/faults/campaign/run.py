"""Run the fault campaign and write its table: `python tests/faults/campaign/run.py [KIND=COUNT ...]`.

Without arguments the full number: 200 kills and 50 of each other kind. The table is kept in `tests/faults/RESULTS.txt`;
kinds that are not run keep their row.
"""

from __future__ import annotations

import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign.cases import CASES, mounted
from campaign.desk import Desk, empty, make_desk, newest, run

RESULTS = Path(__file__).resolve().parents[1] / "RESULTS.txt"
SEED = 20261128


def campaign(counts: dict[str, int], root: Path) -> dict[str, dict[str, int]]:
    """Run the cases and return how often each kind ended how; failures are printed as they come."""
    disk = root / "disk"
    small = mounted(disk, megabytes=16)
    try:
        desk = make_desk(root / "desk", disk=disk if small else None)
        table: dict[str, dict[str, int]] = {}
        _preload()
        assert run(desk, "-j", "1") == 0, (desk.scratch.parent / "log").read_text()
        right = newest(desk)
        for kind, count in counts.items():
            if kind == "disk full" and not small:
                print("disk full: skipped, a small disk cannot be mounted here (needs root)", flush=True)  # noqa: T201
                continue
            chance = random.Random(f"{SEED} {kind}")
            began = time.monotonic()
            endings: Counter[str] = Counter()
            for number in range(count):
                endings[_one(kind, number, desk=desk, right=right, chance=chance)] += 1
                table[kind] = dict(endings)
                write_results(table)  # a campaign that is stopped keeps what it has
            print(f"{kind}: {dict(endings)} in {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
        return table
    finally:
        if small:
            subprocess.run(["umount", str(disk)], check=False)


def _one(kind: str, number: int, *, desk: Desk, right: dict[str, bytes], chance: random.Random) -> str:
    """Run one case and return how it ended."""
    try:
        return CASES[kind](desk, right, chance)
    except AssertionError as error:
        print(f"{kind} {number}: {error}", flush=True)  # noqa: T201
        empty(desk)
        return "FAULT"
    finally:
        (desk.out.parent / "filler").unlink(missing_ok=True)


def _preload() -> None:
    """Import and load what every run needs, so that a forked run starts at once."""
    import eastbound.reports.jobs.preview
    import eastbound.reports.run  # noqa: F401
    from eastbound.evidence.book import load_evidence
    from eastbound.reports.digests import package_digest, packages_digest

    load_evidence()
    package_digest()
    packages_digest()


def write_results(table: dict[str, dict[str, int]]) -> None:
    """Merge a table into the committed results."""
    known: dict[str, dict[str, int]] = {}
    if RESULTS.is_file():
        known = json.loads(RESULTS.read_text(encoding="utf-8").splitlines()[-1])
    known |= table
    lines = [
        "Fault campaign (make faults): how runs of a two-page report ended.",
        f"Machine: {platform.system()} {platform.machine()}, Python {platform.python_version()}; seed {SEED}.",
        "",
        f"{'kind':22}{'cases':>6}  endings",
    ]
    for kind, endings in known.items():
        words = ", ".join(f"{number} {ending}" for ending, number in sorted(endings.items()))
        lines.append(f"{kind:22}{sum(endings.values()):6}  {words}")
    faults = sum(endings.get("FAULT", 0) for endings in known.values())
    lines += ["", f"{faults} of {sum(map(sum, (e.values() for e in known.values())))} cases ended otherwise.", ""]
    RESULTS.write_text("\n".join([*lines, json.dumps(known)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asked = dict(argument.split("=") for argument in sys.argv[1:])
    counts = {kind: 200 if kind == "SIGKILL" else 50 for kind in CASES}
    if asked:
        counts = {kind: int(asked[kind]) for kind in CASES if kind in asked}
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        done = campaign(counts, Path(folder))
    sys.exit(1 if any("FAULT" in endings for endings in done.values()) else 0)
