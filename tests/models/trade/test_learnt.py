"""Settings of trade that other partners of China taught agree with what the panel says today."""

import numpy as np
import pytest

from eastbound.evaluation.panel_summary import learnt_settings
from eastbound.scenarios.settings import load_settings


def test_the_prior_of_yearly_changes_is_that_of_large_partners():
    settings, large = load_settings("trade"), learnt_settings().iloc[-1]
    assert settings["walk_sd"] == pytest.approx([large["exports_step"], large["imports_step"]], abs=0.002)
    degrees = np.mean([large["exports_degrees"], large["imports_degrees"]])
    assert settings["walk_prior_years"] == pytest.approx(degrees, abs=0.5)
