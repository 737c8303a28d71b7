"""Files of params carry the number of their format, and a newer one is refused in plain words."""

import re
from pathlib import Path

import pytest

from eastbound.errors import ScenarioError
from eastbound.risk.alerts import AlertFile
from eastbound.risk.questions import QuestionFile
from eastbound.scenarios.reporting import Reporting
from eastbound.scenarios.systems import Systems
from eastbound.scenarios.typed_file import read_typed

PARAMS = Path(__file__).resolve().parents[2] / "params"
KINDS = {"alerts": AlertFile, "questions": QuestionFile, "reporting": Reporting, "systems": Systems}


@pytest.mark.parametrize("name", KINDS)
def test_a_newer_format_is_refused_and_nothing_else_is_said(tmp_path, name):
    text = (PARAMS / f"{name}.yml").read_text(encoding="utf-8")
    assert re.search("^format: 1$", text, re.MULTILINE)
    path = tmp_path / f"{name}.yml"
    path.write_text(text.replace("format: 1\n", "format: 2\nnew_key: 1\n", 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_typed(KINDS[name], path)
    assert str(error.value).endswith("the file has format 2, this version reads 1; update Eastbound")
    assert len(str(error.value).splitlines()) == 1
