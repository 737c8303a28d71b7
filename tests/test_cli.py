"""The command line refuses bad input with exit code 2, one message and no traceback."""

import json
import re

import pytest

from eastbound import cli


def run(capsys, *args):
    code = cli.main([str(arg) for arg in args])
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["report", "-p", "untli", "2030"], r"did you mean `until`"),
        (["report", "-p", "until", "soon"], r"until"),
        (["report", "-p", "until", "1999"], r"until.*2027"),
        (["report", "-p", "draws", "-5"], r"draws"),
        (["report", "-s", "baselin"], r"did you mean `baseline`"),
        (["report", "-k", "20_primorie"], r"did you mean `20_primorye`"),
        (["report", "--as-of", "2024-13-01"], r"2024-13-01"),
        (["report", "--as-of", "2031-01-01"], r"2031-01-01"),
        (["report", "-j", "0"], r"`--jobs` is `0`; it must be a whole number from 1 to 64\."),
        (["report", "-j", "two"], r"`--jobs` is `two`; it must be a whole number from 1 to 64\."),
        (["clean", "--keep", "0"], r"`--keep` is `0`; it must be a whole number of at least 1\."),
        (["forecast", "primory"], r"did you mean `primorye`"),
        (["forecast", "trade", "--until", "1990"], r"until"),
        (["forecast", "trade", "--as-of", "2031-01-01"], r"`2031-01-01` is out of range"),
        (["forecast", "trade", "-s", "nothing_like_it"], r"scenario"),
        (["data", "show", "trade.china_russia.totl"], r"did you mean `trade.china_russia.total`"),
        (["data", "show", "trade.china_russia.total", "--period", "20x3"], r"20x3"),
        (["scenarios", "show", "base"], r"base"),
        (["scenarios", "validate", "missing.yml"], r"missing"),
        (["forecast"], r"SUBJECT"),
        (["no-such-command"], r"no-such-command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_refused(capsys, args, expected):
    code, out, err = run(capsys, *args)
    assert code == 2
    assert re.search(expected, err, flags=re.DOTALL), err
    assert "Traceback" not in out + err


def test_help_and_version(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("report", "forecast", "data", "scenarios", "doctor", "lab", "init"):
        assert command in out
    assert run(capsys, "--version")[1].startswith("eastbound")


def test_forecast_json_of_primorye(capsys):
    code, out, _ = run(capsys, "forecast", "primorye", "--scenario", "baseline", "--json", "--draws", "512")
    record = json.loads(out)
    assert (code, record["schema"], record["subject"], record["scenario"]) == (0, "forecast/1", "primorye", "baseline")
    share = record["series"][0]
    assert share["id"] == "trade.primorye.china_share_turnover"
    assert share["rows"][-1]["period"] == "2035"
    levels = [float(level) for level in share["rows"][-1]["quantiles"]]
    values = list(share["rows"][-1]["quantiles"].values())
    assert levels == sorted(levels)
    assert values == sorted(values)
    assert 0 < values[0] < values[-1] < 100
    asked = {(p["period"], p["threshold"]) for p in share["probabilities"]}
    assert asked == {(year, level) for year in ("2030", "2035") for level in (75.0, 80.0, 85.0, 90.0)}
    assert all(0 < p["mcse"] < 0.03 for p in share["probabilities"])
    assert set(share["variants"]) == {"own_history", "reference_class", "joint"}
    assert 0 <= share["variants"]["joint"]["weight"] <= 1


def test_the_same_seed_gives_the_same_numbers(capsys, tmp_path, monkeypatch):
    """Two computations from empty caches agree to the last bit; another seed does not."""
    texts = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / folder))
        texts.append(run(capsys, "forecast", "trade", "--json", "--draws", "128", "--seed", seed)[1])
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["series"] != json.loads(texts[2])["series"]


def test_data_show_names_choice_and_losers(capsys):
    _, out, _ = run(capsys, "data", "show", "trade.china_russia.total", "--period", "2023")
    assert "240.11" in out
    assert "232" in out


def test_scenarios_are_listed(capsys):
    _, out, _ = run(capsys, "scenarios", "list")
    for name in ("baseline", "secondary_sanctions", "sanctions_relief", "pos2_agreed", "price_slump"):
        assert name in out


@pytest.mark.parametrize(
    "args",
    [
        ["init", ""],
        ["data", "list", "--data", ""],
        ["forecast", "trade", "--data", ""],
        ["report", "-n", "--out", ""],
        ["scenarios", "list", "--home", ""],
        ["report", "-n", "--out", "x" * 400],
        ["report", "-n", "-s", "x" * 400 + ".yml"],
        ["report", "-n", "-k", "x" * 400],
        ["report", "-n", "-p", "until", "9" * 5000],
        ["report", "-n", "--as-of", ""],
        ["report", "-n", "--home", "x" * 400],
    ],
    ids=lambda args: " ".join(args)[:24],
)
def test_awkward_words_are_refused_without_a_traceback(capsys, args):
    code, out, err = run(capsys, *args)
    assert code in (1, 2)
    assert out == ""
    assert "Traceback" not in err
    assert len(err) < 600


def test_cache_that_cannot_be_written_is_named_with_what_to_do(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("EASTBOUND_CACHE", str(tmp_path / "file" / "cache"))
    code, _, err = run(capsys, "forecast", "trade", "--draws", "64", "--as-of", "2024-12-31")
    assert code != 0
    assert "cannot write" in err
    assert "Traceback" not in err
