"""Forecast public series with further libraries: ``python peers.py FOLDER OUT [name ...]``.

The harness in FOLDER knows the peers of its own table; these came later. Their packages are the extra ``bench``.
Each result is kept as ``OUT/DATA/NAME.npz``; a peer whose file exists is not run again.
"""

import contextlib
import functools
import io
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
from accuracy import harness
from scipy.stats import norm

WINDOWS = 4  # of the conformal intervals; the default of two covers 66 % where 95 are meant
YEARLY_OF_HARNESS = ("sf_ets", "sf_dot", "sf_ces")  # the folder's README has no yearly figures


def fracast(y, h, m, q):
    """Forecast with the pretrained model and the weights in its package.

    It gives deciles only. The median is the mean of the .4 and .6 quantiles, as its own lies outside them on many
    series; between and beyond the deciles quantiles are linear in normal scores.
    """
    table = np.asarray(_fracast_model().forecast(y, horizon=h), dtype=float)
    levels = np.array(_fracast_model().quantiles)
    table[:, np.argmin(np.abs(levels - 0.5))] = table[:, np.isclose(levels, 0.4) | np.isclose(levels, 0.6)].mean(axis=1)
    return np.array([_extended(norm.ppf(q), norm.ppf(levels), np.sort(row)) for row in table])


@functools.cache
def _fracast_model():
    import torch
    from fracast import FracastModel

    torch.set_num_threads(1)
    return FracastModel.from_pretrained()


def _extended(x, known, values):
    inside = np.interp(x, known, values)
    low = values[0] + (x - known[0]) * (values[1] - values[0]) / (known[1] - known[0])
    high = values[-1] + (x - known[-1]) * (values[-1] - values[-2]) / (known[-1] - known[-2])
    return np.where(x < known[0], low, np.where(x > known[-1], high, inside))


def conformal(name):
    """Return a forecaster: a model of statsforecast with its conformal intervals."""

    def forecast(y, h, m, q):
        from statsforecast import models
        from statsforecast.utils import ConformalIntervals

        windows = max(2, min(WINDOWS, (len(y) - max(2 * m, 5)) // h))
        intervals = ConformalIntervals(n_windows=windows, h=h)
        model = getattr(models, name)(season_length=m, prediction_intervals=intervals)
        return _statsforecast(model, y, h, q)

    return forecast


def mstl(y, h, m, q):
    """Forecast with a decomposition by loess and exponential smoothing of what is left."""
    from statsforecast.models import MSTL, AutoETS

    return _statsforecast(MSTL(season_length=m, trend_forecaster=AutoETS(model="ZZN")), y, h, q)


def _statsforecast(model, y, h, q):
    levels = sorted({round(100 * abs(1 - 2 * a), 6) for a in q if abs(a - 0.5) > 1e-9})
    columns = model.forecast(y=y.astype(np.float64), h=h, level=levels)
    names = {a: f"{'lo' if a < 0.5 else 'hi'}-{round(100 * abs(1 - 2 * a), 6):g}" for a in q}
    short = {_plain(key): value for key, value in columns.items()}
    return np.column_stack([short["mean" if abs(a - 0.5) < 1e-9 else names[a]] for a in q])


def _plain(key):
    side, _, level = key.partition("-")
    return f"{side}-{float(level):g}" if level else key


def adam(y, h, m, q):
    """Forecast with the automatic ADAM of ``smooth``, intervals by simulation."""
    from smooth import ADAM

    levels = sorted({round(abs(1 - 2 * a), 6) for a in q if abs(a - 0.5) > 1e-9})
    with contextlib.redirect_stdout(io.StringIO()):
        model = ADAM(model="ZXZ", lags=[1, m] if m > 1 else [1]).fit(y)
        result = model.predict(h=h, interval="simulated", level=levels, point="median", nsim=2000, seed=1)
    lower, upper = (frame.to_numpy() for frame in (result.lower, result.upper))
    median = np.asarray(result.mean, dtype=float)[:, None]
    # columns in the order of `levels`, so the quantiles fall on the lower side and rise on the upper
    table = np.hstack([lower[:, ::-1], median, upper])
    assert table.shape[1] == len(q)
    return np.sort(table, axis=1)


PEERS = {
    "fracast": fracast,
    "sf_ets_conformal": conformal("AutoETS"),
    "sf_dot_conformal": conformal("DynamicOptimizedTheta"),
    "sf_mstl": mstl,
    "smooth_adam": adam,
}
SEASONAL_ONLY = ("sf_ets_conformal", "sf_dot_conformal", "sf_mstl")  # yearly series are too short, or have no season
PACKAGES = ("statsforecast", "fracast", "smooth", "torch", "pandas", "numpy")


def main(folder, out, *names):
    """Run the peers on both development sets, those of the harness that its README lacks included."""
    warnings.simplefilter("ignore")
    peers, out = harness(Path(folder)), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "packages.txt").write_text(", ".join(f"{name} {version(name)}" for name in PACKAGES), encoding="utf-8")
    for data in ("dev_yearly", "dev_monthly"):
        series = peers.load(Path(folder) / f"{data}.csv")
        known = {**PEERS, **({name: peers.PEERS[name] for name in YEARLY_OF_HARNESS} if data == "dev_yearly" else {})}
        for name in [name for name in names or known if name in known]:
            target = out / data
            target.mkdir(parents=True, exist_ok=True)
            if (target / f"{name}.npz").exists():
                continue
            if data == "dev_yearly" and name in SEASONAL_ONLY:
                continue
            peers.run(name, known[name], series, str(target))


if __name__ == "__main__":
    main(*sys.argv[1:])
