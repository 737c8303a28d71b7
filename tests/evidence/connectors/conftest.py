"""A small HTTP server on the loopback interface that serves recorded answers."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

ANSWERS = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Reply:
    """A reply of the server; `announced` is the stated length, `silent` delays the reply."""

    body: bytes
    kind: str = "text/csv"
    status: int = 200
    headers: dict = field(default_factory=dict)
    announced: int | None = None
    silent: bool = False


class Service:
    """A server that sends its replies in turn, repeats the last one, and records each request."""

    def __init__(self):
        self.replies = []
        self.asked = []
        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def reply(self, *replies):
        self.replies = list(replies)

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, query):
        chosen = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return chosen(query) if callable(chosen) else chosen

    def _handler(service):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                service.asked.append((parts.path, query))
                reply = service.answer(query)
                if reply.silent:
                    service.released.wait(10)
                    return
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(reply.announced or len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_):
                """Say nothing."""

        return Handler


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Service()
    yield running
    running.stop()


@pytest.fixture
def reply():
    return Reply


@pytest.fixture
def recorded():
    return lambda name: (ANSWERS / name).read_bytes()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty workspace, and no access keys."""
    for name in ("EIA_API_KEY", "COMTRADE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "params" / "scenarios").mkdir(parents=True)
    return tmp_path
