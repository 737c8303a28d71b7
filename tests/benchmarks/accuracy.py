"""Score the univariate engine on a folder of public series and print it beside the peers' table.

The folder holds ``accuracy.py`` (the harness), ``dev_monthly.csv``, ``dev_yearly.csv`` and a README with the
peers' figures; none of them belongs to this repository. Settings were chosen on the odd series (1st, 3rd, ...)
and on earlier origins, so the row for the even series is the honest one.
"""

import importlib.util
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from eastbound.models.univariate import forecast_series

ORIGINS = range(0, 109, 18)  # months before the last origin, for series whose one test window was a shock
GROUPS = {"all": "", "M3": "M3", "TOUR": "TOUR", "TRADE": "TRADE"}


def harness(folder: Path) -> ModuleType:
    """Load the folder's scoring program."""
    spec = importlib.util.spec_from_file_location("peer_harness", folder / "accuracy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forecast(y: np.ndarray, h: int, period: int, levels: Sequence[float]) -> np.ndarray:
    """Forecast in the harness's form, for ``python accuracy.py DATA OUT --plug accuracy:forecast``."""
    return forecast_series(y, h, period=period, quantiles=levels).to_numpy()


def scores(peers: ModuleType, path: Path) -> pd.DataFrame:
    """Return one row of scores per series, with the half it belongs to and the seconds of its fit."""
    rows = []
    for place, (name, (y, outcome)) in enumerate(peers.load(path).items()):
        before = time.process_time()
        table = forecast(y, len(outcome), peers.M, peers.Q)
        seconds = time.process_time() - before
        half = ("odd", "even")[place % 2]
        rows.append({"series": name, "half": half, "seconds": seconds, **peers.score_series(y, outcome, table)})
    return pd.DataFrame(rows).set_index("series")


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Average over all, odd (used for settings) and even (not used) series; coverage with twice its standard error."""
    parts = {"eastbound": frame, "  odd": frame[frame.half == "odd"], "  even": frame[frame.half == "even"]}
    rows = {}
    for name, part in parts.items():
        numbers = part.drop(columns="half")
        rows[name] = numbers.mean()
        rows[name]["seconds"] = numbers.seconds.sum()
        for level in ("cov80", "cov95"):
            rows[name][f"{level} 2se"] = 2 * numbers[level].std() / np.sqrt(len(numbers))
    return pd.DataFrame(rows).T


def peers_table(readme: str, group: str) -> str:
    """Return the printed lines of one group of the peers' table."""
    found = re.search(rf"^== {group}\n(.*?)(?=^== |^```)", readme, re.MULTILINE | re.DOTALL)
    return found.group(1).rstrip() if found else "(no peers' figures for this group)"


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
            airline = np.sort(peers.sm_airline_log(y, peers.H, peers.M, peers.Q), axis=1)
            ours = peers.score_series(y, outcome, forecast(y, peers.H, peers.M, peers.Q))
            theirs = peers.score_series(y, outcome, airline)
            rows.append({"months_before": back, **ours, "airline": theirs["CRPS"]})
    return pd.DataFrame(rows)


def main(folder: str | Path) -> None:
    """Print the accuracy tables.

    Parameters
    ----------
    folder : path
        The benchmark folder.
    """
    folder = Path(folder)
    peers, readme = harness(folder), (folder / "README.md").read_text(encoding="utf-8")
    monthly = scores(peers, folder / "dev_monthly.csv")
    for title, prefix in GROUPS.items():
        print(f"== monthly, {title}")
        print(peers_table(readme, title))
        print(summary(monthly[monthly.index.str.startswith(prefix)]).round(3).to_string())
    pooled = monthly[~monthly.index.str.startswith("TRADE")]
    print("== monthly, M3 and tourism pooled\n" + summary(pooled).round(3).to_string())
    trade = origins(peers, folder / "dev_monthly.csv")
    means = trade.groupby("months_before")[["CRPS", "airline", "cov80", "cov95"]].mean()
    gap = means.CRPS - means.airline
    print("== TRADE, scaled CRPS by months before the last origin, ours and the airline model in logs")
    print(means.round(3).to_string())
    # The series of one window share its shocks, so the windows are the independent pairs.
    error = gap.std() / np.sqrt(len(gap))
    print(
        f"mean {means.CRPS.mean():.3f} against {means.airline.mean():.3f}, difference {gap.mean():.3f} +- {error:.3f}"
    )
    print("== yearly\n" + summary(scores(peers, folder / "dev_yearly.csv")).round(3).to_string())


if __name__ == "__main__":
    main(sys.argv[1])
