"""A run on a real Dask cluster of two workers: same bytes as here, one worker killed, ensembles passed on."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from eastbound.errors import InputError, ServiceError
from eastbound.reports.ensembles import ensemble_tasks
from eastbound.reports.plan import plan_report
from eastbound.reports.remote.cluster import make_on_cluster
from eastbound.reports.remote.transport import pack_workspace
from eastbound.reports.run import run_report

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = """\
scenario = "baseline"  # type: str name of a scenario
as_of = None  # type: str day whose evidence is used
until = 2028  # type: int last year
draws = 64  # type: int futures
seed = 20261122  # type: int root of all random numbers
"""
SIMULATE = """\
import eastbound as eb
book = eb.load_evidence(as_of=as_of)
ens = eb.simulate(scenario, book=book, draws=draws, seed=seed, until=until)
eb.plots.fan(ens, "trade.china_russia.total", book=book)
"""
DAY = "2026-10-30"


def write(home, name, *code, parameters=PARAMETERS):
    cells = [new_markdown_cell(f"# {name}\n\nWhat is simulated?")]
    cells += [new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    for number, source in enumerate(code):
        cells += [new_markdown_cell(f"## Step {number}"), new_code_cell(source)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), home / "notebooks" / f"{name}.ipynb")


@pytest.fixture
def home(tmp_path):
    """A workspace with the params of the project and a notebook that simulates."""
    home = tmp_path / "home"
    shutil.copytree(ROOT / "params", home / "params")
    (home / "notebooks").mkdir()
    write(home, "10_fan", SIMULATE)
    return home


@pytest.fixture
def light_home(tmp_path):
    """A workspace whose notebooks only wait, as a run that simulates takes minutes on a busy machine."""
    home = tmp_path / "light"
    (home / "params" / "scenarios").mkdir(parents=True)
    for name in ("baseline", "hard_times"):
        (home / "params" / "scenarios" / f"{name}.yml").write_text(f"name: {name}\ntitle: {name}\n", encoding="utf-8")
    (home / "notebooks").mkdir()
    parameters = 'scenario = "baseline"  # type: str name of a scenario\n'
    for number in range(2):
        write(home, f"{number}0_wait", f"import time\ntime.sleep(1)\nprint({number}, scenario)", parameters=parameters)
    return home


class Killer:
    """Progress that kills a worker when the first page is done."""

    def __init__(self, victim=None):
        self.victim, self.pages = victim, []

    def stage(self, name):
        pass

    def done(self, page, **_):
        self.pages.append(page)
        if self.victim is not None and len(self.pages) == 1:
            self.children = psutil.Process(self.victim.pid).children(recursive=True)
            self.victim.kill()
            self.victim.wait()


def plan_of(home, out, scenario="baseline"):
    return plan_report(scenarios=[scenario], as_of=DAY, home=home, out=out)


def published(folder):
    """Return what a run publishes; the manifest and the executed notebooks say how long it took."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in (".html", ".xlsx", ".parquet", ".zip")
    }


def _hold(name, ensembles):
    from distributed import get_worker

    for each in ensembles:
        get_worker().plugins[name].bring(each)


def entries(cache, key):
    return {path.name: path.read_bytes() for path in (cache / "ensembles" / key).iterdir()}


@pytest.mark.parametrize(("scenario", "shared"), [("baseline", False), ("price_slump", True)])
def test_ensemble_reaches_the_other_worker_byte_for_byte(cluster, home, tmp_path, scenario, shared):
    from distributed import Client

    from eastbound.reports.remote.workshop import Workshop, run_ensemble

    plan = plan_of(home, tmp_path / "out", scenario)
    address = f"file://{tmp_path / 'shared'}" if shared else ""
    with Client(cluster.address, set_as_default=False) as client:
        addresses = sorted(client.scheduler_info()["workers"])
        workshop = Workshop("test", pack_workspace(plan.snapshot), shared=address)
        client.register_plugin(workshop)
        (task,) = ensemble_tasks(plan)
        made = client.submit(run_ensemble, workshop.name, task, workers=addresses[:1]).result()
        assert made.size > 10**5
        assert made.holder == addresses[0]
        client.submit(_hold, workshop.name, [made], workers=addresses[1:]).result()
        client.unregister_worker_plugin(workshop.name)
    first, second = (entries(cache, made.keys[0]) for cache in cluster.caches)
    assert first == second != {}
    if shared:
        assert {path.name for path in (tmp_path / "shared" / made.keys[0]).iterdir()} == set(first)


def test_scheduler_that_is_not_there_is_said_in_words(light_home, tmp_path, monkeypatch):
    monkeypatch.setattr("eastbound.reports.remote.cluster._PATIENCE", "1 s")
    plan = plan_report(home=light_home, out=tmp_path / "out")
    with pytest.raises(ServiceError, match=r"no Dask scheduler answers at `tcp://127\.0\.0\.1:9`.*Nothing was run"):
        list(make_on_cluster([], plan, executor="tcp://127.0.0.1:9", jobs=1))


def test_worker_with_other_software_is_refused_by_name(cluster, light_home, tmp_path, monkeypatch):
    plan = plan_report(home=light_home, out=tmp_path / "out")
    monkeypatch.setattr("eastbound.reports.versions.__version__", "9.9")
    with pytest.raises(InputError, match=r"the worker `tcp.*` has eastbound 0\.1\.0, this machine 9\.9"):
        list(make_on_cluster([], plan, executor=cluster.address, jobs=1))


def test_run_with_a_killed_worker_has_the_bytes_of_a_local_run(cluster, light_home, tmp_path, monkeypatch):
    plans = [plan_report(home=light_home, out=tmp_path / name) for name in ("local", "remote", "again")]
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache-local"))
    local = run_report(plans[0], jobs=2, progress=Killer())
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "cache-driver"))
    killer = Killer(cluster.workers[0])
    remote = run_report(plans[1], executor=cluster.address, progress=killer)
    assert local.exit_code == remote.exit_code == 0
    assert sorted(killer.pages) == sorted(remote.outcomes)
    assert published(remote.folder) == published(local.folder)
    assert len(published(local.folder)) >= 5
    assert killer.children
    _, alive = psutil.wait_procs(killer.children, timeout=10)
    assert alive == []
    # what the cluster has made is in the driver's cache
    again = run_report(plans[2], executor="tcp://127.0.0.1:9", progress=Killer())
    assert all(outcome.unchanged for outcome in again.outcomes.values())
