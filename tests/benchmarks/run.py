"""Print speed and accuracy figures as ratios measured in one run: ``make bench [BENCHMARKS="FOLDER [OUT]"]``.

What was printed last is kept in ``RESULTS.txt``.
"""

import contextlib
import io
import platform
import sys
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

import questions
import speed
from timing import best

import calibration
import risk

RESULTS = Path(__file__).with_name("RESULTS.txt")


class Tee(io.TextIOBase):
    """A stream that also keeps what goes through it."""

    def __init__(self, stream):
        self.stream, self.kept = stream, []

    def write(self, text):
        self.kept.append(text)
        return self.stream.write(text)

    def flush(self):
        self.stream.flush()


def evidence():
    """Time the book against a bare pandas read of the same files, the as-of filter and the audit."""
    import pandas as pd

    from eastbound.evidence import book as module
    from eastbound.evidence.audit import audit

    files = sorted(module.TABLES.glob("*.csv"))
    bare = best(lambda: [pd.read_csv(path) for path in files])

    def fresh():
        module._shelf.cache_clear()
        return module.load_from([])

    loaded = best(fresh)
    as_of = best(lambda: module.load_from([], as_of="2024-12-31"))
    print(f"book: {loaded:.3f} s; bare pandas read {bare:.3f} s; ratio {loaded / bare:.2f}; as-of filter {as_of:.3f} s")
    found = []
    audited = best(lambda: found.append(audit(module.load_from([]))), repeats=2)
    print(f"audit: {audited:.2f} s for {len(found[-1])} findings")


def main(benchmarks=None, peers=None):
    sections = {
        "Evidence": evidence,
        "Simulation": speed.simulation,
        "Threads": speed.threads,
        "Against statsmodels": speed.statsmodels,
        "Quantiles": speed.order,
        "Tables of an ensemble": speed.summaries,
        "Memory": speed.memory,
        "Risk": risk.main,
        "Questions and claims": questions.questions,
        "Calibration": calibration.main,
    }
    if benchmarks:
        from accuracy import main as accuracy

        sections["Accuracy"] = lambda: accuracy(benchmarks, peers)
    tee = Tee(sys.stdout)
    with contextlib.redirect_stdout(tee):
        packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas", "statsmodels"))
        print(f"Python {platform.python_version()}, {packages}; {platform.machine()}, {cpu_count()} cores")
        for title, section in sections.items():
            print(f"\n== {title}", flush=True)
            section()
            RESULTS.write_text("".join(tee.kept), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
