"""Time the same pages on two local processes and on a Dask cluster of two workers of this machine, in turns.

Each page works for a fixed processor time, so the ratio of the wall times shows what the cluster itself costs. The best
turn of each counts, as a busy neighbour only makes a turn slower.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PAGES, SECONDS, TURNS = 8, 3.0, 1
RESULTS = Path(__file__).with_name("CLUSTER.txt")
PARAMETERS = 'scenario = "baseline"  # type: str name of a scenario\n'
WORK = f"import time\nend = time.process_time() + {SECONDS}\nwhile time.process_time() < end:\n    sum(range(1000))\n"


def workspace(home):
    """Write one scenario and notebooks that only work."""
    (home / "params" / "scenarios").mkdir(parents=True)
    (home / "params" / "scenarios" / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n", encoding="utf-8")
    (home / "notebooks").mkdir()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number in range(PAGES):
        parameters = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        cells = [new_markdown_cell(f"# Work {number}\n\nHow long?"), parameters, new_code_cell(WORK)]
        for position, cell in enumerate(cells):
            cell["id"] = f"cell-{position}"
        path = home / "notebooks" / f"{10 + number}_work.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def timed(home, *options):
    """Return wall and processor seconds of a report; the kernels' fixed work is not in the latter."""
    command = [
        sys.executable,
        "-c",
        "from eastbound.cli import entry; entry()",
        "report",
        "--force",
        "-j",
        "2",
        *options,
    ]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    subprocess.run(command, cwd=home, check=True, capture_output=True)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        workspace(home)
        os.environ.update({"EASTBOUND_HOME": str(home), "EASTBOUND_CACHE": str(Path(folder, "cache"))})
        times = {name: [] for name in ("local", "dask")}
        for _ in range(TURNS):
            times["local"].append(timed(home))
            times["dask"].append(timed(home, "--executor", "dask"))
    local, dask = (min(turns) for turns in times.values())
    text = (
        f"{PAGES} pages of {SECONDS:.0f} s: two local processes {local[0]:.1f} s, two Dask workers {dask[0]:.1f} s, "
        f"efficiency {local[0] / dask[0]:.2f} (target 0.8); processor time {local[1]:.1f} and {dask[1]:.1f} s; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(text)
    RESULTS.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
