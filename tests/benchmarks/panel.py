"""Score the yearly core of the trade model on China's partners: ``make bench-panel``.

What page 60 prints is written to ``lib/eastbound/evaluation/panel_results.csv``, with the hash of the
code and of the figures that it came from.
"""

from eastbound.constants import SEED
from eastbound.evaluation.panel import frozen_code, panel_scores
from eastbound.evaluation.panel_summary import RESULTS, conformal_rows, learnt_settings, skill_rows

DRAWS = 8192
TIES = (0.0, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3)


def main(draws=DRAWS):
    scores = panel_scores(draws=draws, ties=TIES)
    table = skill_rows(scores, seed=SEED)
    text = table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
    RESULTS.write_text(f"# code and figures: {frozen_code()}; {draws} draws\n{text}", encoding="utf-8")
    print(table.round(3).to_string(index=False))
    print("\nBands that hold, in half-widths of the 80 % band, and their coverage across partners")
    print(conformal_rows(scores).round(2).to_string(index=False))
    print("\nLearnt on all partners but Russia, 1998-2018")
    print(learnt_settings().round(3).T.to_string(header=False))


if __name__ == "__main__":
    main()
