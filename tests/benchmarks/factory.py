"""Compare the report factory with papermill in a loop, with the limit, and with an older build (Linux).

``python tests/benchmarks/factory.py [--notebooks 8] [--scenarios 8] [--parts PART,...] [--against COMMIT]``

Every contender starts with the same cache of ensembles, fits and replays, and without finished pages. Ratios count
within one run only. Processor seconds stand beside wall seconds because the machine may have other users.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from datetime import datetime
from pathlib import Path

from process_tree import cost

import eastbound as eb
from eastbound.scenarios.home import find_home

JOBS = 2
RIVALS = Path(__file__).with_name("rivals.py")
ENTRY = "from eastbound.cli import entry; entry()"
PARTS = ("suite", "again", "changed", "growth")
# The pages of the build before finished pages were kept: both builds make these.
OLD_SCENARIOS = ("baseline", "price_slump")


class Bench:
    """A copy of the workspace with a cache of its own, and the pages to make."""

    def __init__(self, folder, notebooks, scenarios):
        self.home, self.cache = folder / "home", folder / "cache"
        source = find_home()
        for name in ("notebooks", "params"):
            shutil.copytree(source / name, self.home / name)
        from eastbound.reports.notebooks import find_notebooks, read_notebook

        paged = [path.stem for path in find_notebooks(self.home) if read_notebook(path).per_scenario]
        self.notebooks, self.scenarios = paged[:notebooks], list(eb.report_scenarios())[:scenarios]

    def environment(self, library=None):
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        ours = {"EASTBOUND_HOME": str(self.home), "EASTBOUND_CACHE": str(self.cache)}
        library = library or Path(eb.__file__).resolve().parents[1]
        return {**os.environ, **threads, **ours, "PYTHONPATH": str(library)}

    def run(self, command, **options):
        return cost([sys.executable, *command], environment=self.environment(**options), folder=self.home)

    def report(self, *options, scenarios=None, notebooks=None, force=True, **others):
        """Make a report; return its cost and its manifest."""
        chosen = [text for name in scenarios or self.scenarios for text in ("-s", name)]
        chosen += [text for name in notebooks or self.notebooks for text in ("-k", name)]
        forced = ["--force"] if force else []
        command = ["-c", ENTRY, "report", *chosen, *forced, "-j", str(JOBS), "--out", str(self.home / "out"), "--json"]
        result = self.run([*command, *options], **others)
        folder = Path(json.loads(result.output)["folder"])
        return result, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    def rivals(self, kind, processes):
        pages = [f"{name}:{scenario}" for name in self.notebooks for scenario in self.scenarios]
        result = self.run([RIVALS, kind, str(processes), *pages])
        return result, json.loads(result.output)["cells"]

    @property
    def pages(self):
        return len(self.notebooks) * len(self.scenarios)


def suite(bench):
    """Compare a full run with its rivals; return its cost."""
    ours, manifest = bench.report()
    times = [page["seconds"] for page in manifest["pages"]]
    cells, render = (sum(time.get(name, 0) for time in times) for name in ("compute", "render"))
    print(f"eastbound report -j {JOBS}             {ours}")
    print(f"  of its workers' time: cells {cells:.1f} s, rendering {render:.1f} s")
    over = sorted(t["total"] - t["render"] - t["compute"] - t["imports"] for t in times)
    print(f"  of one page over its cells and its rendering: median {over[len(over) // 2]:.2f} s (target 0.3)")
    for label, kind, processes, target in (
        ("(a) papermill in a loop", "papermill", 1, "at least 5"),
        ("(b) papermill, two processes", "papermill", JOBS, "none"),
        ("(c) cells in warm processes", "warm", JOBS, "at least 0.5"),
    ):
        other, _ = bench.rivals(kind, processes)
        print(f"{label:35s}{other}; {other.wall / ours.wall:.2f} times ours (target {target}), ", end="")
        print(f"processor {other.processor / ours.processor:.2f} times", flush=True)
    return ours


def again(bench, full):
    """Time a run in which nothing has changed."""
    bench.report(force=False)
    same, _ = bench.report(force=False)
    print(f"nothing changed: {same} (target 2 s); {same.wall / full.wall:.3f} of the full run", flush=True)


def changed(bench, full):
    """Time a run after one of the scenarios has changed."""
    bench.report(force=False)
    file = bench.home / "params" / "scenarios" / f"{bench.scenarios[-1]}.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\ntitle: ", "\ntitle: Changed, ", 1), encoding="utf-8")
    after, manifest = bench.report(force=False)
    file.write_text(text, encoding="utf-8")
    made = [page for page in manifest["pages"] if page["made_because"]]
    ran = sum("compute" in page["seconds"] for page in made)
    print(f"title of {bench.scenarios[-1]} changed: {after}; ", end="")
    print(f"of {bench.pages} pages {ran} run and {len(made) - ran} only rendered; ", end="")
    print(f"{after.wall / full.wall:.2f} of the full run (target {2 / len(bench.scenarios):.2f})", flush=True)


def growth(bench, full):
    """Time parts of the matrix: the cost of a page must not grow with their number."""
    points = [(count, bench.report(scenarios=bench.scenarios[:count])[0]) for count in (1, len(bench.scenarios) // 2)]
    for count, result in [*points, (len(bench.scenarios), full)]:
        pages = count * len(bench.notebooks)
        print(f"{pages:3d} pages: {result}; a page {result.processor / pages:.2f} s of processor", flush=True)


def against(bench, commit):
    """Make the same pages by an older build and by this one."""
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place, "old")
        repository = Path(__file__).resolve().parents[2]
        subprocess.run(["git", "-C", repository, "worktree", "add", "--detach", "-q", tree, commit], check=True)
        try:
            _declare_engines(tree)
            old = Bench(Path(place), 0, 0)
            shutil.rmtree(old.home)
            for name in ("notebooks", "params"):
                shutil.copytree(tree / name, old.home / name)
            names = sorted(path.stem for path in (old.home / "notebooks").glob("*.ipynb"))
            what = {"scenarios": OLD_SCENARIOS, "notebooks": names}
            for _ in range(2):  # the first run fills the caches
                before, _ = old.report(**what, force=False, library=tree / "lib")
            bench.report(**what, force=False)
            ours, manifest = bench.report(**what)
        finally:
            subprocess.run(["git", "-C", repository, "worktree", "remove", "--force", tree], check=True)
    print(f"{len(manifest['pages'])} pages by {commit}: {before}")
    print(f"{len(manifest['pages'])} pages by this build: {ours}")
    print(f"ratio: wall {before.wall / ours.wall:.2f} (target 3), processor {before.processor / ours.processor:.2f}, ")
    print(f"memory {ours.memory / before.memory:.2f} (target at most 1)")


def _declare_engines(tree):
    """Put the entry points of a build beside its modules, where papermill finds them before those of this one."""
    project = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    engines = project.get("entry-points", {}).get("papermill.engine", {})
    folder = tree / "lib" / f"eastbound-{project['version']}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Name: eastbound\nVersion: {project['version']}\n", encoding="utf-8")
    lines = ["[papermill.engine]", *(f"{name} = {target}" for name, target in engines.items())]
    (folder / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def machine():
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    load = os.getloadavg()[0]
    print(
        f"{datetime.now():%Y-%m-%d %H:%M}, Python {platform.python_version()}, {model or platform.machine()}, ", end=""
    )
    print(f"{os.cpu_count()} cores, load {load:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=8)
    parser.add_argument("--scenarios", type=int, default=8)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--against", metavar="COMMIT")
    chosen = parser.parse_args()
    if sys.platform != "linux":
        raise SystemExit("the processes of a run are counted through Linux's /proc; nothing is measured elsewhere")
    sys.stdout.reconfigure(line_buffering=True)  # a run that is stopped keeps the lines that it has
    machine()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), chosen.notebooks, chosen.scenarios)
        print(f"{len(bench.notebooks)} notebooks x {len(bench.scenarios)} scenarios, full caches of ensembles")
        print(f"first run, which fills the caches: {bench.report()[0]}")
        parts = [part for part in chosen.parts.split(",") if part]
        full = suite(bench) if "suite" in parts else bench.report()[0] if parts else None
        for part, measure in {"again": again, "changed": changed, "growth": growth}.items():
            if part in parts:
                measure(bench, full)
        if chosen.against:
            against(bench, chosen.against)


if __name__ == "__main__":
    main()
