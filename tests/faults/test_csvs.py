"""Three hundred tables of a user: each is listed as it was typed, or refused with line, column and remedy."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from spoilt_tables import HEADER, ROWS, spoilt

from eastbound import cli
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence

pytestmark = pytest.mark.faults
COUNT = 300
SIMULATED = 40  # every fortieth table that is read is also simulated


def typed(column):
    """Return the cells of a column as numbers, in order."""
    return sorted(float(row[HEADER.index(column)]) for row in ROWS if row[HEADER.index(column)])


def test_three_hundred_tables(tmp_path, capsys):
    rng, counts = random.Random(20261128), {"read": 0, "refused": 0}
    before = len(load_evidence("2026-10-30").observations)
    for number in range(COUNT):
        raw, must_fail, how = spoilt(rng)
        (tmp_path / "mine.csv").write_bytes(raw)
        code = cli.main(["data", "list", "--as-of", "2026-10-30", "--data", str(tmp_path), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err, (number, how)
        assert (code != 0) == must_fail, (number, how, err)
        if must_fail:
            counts["refused"] += 1
            assert "mine.csv" in err, (number, how, err)
            assert out == "", (number, how)
            continue
        counts["read"] += 1
        assert json.loads(out), number
        book = load_evidence("2026-10-30", data=tmp_path)
        own = book.observations[book.observations["source_id"].eq(ROWS[0][HEADER.index("source_id")])]
        for value in typed("value"):
            assert value in own["value"].to_numpy(), (number, how, value)
        assert before <= len(book.observations) <= before + len(ROWS), (number, how)
        if counts["read"] % SIMULATED == 0:
            ens = simulate("baseline", book=book, draws=64, until=2028)
            assert all(np.isfinite(ens[name].to_numpy()).all() for name in ("trade.china_russia.total",)), number
    assert min(counts.values()) >= COUNT // 10, counts
