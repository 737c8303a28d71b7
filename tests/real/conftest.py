"""Real parts on free loopback ports: S3 servers and a Dask cluster, each ended with the tests."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

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
