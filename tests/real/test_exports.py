"""Exports in the programs that they are for: the Word document in LibreOffice, the IAMC table in pyam."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from eastbound.constants import QUANTILES
from eastbound.files import write_text
from eastbound.reports.exports.brief.content import Brief, KeyFigure
from eastbound.reports.exports.brief.paper import brief_pdf
from eastbound.reports.exports.brief.word import brief_docx
from eastbound.reports.exports.iamc import iamc_table

pytestmark = pytest.mark.real

# pyam 3.3 refuses pandas 3 and does not import with SQLAlchemy 2.1, so it has an environment of its own
PACKAGES = ("pyam-iamc==3.3.0", "sqlalchemy<2.1", "pandas<3")
READ = """
import json, sys
import pyam
table = pyam.IamDataFrame(sys.argv[1])
median = table.filter(scenario="baseline", variable="trade|china_russia|total|50.0th Percentile")
print(json.dumps([table.model, table.scenario, table.region, len(table.variable), median.data["value"].tolist()]))
"""


def brief() -> Brief:
    """A brief as full as those of reports."""
    from matplotlib.figure import Figure

    picture = io.BytesIO()
    figure = Figure(figsize=(8, 4.7))
    figure.add_subplot().plot([1, 2])
    figure.savefig(picture, format="png")
    name = "China's share of Primorye's foreign trade: probability of 80–90 % in 2035, as claimed"
    heads, row = ("level", "in 2030", "by 2030", "in 2035", "by 2035"), ("200 USD bn or more", *["99 %"] * 4)
    return Brief(
        title="The turn to the East at a glance",
        facts=(("Scenario", "Baseline: the mix of all scenarios"), ("Evidence as of", "30 October 2026")),
        notices=("Trial run with few draws. Not for publication.",),
        sentences=("Trade between China and Russia is forecast at $367 billion in 2030. " * 12,),
        figures=tuple(KeyFigure(name, "72 %", "80 % of futures: 58–84 %") for _ in range(5)),
        picture=picture.getvalue(),
        alt="A fan",
        caption="The last observed value is 228.1 USD bn in 2025.",
        table_title="Probability of a level: in a year, and in at least one year by then",
        table=(heads, *[row] * 6),
        source="Evidence 5061 rows, sha256 " + "e" * 64,
    )


def test_word_document_of_a_brief_is_one_page_in_libreoffice(tmp_path):
    office = shutil.which("soffice")
    assert office, "LibreOffice is not installed; on Debian: apt-get install libreoffice-writer-nogui."
    _, size = brief_pdf(brief(), as_of="2026-10-30")
    (tmp_path / "brief.docx").write_bytes(brief_docx(brief(), as_of="2026-10-30", size=size))
    command = [office, f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "brief.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=300)
    (sheet,) = PdfReader(tmp_path / "brief.pdf").pages
    assert "The turn to the East at a glance" in sheet.extract_text()


def test_pyam_reads_the_iamc_table(tmp_path):
    known = {"kind": "quantile", "series_id": "trade.china_russia.total", "unit": "USD_bn"}
    rows = [
        {**known, "scenario": scenario, "period": str(year), "level": level, "value": shift + year + level}
        for scenario, shift in (("baseline", 0.0), ("price_slump", -5.0))
        for year in (2030, 2031)
        for level in QUANTILES
    ]
    mean = {**known, "kind": "mean", "scenario": "baseline", "period": "2030", "level": np.nan, "value": 2030.5}
    table = iamc_table(pd.DataFrame([*rows, mean]))
    write_text(tmp_path / "iamc.csv", table.to_csv(index=False, lineterminator="\n"))
    subprocess.run([sys.executable, "-m", "venv", "pyam"], cwd=tmp_path, check=True)
    python = tmp_path / "pyam" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], cwd=tmp_path, check=True)
    # a library of pyam's keeps paths of its environment in the user's cache
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | places
    done = subprocess.run(
        [python, "-W", "ignore", "-c", READ, "iamc.csv"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == [["Eastbound"], ["baseline", "price_slump"], ["Russia"], 24, [2030.5, 2031.5]]
