"""Score share models on the partner shares of many countries: ``python tests/benchmarks/share_panel.py``.

Add a model as one more entry of `MODELS`: a function that learns and one that forecasts.
"""

import share_model

from eastbound.constants import SEED
from eastbound.evaluation.share_panel import compare_shares, learn_walk, score_shares, share_origins, walk_forecast
from eastbound.evidence.book import load_evidence

FLOWS = ("turnover", "exports", "imports")
MODELS = {"Primorye's model": (share_model.learn, share_model.forecast)}


def main():
    analogues = load_evidence().analogues
    for flow in FLOWS:
        origins = share_origins(analogues, flow)
        walk = score_shares(origins, learn_walk, forecast=walk_forecast, seed=SEED)
        print(f"{flow}: {len(origins)} origins; reference: random walk without drift; percentage points")
        print(compare_shares(walk, walk).round(3).to_string(index=False))
        for name, (learn, forecast) in MODELS.items():
            print(name)
            scores = score_shares(origins, learn, forecast=forecast, seed=SEED)
            print(compare_shares(scores, walk).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
