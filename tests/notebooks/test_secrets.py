"""A secret given by reference reaches the notebook, and nothing that a run writes, prints or keeps."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SECRET = 'harmless<&"ключ-4711'
PARAMETERS = "token = None  # type: str key of a service\nas_of = None  # type: str day\n"
CELLS = (
    """
import html, json, os, sys, urllib.parse, base64
assert token == os.environ["SOME_TOKEN"] and token != "env:SOME_TOKEN"
print(token, repr(token), json.dumps(token), html.escape(token), urllib.parse.quote(token, safe=""))
print(base64.b64encode(token.encode()).decode(), file=sys.stderr)
{"key": token}
""",
    """
import pandas as pd
from IPython.display import HTML, display
display(pd.DataFrame({"key": [token]}))
display(HTML(f"<table><caption>Keys</caption><tr><th>k</th></tr><tr><td>{token}</td></tr></table>"))
result = {"name": "n", "value": 1.0, "note": token, "text": token}
display({"application/vnd.eastbound.result+json": result, "text/plain": token}, raw=True)
""",
    "raise ValueError(f'the service refused {token}')",
)

pytestmark = pytest.mark.pages


def _workspace(home):
    folder = home / "params" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "baseline.yml").write_text("name: baseline\ntitle: Baseline\n", encoding="utf-8")
    (home / "notebooks").mkdir()
    for name, codes in {"10_works": CELLS[:2], "20_fails": CELLS}.items():
        cells = [new_markdown_cell("# Keys"), new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
        cells += [new_code_cell(code) for code in codes]
        nbformat.write(new_notebook(cells=cells), home / "notebooks" / f"{name}.ipynb")
    return home


def _contents(folder):
    """Yield name and bytes of every file below a folder, and of every file in an archive among them."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        yield str(path), content
        start = content.find(b"PK\x03\x04")  # the cache puts a hash in front
        if 0 <= start <= 32:
            with zipfile.ZipFile(BytesIO(content[start:])) as bundle:
                yield from ((f"{path}:{name}", bundle.read(name)) for name in bundle.namelist())


def test_secret_is_in_nothing_that_a_run_writes(tmp_path):
    home = _workspace(tmp_path / "home")
    cache, scratch = tmp_path / "cache", tmp_path / "scratch"
    scratch.mkdir()
    settings = {
        "SOME_TOKEN": SECRET,
        "EASTBOUND_CACHE": str(cache),
        "EASTBOUND_HOME": str(home),
        "TMPDIR": str(scratch),
    }
    result = subprocess.run(
        [sys.executable, "-c", "from eastbound.cli import entry; entry()", "report", "-p", "token", "env:SOME_TOKEN",
         "-j", "1", "--json", "--log-format", "json"],
        env={**os.environ, **settings}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    record = json.loads(result.stdout)
    assert result.returncode == record["exit_code"] == 1, result.stderr
    assert record["pages"]["10_works"] == "made"
    assert "the service refused [secret]" in record["pages"]["20_fails"]
    forms = [SECRET, json.dumps(SECRET)[1:-1], "harmless", "4711", base64.b64encode(SECRET.encode()).decode()[:16]]
    written = {"stdout": result.stdout.encode(), "stderr": result.stderr.encode(), **dict(_contents(tmp_path))}
    assert sum(name.endswith((".html", ".ipynb", ".xlsx", ".json", ".jsonl")) for name in written) >= 8
    leaks = {name: form for name, content in written.items() for form in forms if form.encode() in content}
    assert leaks == {}
    page = next(content for name, content in written.items() if name.endswith("10_works.html"))
    assert b"[secret]" in page
    assert b"env:SOME_TOKEN" in page
