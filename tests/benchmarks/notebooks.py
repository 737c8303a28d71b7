"""How long an analyst waits: import of the package, and each notebook run top to bottom in a fresh kernel.

A notebook runs as "Run All" runs it: its cells go one after the other to a kernel that is up and has imported nothing.
The first pass fills the cache, the second is timed.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("[0-9]*.ipynb"))
WHOLE, FIRST, IMPORT = 5.0, 3.0, 0.1  # targets, in seconds
REPEATS = 7
PROBE = "import sys, eastbound; print(any(name in sys.modules for name in ('pandas', 'numpy', 'xarray')))"


def imports():
    """Print the least time of `import eastbound` as Python itself counts it, and whether it loads pandas."""
    times = []
    for _ in range(REPEATS):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", PROBE], capture_output=True, text=True, check=True
        )
        times += [int(line) for line in re.findall(r"\|\s+(\d+) \| eastbound$", done.stderr, flags=re.MULTILINE)]
        heavy = done.stdout.strip() != "False"
    found = "with" if heavy else "without"
    print(f"import eastbound: {min(times) / 1e6:.3f} s (target {IMPORT}), {found} pandas and NumPy (target without)")


def run_all(path):
    """Run a notebook in a fresh kernel; return the seconds to its first picture, to its end, and of the processor.

    Raises
    ------
    RuntimeError
        If a cell fails.
    """
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(path.parent))
    seen = []

    def hear(message):
        content = message["content"]
        if message["msg_type"] in ("display_data", "execute_result") and "image/png" in content.get("data", {}):
            seen.append(time.perf_counter())
        if message["msg_type"] == "error":
            problem = f"{path.name}: {content['ename']}: {content['evalue']}"
            raise RuntimeError(problem)

    try:
        begun = time.perf_counter()
        for cell in cells:
            client.execute_interactive(cell, output_hook=hear, timeout=600)
        end = time.perf_counter()
        worked = psutil.Process(manager.provisioner.process.pid).cpu_times()
        return (seen[0] if seen else end) - begun, end - begun, worked.user + worked.system
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main(names=()):
    """Print one line per notebook; `names` chooses some by their stems."""
    imports()
    late = []
    for path in NOTEBOOKS:
        if names and path.stem not in names:
            continue
        cold = run_all(path)[1]
        first, whole, worked = run_all(path)
        late += [path.stem] if first > FIRST or whole > WHOLE else []
        times = f"first picture {first:5.2f} s, whole {whole:5.2f} s (processor {worked:5.2f} s)"
        print(f"{path.stem:<18} {times}; with an empty cache {cold:6.2f} s", flush=True)
    print(f"targets: first picture {FIRST:g} s, whole {WHOLE:g} s; later: {', '.join(late) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
