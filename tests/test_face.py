"""The public face: short names of series, listing, tables, and what a notebook shows of them."""

import pickle
import re
from operator import attrgetter

import numpy as np
import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import eastbound as eb
from eastbound import face, names
from eastbound.catalogue import cards, short_names
from eastbound.errors import InputError, UnknownName


@pytest.fixture(scope="module")
def ens():
    scenarios = ["baseline", "price_slump"]
    return eb.simulate(scenarios, book=eb.load_evidence("2026-10-30"), draws=64, until=2030, series=["trade", "share"])


@pytest.fixture
def shell():
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    eb.load_ipython_extension(shell)
    yield shell
    InteractiveShell.clear_instance()


def test_a_short_name_is_the_series(ens):
    assert names.CHINA_SHARE in ens
    pd.testing.assert_frame_equal(eb.quantiles(ens, "share"), eb.quantiles(ens, names.CHINA_SHARE))
    chart = eb.plots.fan(ens, "trade", book=eb.load_evidence("2026-10-30"))
    assert "China-Russia trade" in chart.alt_text()
    with pytest.raises(UnknownName, match=r"trade\.china_russia\.total"):
        eb.quantiles(ens, "trade.china_russia.totl")


def test_every_name_of_the_face_is_found_again_by_pickle():
    for name in (*eb.__all__, "plots.fan"):
        value = attrgetter(name)(eb)
        if callable(value):
            assert pickle.loads(pickle.dumps(value)) is value, name


def test_a_missing_argument_is_named_by_the_function_itself():
    with pytest.raises(TypeError, match=r"quantiles\(\) missing"):
        eb.quantiles()


def test_what_is_no_name_passes_unchanged():
    assert face.with_short_names(lambda factors: factors)((1, "gas", None)) == [1, short_names()["gas"], None]
    assert face.with_short_names(lambda series: series)(None) is None


def test_series_are_listed_and_searched():
    assert set(eb.series()["series_id"]) == set(cards())
    assert eb.series("SHARE Primorye").iloc[0]["name"] == "share"
    assert eb.series("no such words").empty
    assert set(eb.series(subject="trade")["subject"]) == {"trade"}
    with pytest.raises(UnknownName, match="primorye"):
        eb.series(subject="primory")


def test_a_table_has_the_numbers_of_the_ensemble(ens, tmp_path):
    table = eb.table(ens, at=[2028, 2030], levels=[0.5])
    assert set(table.groupby(["scenario", "series_id"]).size()) == {2}
    assert {names.TRADE_TOTAL, names.CHINA_SHARE} <= set(table["series_id"])
    row = table[
        (table["scenario"] == "price_slump") & (table["series_id"] == names.TRADE_TOTAL) & (table["year"] == 2030)
    ]
    draws = ens[names.TRADE_TOTAL].sel(scenario="price_slump", period=slice("2030-01", "2030-12")).sum("period")
    assert row["mean"].item() == pytest.approx(draws.mean().item(), rel=1e-6)
    assert row["p50"].item() == pytest.approx(np.median(draws), rel=1e-6)
    assert row["unit"].item() == "USD_bn"
    table.to_excel(tmp_path / "table.xlsx", index=False)
    with pytest.raises(InputError, match="2026 to 2030; `at` names 2031"):
        eb.table(ens, "trade", at=2031)


def test_exchange_formats_hold_every_scenario(ens):
    assert set(eb.to_iamc(ens)["Scenario"]) == {"baseline", "price_slump"}
    hub = eb.to_hubverse(ens, "share")
    assert set(hub["target"]) == {names.CHINA_SHARE}
    assert (hub["output_type"] == "quantile").sum() == 2 * 5 * 23


def test_an_ensemble_shows_itself_in_a_few_lines(shell, ens):
    shown, _ = shell.display_formatter.format(ens)
    assert shown["text/plain"].startswith("Ensemble: 2 scenarios, 64 draws, 2026-01 to 2030-12")
    assert "share           China's share of Primorye's foreign trade (percent)" in shown["text/plain"]
    assert shown["text/html"].startswith("<pre>Ensemble")
    other, _ = shell.display_formatter.format(ens.drop_attrs(deep=False))
    assert "<xarray.Dataset>" in other["text/plain"]


def test_an_error_is_its_message_with_the_trace_folded_away(shell, capsys):
    shell.run_cell("import eastbound as eb\neb.load_scenario('basline')")
    text = re.sub(r"\x1b\[\d+m", "", capsys.readouterr().out)
    assert "UnknownName: unknown scenario `basline`; did you mean `baseline`?" in text
    assert len(text.splitlines()) < 6
    shell.run_cell("1 / 0")
    assert "Traceback" in capsys.readouterr().out


MISTAKES = {
    "eb.quantiles(ens, 'shar')": "unknown series `shar`; did you mean `share`?",
    "eb.simulate('price_slmp')": "unknown scenario `price_slmp`; did you mean `price_slump`?",
    "eb.simulate('baseline', views=['P(trade > 300 2030) = 0.5'])": "character 15: expected `in` and a period",
    "eb.exceedance(ens, 'trade', 300, at=2050)": "the ensemble runs from 2026 to 2030",
    "eb.load_evidence(data=folder)": "column `series`: found 'series', expected a known column",
    "eb.simulate('baseline', draws='many')": "it must be a whole number from 64",
    "eb.quantiles(ens, 'trade', levels=[90])": "`levels` must lie between 0 and 1, got 90",
    "eb.plots.fan(ens, 'trade', treshold=300)": "fan() has no argument `treshold`; did you mean `threshold`?",
    "eb.plots.fann(ens)": "unknown name `fann` in `eastbound.plots`; did you mean `fan`?",
    "eb.exceedence(ens, 'trade', 300)": "unknown name `exceedence` in `eastbound`; did you mean `exceedance`?",
}


@pytest.mark.parametrize("call", MISTAKES)
def test_a_typical_mistake_is_told_in_a_few_lines(call, shell, ens, tmp_path, capsys):
    (tmp_path / "own.csv").write_text("series,period,value\ntrade.china_russia.total,2025,228\n", encoding="utf-8")
    shell.user_ns.update(eb=eb, ens=ens, folder=tmp_path)
    shell.run_cell(call)
    text = re.sub(r"\x1b\[\d+m", "", capsys.readouterr().out)
    assert MISTAKES[call] in text
    assert "Traceback" not in text
    assert len(text.splitlines()) <= 10


def test_tab_completes_ids_and_short_names_inside_a_string_only(shell):
    def offered(text):
        with provisionalcompleter():
            return [item.text for item in shell.Completer.completions(text, len(text))]

    assert "trade.primorye.china_share_turnover" in offered('eb.quantiles(ens, "trade.primorye.china_sh')
    assert "share" in offered('eb.quantiles(ens, "sha')
    assert "share" not in offered("sha")
