"""Score the univariate engine on a folder of public series and print it among the peers.

``make bench BENCHMARKS="FOLDER [OUT]"`` runs this file; OUT is where ``peers.py`` kept the forecasts of further peers.
The folder holds ``accuracy.py`` (the harness), ``dev_monthly.csv``, ``dev_yearly.csv`` and a README with the
peers' figures; none of them belongs to this repository.
"""

import importlib.util
import re
import sys
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from eastbound.univariate import forecast as univariate

ORIGINS = range(0, 217, 18)  # months before the last origin: trade's one test window was a shock; 102 months remain
CALM_ORIGINS = range(0, 163, 18)  # of the other series, as far as SHORTEST_TRAINING months remain
SHORTEST_TRAINING = 60
RECENT = 108  # months before the last origin that the seven latest origins reach back
GROUPS = {"all": "", "M3": "M3", "TOUR": "TOUR", "TRADE": "TRADE"}
COVERAGE = ["cov80", "cov95"]
SCORES = ["MASE", "sMAPE", "CRPS", "WIS", *COVERAGE, "width95"]


def harness(folder: Path) -> ModuleType:
    """Load the folder's scoring program."""
    spec = importlib.util.spec_from_file_location("peer_harness", folder / "accuracy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forecast(y: np.ndarray, h: int, period: int, levels: Sequence[float]) -> np.ndarray:
    """Forecast in the harness's form, for ``python accuracy.py DATA OUT --plug accuracy:forecast``."""
    return univariate.forecast_series(y, h, period=period, quantiles=levels).to_numpy()


def forecasts(peers: ModuleType, path: Path) -> tuple[np.ndarray, list[float]]:
    """Return our quantiles, series x step x level, and the seconds of each series."""
    tables, seconds = [], []
    for y, outcome in peers.load(path).values():
        before = time.process_time()
        tables.append(forecast(y, len(outcome), peers.M, peers.Q))
        seconds.append(time.process_time() - before)
    return np.array(tables), seconds


def scores(peers: ModuleType, path: Path, tables: np.ndarray, seconds: Sequence[float]) -> pd.DataFrame:
    """Return one row of scores per series, with the half it belongs to and the seconds of its fit."""
    rows = []
    for number, (name, (y, outcome)) in enumerate(peers.load(path).items()):
        half = ("odd", "even")[number % 2]
        naive = float(np.mean(200 * np.abs(outcome - y[-1]) / (np.abs(outcome) + np.abs(y[-1]))))
        scored = peers.score_series(y, outcome, np.sort(tables[number], axis=1))
        rows.append({"series": name, "half": half, "seconds": seconds[number], "naive sMAPE": naive, **scored})
    return pd.DataFrame(rows).set_index("series")


def later_peers(out: Path | None, data: str) -> dict[str, tuple[np.ndarray, np.ndarray, int]]:
    """Return quantiles, seconds and the number of fallbacks of each peer that ``peers.py`` ran."""
    result = {}
    for path in sorted((out / data).glob("*.npz")) if out else []:
        kept = np.load(path)
        result[path.stem] = kept["F"], kept["secs"], len(kept["fails"])
    return result


def later_table(frames: dict[str, pd.DataFrame], fallbacks: dict[str, int], prefix: str) -> pd.DataFrame:
    """Average the further peers over one group."""
    rows = {}
    for name, frame in frames.items():
        part = frame[frame.index.str.startswith(prefix)]
        rows[name] = {**part[SCORES].mean(), "seconds": part.seconds.sum(), "fallbacks": fallbacks[name]}
    return pd.DataFrame(rows).T


def standard_error(values: pd.Series) -> float:
    """Return the standard error of a mean of independent values."""
    return float(values.std() / np.sqrt(len(values)))


def ours(frame: pd.DataFrame) -> pd.DataFrame:
    """Average over all, odd (used for settings) and even series; coverage with twice its standard error."""
    rows = {}
    halves = {f"eastbound, {half} half": frame[frame.half == half] for half in ("odd", "even")}
    for name, part in {"eastbound": frame, **halves}.items():
        rows[name] = part[SCORES].mean()
        rows[name]["seconds"] = part.seconds.sum()
        for level in COVERAGE:
            rows[name][f"{level} 2se"] = 2 * standard_error(part[level])
    return pd.DataFrame(rows).T


def peers_table(readme: str, group: str) -> pd.DataFrame:
    """Return one group of the peers' table; empty if the folder has none."""
    found = re.search(rf"^== {group}\n(.*?)(?=^== |^```)", readme, re.MULTILINE | re.DOTALL)
    if not found:
        return pd.DataFrame()
    head, _, *lines = found.group(1).rstrip().splitlines()
    return pd.read_csv(StringIO("\n".join(["method " + head, *lines])), sep=r"\s+").set_index("method")


def print_groups(
    monthly: pd.DataFrame, readme: str, frames: dict[str, pd.DataFrame], fallbacks: dict[str, int]
) -> None:
    """Print ours among the peers, best CRPS first; the halves hold different series and stand below."""
    for title, prefix in GROUPS.items():
        mine = ours(monthly[monthly.index.str.startswith(prefix)])
        both = pd.concat([peers_table(readme, title), later_table(frames, fallbacks, prefix), mine[:1]])
        both = both.sort_values("CRPS")
        order = [*SCORES, "seconds", "fallbacks", *(f"{level} 2se" for level in COVERAGE)]
        table = pd.concat([both, mine[1:]]).reindex(columns=order)
        print(f"== monthly, {title}\n" + table.round(3).to_string(na_rep=""))


def origins(peers: ModuleType, path: Path) -> pd.DataFrame:
    """Score ours and the airline model in logs on the trade series, paired, over several origins."""
    rows = []
    for name, (train, test) in peers.load(path).items():
        if not name.startswith("TRADE"):
            continue
        whole = np.concatenate([train, test])
        for back in ORIGINS:
            end = len(train) - back
            y, outcome = whole[:end], whole[end : end + peers.H]
            times = [time.process_time()]
            airline = np.sort(peers.sm_airline_log(y, peers.H, peers.M, peers.Q), axis=1)
            times.append(time.process_time())
            mine = forecast(y, peers.H, peers.M, peers.Q)
            times.append(time.process_time())
            found = {"months before": back, "airline s": times[1] - times[0], "s": times[2] - times[1]}
            for label, table in (("", mine), ("airline ", airline)):
                scored = peers.score_series(y, outcome, table)
                found |= {label + key: scored[key] for key in ("CRPS", *COVERAGE)}
            rows.append(found)
    return pd.DataFrame(rows)


def print_origins(trade: pd.DataFrame, readme: str) -> None:
    """Print the trade series by origin, the pooled difference and coverage, and the time of both."""
    means = trade.groupby("months before").mean()
    seconds = trade[trade["months before"] == 0][["s", "airline s"]].sum()
    print("== TRADE by months before the last origin, ours and the airline model in logs")
    print(means.drop(columns=["s", "airline s"]).round(3).to_string())
    # The series of one window share its shocks, so the windows are the independent pairs.
    recent = means[means.index <= RECENT]
    parts = {"all origins": means, "the latest origins": recent, "all but the last": means[means.index > 0]}
    for label, part in parts.items():
        gap, base = part.CRPS - part["airline CRPS"], part["airline CRPS"].mean()
        print(
            f"{label} ({len(part)}): CRPS {part.CRPS.mean():.3f} against {base:.3f}, difference {gap.mean():+.3f} "
            f"+- {standard_error(gap):.3f} = {100 * gap.mean() / base:+.1f} % +- {100 * standard_error(gap) / base:.1f}"
        )
        for level in COVERAGE:
            print(f"  {level} {part[level].mean():.3f} +- {2 * standard_error(part[level]):.3f} (two standard errors)")
    print(f"seconds in this run, last origin: {seconds['s']:.2f}, airline model {seconds['airline s']:.2f}")
    table = peers_table(readme, "TRADE")
    if "sm_airline_log" in table.index:
        share = seconds["s"] / seconds["airline s"] * table.seconds["sm_airline_log"] / table.seconds["combo4_median"]
        print(f"so on one machine ours takes {share:.3f} of the time of the four libraries of combo4_median")


def calm_windows(peers: ModuleType, path: Path, last: pd.DataFrame) -> pd.DataFrame:
    """Score ours on the series other than trade over several origins; `last` has the scores of the last one."""
    calm = last[~last.index.str.startswith("TRADE")]
    rows = [{"series": name, "months before": 0, **row} for name, row in calm.iterrows()]
    for name, (train, test) in peers.load(path).items():
        whole = np.concatenate([train, test])
        for back in CALM_ORIGINS[1:]:
            end = len(train) - back
            if name in calm.index and end >= SHORTEST_TRAINING:
                table = forecast(whole[:end], peers.H, peers.M, peers.Q)
                scored = peers.score_series(whole[:end], whole[end : end + peers.H], table)
                rows.append({"series": name, "half": calm.half[name], "months before": back, **scored})
    return pd.DataFrame(rows)


def print_calm(windows: pd.DataFrame) -> None:
    """Print the coverage of all windows; windows of one series share its ways, so series are the independent units."""
    print("== monthly, M3 and tourism at origins every 18 months, training parts of five years and more")
    for label in ("all", "odd", "even"):
        part = windows if label == "all" else windows[windows.half == label]
        texts = []
        for level in COVERAGE:
            off = (part[level] - part[level].mean()).groupby(part.series).sum()
            texts.append(f"{level} {part[level].mean():.3f} +- {2 * np.sqrt((off**2).sum()) / len(part):.3f}")
        print(
            f"{label}: {len(part)} windows of {part.series.nunique()} series, {', '.join(texts)} (two standard errors)"
        )


def print_yearly(peers: ModuleType, path: Path, out: Path | None) -> None:
    """Print the yearly scores among the peers, and what an average with each peer gains or loses."""
    tables, seconds = forecasts(peers, path)
    frame = scores(peers, path, tables, seconds)
    others = later_peers(out, path.stem)
    frames = {name: scores(peers, path, kept, seconds) for name, (kept, seconds, _) in others.items()}
    both = pd.concat([later_table(frames, {name: n for name, (_, _, n) in others.items()}, ""), ours(frame)[:1]])
    print("== yearly\n" + pd.concat([both.sort_values("CRPS"), ours(frame)[1:]]).round(3).to_string(na_rep=""))
    gap = frame["naive sMAPE"] - frame.sMAPE
    print(
        f"sMAPE of the last value {frame['naive sMAPE'].mean():.2f}, ours {gap.mean():.2f} +- "
        f"{standard_error(gap):.2f} below it; even half {gap[frame.half == 'even'].mean():.2f} below"
    )
    for name, (kept, *_) in others.items():
        average = scores(peers, path, (tables + kept) / 2, seconds)
        print(f"average with {name} against ours alone: {', '.join(gains(frame, average))}")


def gains(mine: pd.DataFrame, average: pd.DataFrame) -> list[str]:
    """Return the gain of an average over ours in per cent, with its standard error, for all and for both halves."""
    texts = []
    for key in ("CRPS", "sMAPE"):
        for label, part in {
            "": mine.index == mine.index,
            "odd ": mine.half == "odd",
            "even ": mine.half == "even",
        }.items():
            gain = 100 * (mine[key] - average[key])[part] / mine[key][part].mean()
            texts.append(f"{label}{key} {gain.mean():+.1f} +- {standard_error(gain):.1f} %")
    return texts


def main(folder: str | Path, out: str | Path | None = None) -> None:
    """Print the accuracy tables.

    Parameters
    ----------
    folder : path
        The benchmark folder.
    out : path, optional
        Where ``peers.py`` kept its forecasts.
    """
    folder, out = Path(folder), Path(out) if out else None
    peers, readme = harness(folder), (folder / "README.md").read_text(encoding="utf-8")
    path = folder / "dev_monthly.csv"
    peers.load(path)  # sets horizon and season
    monthly = scores(peers, path, *forecasts(peers, path))
    others = later_peers(out, path.stem)
    frames = {name: scores(peers, path, kept, seconds) for name, (kept, seconds, _) in others.items()}
    print("peers: figures and seconds of the folder's README; eastbound: this run")
    if out:
        print(f"further peers, run apart: {(out / 'packages.txt').read_text(encoding='utf-8').strip()}")
    print_groups(monthly, readme, frames, {name: n for name, (_, _, n) in others.items()})
    pooled = monthly[~monthly.index.str.startswith("TRADE")]
    print("== monthly, M3 and tourism pooled\n" + ours(pooled).round(3).to_string())
    print_calm(calm_windows(peers, path, monthly))
    print_origins(origins(peers, path), readme)
    peers.load(folder / "dev_yearly.csv")
    print_yearly(peers, folder / "dev_yearly.csv", out)
    print("Which settings were chosen where" + univariate.__doc__.partition("Which settings were chosen where")[2])


if __name__ == "__main__":
    main(*sys.argv[1:])
