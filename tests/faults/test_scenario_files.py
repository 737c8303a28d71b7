"""Five hundred damaged scenario files: each runs with possible figures, or the command names its fault and exits 1."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from scenario_mutants import mutate

from eastbound import cli
from eastbound.ensemble.simulate import simulate
from eastbound.errors import EastboundError
from eastbound.evidence.book import load_evidence
from eastbound.scenarios.home import find_home
from eastbound.scenarios.layout import lay_out
from eastbound.scenarios.loader import FOLDER, scenario_names

pytestmark = pytest.mark.faults
COUNT = 500
SIMULATED = 8  # every eighth valid file is simulated
LONGEST = 6000  # characters of a message


def simulated(path, book):
    """Return the draws of a scenario file, or nothing and the message."""
    try:
        return simulate(path, book=book, draws=64, until=2030), ""
    except EastboundError as error:
        return None, str(error)


def test_five_hundred_scenario_files(tmp_path, capsys):
    home = lay_out(tmp_path / "home")[0].parent
    book, rng, counts = load_evidence("2026-10-30"), random.Random(20261128), {"valid": 0, "refused": 0}
    path = home / FOLDER / "mutant.yml"
    for number in range(COUNT):
        original = (find_home() / FOLDER / f"{rng.choice(scenario_names())}.yml").read_text(encoding="utf-8")
        text = re.sub(r"(?m)^name: .*$", "name: mutant", original, count=1)
        path.write_text(mutate(text, rng), encoding="utf-8", newline="")
        code = cli.main(["scenarios", "validate", "mutant", "--home", str(home)])
        out, err = capsys.readouterr()
        assert code in (0, 1, 2), number
        assert "Traceback" not in out + err, number
        if code:
            counts["refused"] += 1
            assert "mutant" in out + err, (number, err)
            assert len(out + err) < LONGEST, number
            continue
        counts["valid"] += 1
        if counts["valid"] % SIMULATED == 0:
            ens, message = simulated(path, book)
            assert ens is not None or message.strip(), number
            assert ens is None or np.isfinite(ens["trade.china_russia.total"].to_numpy()).all(), number
    assert min(counts.values()) >= COUNT // 10, counts
