"""A thousand generated command lines end with a message and an exit code, never with a traceback."""

from __future__ import annotations

from random import Random

import pytest
from command_lines import command_line

from eastbound import cli
from eastbound.scenarios.layout import lay_out

SEED = 20261128


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A workspace to write into, and a working folder whose parents are temporary too."""
    work = tmp_path / "one" / "two" / "three"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    return lay_out(tmp_path / "home")[0].parent


def _run_all(number: int, seed: int, home, capsys, monkeypatch) -> None:
    chance, codes = Random(seed), {0: 0, 1: 0, 2: 0}
    for _ in range(number):
        monkeypatch.setenv("EASTBOUND_HOME", str(home))  # `--home` of the command before sets it
        words = command_line(chance)
        code = cli.main(words)
        out, err = capsys.readouterr()
        codes[code] += 1
        assert "Traceback" not in out + err, words
        assert code == 0 or err.strip() or out.strip(), f"{words} failed without a word"
        assert len(err) < 4000, words
    assert codes[0] > number // 20, codes
    assert codes[2] > number // 3, codes


def test_sixty_command_lines(capsys, desk, monkeypatch):
    _run_all(60, SEED, desk, capsys, monkeypatch)


@pytest.mark.faults
def test_thousand_command_lines(capsys, desk, monkeypatch):
    _run_all(1000, SEED + 1, desk, capsys, monkeypatch)
