"""Measure what a scenario, a draw, a stored series and a page cost, and write ``cost.json`` and the page about it.

``python tests/benchmarks/cost.py`` takes some minutes. All times are processor time: a busy neighbour does not count.
"""

import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from plan_model import Job, makespan
from scipy.optimize import nnls

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("cost.json")
PAGE = ROOT / "notebooks" / "docs" / "cluster.md"
DAY = "2026-10-30"
HEADLINE = ["trade.china_russia.total", "trade.primorye.china_turnover", "gas.pos.deliveries"]
SIZES = [(1024, False), (4096, False), (8192, False), (4096, True), (16384, True)]  # draws; only the headline series
NOTEBOOK = "10_trade"
NETWORK = 10e9 / 8  # bytes a second of a data centre's network (judgement)
SCENARIOS, DRAWS, WORKERS = 10_000, 1_000_000, 100


def ensembles():
    """Return the processor time of a scenario by its draws and stored series, with fits at hand, and bytes on disk."""
    import eastbound as eb
    from eastbound.ensemble.cache import cache_folder

    book = eb.load_evidence(as_of=DAY)
    begun = time.process_time()
    ens = eb.simulate("baseline", book=book, draws=64)
    fit = time.process_time() - begun
    months = ens.sizes["period"]
    rows = []
    for number, (draws, few) in enumerate(SIZES):
        series = HEADLINE if few else None
        begun = time.process_time()
        eb.simulate("baseline", book=book, draws=draws, series=series, seed=number + 1)
        seconds = time.process_time() - begun
        newest = max((cache_folder() / "ensembles").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        size = sum(path.stat().st_size for path in newest.iterdir())
        rows.append({"draws": draws, "series": round(size / 4 / months / draws), "seconds": round(seconds, 3)})
    return {"fit": round(fit, 2), "months": months, "scenario": rows}


def pages():
    """Return the processor time of the cells of one page by its draws, its ensembles being stored."""
    rows = []
    for draws in (512, 8192):
        command = [sys.executable, "-m", "papermill", "--engine", "eastbound", "--no-progress-bar"]
        command += [f"notebooks/{NOTEBOOK}.ipynb", os.devnull, "-p", "draws", str(draws), "-p", "as_of", DAY]
        used = []
        for _ in range(2):  # the first run stores the ensemble
            begun = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            ended = resource.getrusage(resource.RUSAGE_CHILDREN)
            used.append(ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime)
        rows.append({"draws": draws, "seconds": round(used[1], 2)})
    return {"notebook": NOTEBOOK, "page": rows}


def fitted(measured):
    """Return the coefficients of the cost model: seconds, each at least zero.

    A scenario costs ``scenario + draws * (draw + series * draw_series)``, a page ``page + draws * page_draw``.
    """
    rows = measured["scenario"]
    design = np.array([[1.0, row["draws"], row["draws"] * row["series"]] for row in rows])
    target = np.array([row["seconds"] for row in rows])
    weight = 1 / target  # relative errors count
    scenario, draw, draw_series = nnls(design * weight[:, None], target * weight)[0]
    few, many = measured["page"]
    page_draw = max(0.0, (many["seconds"] - few["seconds"]) / (many["draws"] - few["draws"]))
    return {
        "fit": measured["fit"],
        "scenario": scenario,
        "draw": draw,
        "draw_series": draw_series,
        "page": few["seconds"] - few["draws"] * page_draw,
        "page_draw": page_draw,
        "worst_error": float(np.max(np.abs(design @ [scenario, draw, draw_series] / target - 1))),
    }


def forecast(costs, *, months, series, scenarios, draws, workers, pages=1):
    """Return hours, worker hours and disk of a plan, from the discrete simulation of its graph."""
    seconds = costs["scenario"] + draws * (costs["draw"] + series * costs["draw_series"])
    page = costs["page"] + draws * costs["page_draw"]
    size = 4 * months * series * draws
    jobs = [Job(costs["fit"]) for _ in range(workers)]  # each worker fits once
    jobs += [Job(seconds) for _ in range(scenarios)]
    jobs += [Job(page, workers + number, size / NETWORK) for number in range(scenarios) for _ in range(pages)]
    total = sum(job.seconds for job in jobs)
    span = makespan(jobs, workers)
    return {
        "scenarios": scenarios,
        "draws": draws,
        "workers": workers,
        "series": series,
        "pages": pages,
        "hours": round(span / 3600, 2),
        "worker_hours": round(total / 3600, 1),
        "efficiency": round(total / span / workers, 3),
        "terabytes": round(size * scenarios / 1e12, 3),
    }


def predictions(measured):
    """Return the forecasts of the page: a laptop's day, one report on a cluster, and the largest case."""
    costs, months = fitted(measured), measured["months"]
    every = max(row["series"] for row in measured["scenario"])
    few = min(row["series"] for row in measured["scenario"])
    cases = [
        {"series": every, "scenarios": 8, "draws": 4096, "workers": 2, "pages": 8},
        {"series": every, "scenarios": 34, "draws": 4096, "workers": 16, "pages": 8},
        {"series": few, "scenarios": 1000, "draws": 100_000, "workers": WORKERS, "pages": 1},
        {"series": few, "scenarios": SCENARIOS, "draws": DRAWS, "workers": WORKERS, "pages": 0},
        {"series": few, "scenarios": SCENARIOS, "draws": DRAWS, "workers": WORKERS, "pages": 1},
        {"series": every, "scenarios": SCENARIOS, "draws": DRAWS, "workers": WORKERS, "pages": 1},
    ]
    return [forecast(costs, months=months, **case) for case in cases]


def figures(measured):
    """Return the part of the page that holds figures, as Markdown."""
    costs = fitted(measured)
    lines = [f"Measured on {measured['machine']}, {measured['day']}, in seconds of processor time.", ""]
    lines += ["| measured | draws | series stored | seconds |", "|---|---:|---:|---:|"]
    lines += [f"| fit of all models | | | {measured['fit']:.1f} |"]
    lines += [f"| scenario | {r['draws']:,} | {r['series']} | {r['seconds']:.2f} |" for r in measured["scenario"]]
    lines += [f"| page `{measured['notebook']}` | {r['draws']:,} | | {r['seconds']:.1f} |" for r in measured["page"]]
    lines += ["", "| cost | seconds |", "|---|---:|"]
    lines += [f"| scenario | {costs['scenario']:.2f} |", f"| 1,000 draws of it | {1e3 * costs['draw']:.3f} |"]
    lines += [f"| each series stored of 1,000 draws | {1e3 * costs['draw_series']:.5f} |"]
    lines += [f"| page | {costs['page']:.1f} |", f"| 1,000 draws of it | {1e3 * costs['page_draw']:.3f} |", ""]
    lines += [f"The model misses the measured scenarios by at most {costs['worst_error']:.0%}.", ""]
    head = "| scenarios | draws | pages each | series stored | workers | hours | worker hours | efficiency | disk, TB |"
    lines += [head, "|---:" * 9 + "|"]
    lines += [
        f"| {p['scenarios']:,} | {p['draws']:,} | {p['pages']} | {p['series']} | {p['workers']} | {p['hours']:,} "
        f"| {p['worker_hours']:,} | {p['efficiency']:.2f} | {p['terabytes']:,} |"
        for p in predictions(measured)
    ]
    return "\n".join(lines)


def with_figures(text, part):
    """Return the page with its figures replaced."""
    pattern = r"(?<=<!-- figures of tests/benchmarks/cost.json -->\n).*?(?=\n<!-- end of figures -->)"
    return re.sub(pattern, lambda _: part, text, flags=re.DOTALL)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({"EASTBOUND_CACHE": folder, "EASTBOUND_HOME": str(ROOT)})
        model = platform.processor() or platform.machine()
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
        about = {"schema": "cost/1", "day": f"{datetime.now(UTC):%Y-%m-%d}", "machine": f"one core of {model}"}
        measured = {**about, **ensembles(), **pages()}
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), figures(measured)), encoding="utf-8")
    print(figures(measured))


if __name__ == "__main__":
    main()
