"""Real parts on free loopback ports: S3 servers and a Dask cluster, each ended with the tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    """Wait until somebody listens at a port."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nothing listens at port {port} after 60 seconds")


@pytest.fixture
def store(monkeypatch):
    """An S3 server as a process of its own, with the empty bucket `reports`; yields the process."""
    import fsspec

    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        settings = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        s3 = type(fsspec.filesystem("s3"))
        s3.clear_instance_cache()  # clients of an earlier server
        fsspec.filesystem("s3").mkdir("reports")
        yield server
        s3.clear_instance_cache()
    finally:
        server.kill()
        server.wait()


@dataclass
class Cluster:
    """A running scheduler and its workers, each with a cache of its own."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    caches: list[Path]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A Dask scheduler and two workers as processes of their own."""
    tmp_path, port = tmp_path_factory.mktemp("cluster"), free_port()
    address = f"tcp://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, cache: Path | None = None) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **({"EASTBOUND_CACHE": str(cache)} if cache else {})}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:], "--no-dashboard"]
        with (tmp_path / f"dask-{len(started)}.log").open("wb") as log:
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path))
        return started[-1]

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
        wait_for(port)
        caches = [tmp_path / "cache-1", tmp_path / "cache-2"]
        options = (address, "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(tmp_path))
        workers = [start("dask_worker", *options, cache=cache) for cache in caches]
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        yield Cluster(address, workers, caches)
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()
