"""Forty awkward notebooks in one run: each page is right or marked, the others are made, nothing hangs."""

from __future__ import annotations

import json

import pytest

from eastbound.reports.plan import plan_report
from eastbound.reports.run import run_report
from eastbound.scenarios.layout import lay_out

pytestmark = pytest.mark.faults
NONE = "quick: bool = False  # trial run\n"

# source of the cell before the last one, and whether every cell ran all the same
AWKWARD = [
    ("import sys; sys.exit(0)", False),
    ("import sys; sys.exit('text')", False),
    ("raise SystemExit", False),
    ("exit()", False),
    ("quit()", False),
    ("import os; os._exit(0)", False),
    ("import os; os._exit(3)", False),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", False),
    ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", False),
    ("raise KeyboardInterrupt", False),
    ("raise BaseException('x')", False),
    ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", False),
    ("raise ExceptionGroup('many', [ValueError(1), KeyError(2)])", False),
    ("def f(): return f()\nf()", False),
    ("%nosuchmagic", False),
    ("!exit 3", True),
    ("%%bash\nexit 3", False),
    ("x = (", False),
    ("\u00a0", True),
    ("print('\\x1b[31mred\\x1b[0m')", True),
    ("print('a\\rb')", True),
    ("print('<script>alert(1)</script>')", True),
    ("print('\\ud800'.encode('utf-8', 'replace'))", True),
    ("print('x' * 3_000_000)", True),
    ("for k in range(3000): print(k)", True),
    ("import os; os.chdir('/')", True),
    ("import os; os.close(1); os.close(2)", True),
    ("import os; _ = os.write(1, b'raw')", True),
    ("import logging; logging.error('logged')", True),
    ("import subprocess; _ = subprocess.Popen(['sleep', '2'])", True),
    ("import threading, time; threading.Thread(target=time.sleep, args=(2,), daemon=True).start()", True),
    ("import warnings; warnings.warn('careful')", True),
    ("import matplotlib.pyplot as plt; _ = plt.plot([1, 2], label='$x')", True),
    ("import matplotlib; matplotlib.rcParams['axes.facecolor'] = 'black'", True),
    ("from IPython.display import HTML, display; display(HTML('<h1>Second</h1><table><tr></table>'))", True),
    ("from IPython.display import HTML, display; display(HTML('<img src=\"nowhere.png\">'))", True),
    ("from IPython.display import JSON, display; display(JSON({'a': 1}))", True),
    ("from IPython.display import Markdown, display; display(Markdown('$5 and $6'))", True),
    ("from IPython.display import clear_output; print(1); clear_output()", True),
    ("import random; random.seed(1); del __builtins__", True),
]


def test_forty_awkward_notebooks(tmp_path, add_notebook):
    home = lay_out(tmp_path / "home")[0].parent
    for path in (home / "notebooks").glob("*.ipynb"):
        path.unlink()
    for number, (source, _) in enumerate(AWKWARD, 10):
        add_notebook(home, f"{number}_awkward", source, "END = 42", parameters=NONE)
    run = run_report(plan_report(home=home, scenarios=["baseline"]), jobs=2)
    assert len(AWKWARD) == 40
    whole = {f"{number}_awkward": complete for number, (_, complete) in enumerate(AWKWARD, 10)}
    assert {name: not outcome.failure for name, outcome in run.outcomes.items()} == whole
    assert run.exit_code == 1
    for name in whole:
        assert (run.folder / f"{name}.html").is_file()
    assert len(json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))["pages"]) == 40
