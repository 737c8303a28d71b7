"""A thousand generated command lines end with a message and an exit code, never with a traceback."""

from __future__ import annotations

from random import Random

import pytest
from command_lines import command_line

from eastbound import cli

SEED = 20261128


def _run_all(number: int, seed: int, capsys) -> None:
    chance = Random(seed)
    for _ in range(number):
        words = command_line(chance)
        code = cli.main(words)
        out, err = capsys.readouterr()
        assert code in (0, 1, 2), words
        assert "Traceback" not in out + err, words
        assert code == 0 or err.strip() or out.strip(), f"{words} failed without a word"


def test_sixty_command_lines(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _run_all(60, SEED, capsys)


@pytest.mark.faults
def test_thousand_command_lines(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _run_all(1000, SEED + 1, capsys)
