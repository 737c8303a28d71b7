"""Ready tables of the track record: coverage, scores, joint scores, stress origins, targets, the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from eastbound.constants import BANDS
from eastbound.core.verification.calibration import coverage
from eastbound.core.verification.comparison import skill
from eastbound.ensemble import summary
from eastbound.evaluation import scorecard as record
from eastbound.evaluation.targets import target_summary
from eastbound.evaluation.widening import HUMILITY, required_widening
from eastbound.names import CHINA_SHARE, TRADE_TOTAL
from eastbound.plots.citations import cite_cells
from eastbound.plots.style import numbers as fmt
from eastbound.plots.tables.sources import source_link
from eastbound.plots.track_words import share_words

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

# Stress origins by day: what was about to happen.
SHOCKS: Final = {
    "2013-12-31": "before the sanctions of 2014",
    "2019-12-31": "before the pandemic",
    "2021-12-31": "before the war",
    "2023-11-30": "before the bank sanctions of December 2023",
    "2024-12-31": "before the fall of 2025",
}
_FAR: Final = 3  # years ahead from which on horizons are pooled: each has a handful of origins


def hit_table(tables: Sequence[pd.DataFrame], *, book: Evidence) -> pd.DataFrame:
    """Return how often outcomes lay inside the bands, with the range that chance allows.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`, one a subject.
    book : Evidence

    Returns
    -------
    DataFrame
        Ready strings: series, years ahead, outcomes, origins and a column for each band, in percent with its 95 %
        Clopper-Pearson range.
    """
    lines = []
    for table in tables:
        scored = table[table["status"] == "scored"]
        for series_id, rows in scored.groupby("series_id", sort=False):
            for ahead, part in rows.groupby(rows["horizon"].astype(int).clip(upper=_FAR)):
                years = "running year" if ahead == 0 else f"{ahead} or more" if ahead == _FAR else str(ahead)
                line = {"series": _label(book, str(series_id)), "years ahead": years}
                line |= {"outcomes": str(len(part)), "origins": str(part["origin"].nunique())}
                lines.append(line | {f"{band} % band": _hits(part[f"inside{band}"]) for band in BANDS})
    return pd.DataFrame(
        lines, columns=["series", "years ahead", "outcomes", "origins", *(f"{b} % band" for b in BANDS)]
    )


def width_table(tables: Sequence[pd.DataFrame], *, book: Evidence) -> pd.DataFrame:
    """Return how much wider the 80 % bands would have had to be, one year ahead and more.

    Parameters
    ----------
    tables, book
        As in `hit_table`.

    Returns
    -------
    DataFrame
        Ready strings: series, outcomes, percent inside the 80 % band, inside one `HUMILITY` times as wide, and the
        widening by which 80 % of the outcomes would have been inside.
    """
    lines = []
    for table in tables:
        ahead = table[(table["status"] == "scored") & (table["horizon"].astype(float) >= 1)]
        for series_id, part in ahead.groupby("series_id", sort=False):
            found = required_widening(part)
            lines.append(
                {
                    "series": _label(book, str(series_id)),
                    "outcomes": str(found["outcomes"]),
                    "inside the 80 % band": f"{100 * found['held']:.0f} %",
                    f"inside one {HUMILITY:g} times as wide": f"{100 * found['held_wider']:.0f} %",
                    "80 % inside when widened by": f"{found['factor']:.1f}",
                }
            )
    return pd.DataFrame(lines)


def skill_table(tables: Sequence[pd.DataFrame], *, book: Evidence) -> pd.DataFrame:
    """Return the scores by series and years ahead beside those of a random walk with drift.

    Parameters
    ----------
    tables, book
        As in `hit_table`.

    Returns
    -------
    DataFrame
        Ready strings: series, years ahead, origins, CRPS, WIS, skill against the random walk and the verdict.
    """
    lines = []
    for row in (row for table in tables for row in record.summary(table)):
        gain = fmt.NONE if row["skill"] is None else fmt.signed(row["skill"])
        place = "log" if row["scale"] == "log" else "points"
        scores = {"CRPS": f"{row['crps']:.3f}", "WIS": f"{row['wis']:.3f}", "scale": place, "skill": gain}
        head = {"series": _label(book, row["series_id"]), "years ahead": str(row["horizon"])}
        lines.append({**head, "origins": str(row["origins"]), **scores, "comparison": row["verdict"]})
    columns = ["series", "years ahead", "origins", "CRPS", "WIS", "scale", "skill", "comparison"]
    return pd.DataFrame(lines, columns=columns)


def joint_table(tables: Sequence[pd.DataFrame], subjects: Sequence[str]) -> pd.DataFrame:
    """Return the energy and variogram scores of each origin.

    Parameters
    ----------
    tables : sequence of DataFrame
        From `backtest`.
    subjects : sequence of str
        Their names.

    Returns
    -------
    DataFrame
        Ready strings: subject, origin, figures scored together, both scores, and both skills against random walks
        that do not know each other.
    """
    lines = []
    for subject, table in zip(subjects, tables, strict=True):
        for row in table.attrs["joint"]:
            paired = row["dimensions_paired"] > 0
            line = {"subject": subject, "origin": row["origin"], "figures": str(row["dimensions"])}
            for name in ("energy", "variogram"):
                line[f"{name} score"] = f"{row[name]:.3f}"
                line[f"{name} skill"] = fmt.signed(row[f"{name}_skill"]) if paired else fmt.NONE
            lines.append(line)
    names = ["energy score", "energy skill", "variogram score", "variogram skill"]
    return pd.DataFrame(lines, columns=["subject", "origin", "figures", *names])


def stress_table(table: pd.DataFrame, series_id: str, *, book: Evidence) -> pd.DataFrame:
    """Return what each stress origin said about the years that followed, and what came.

    Parameters
    ----------
    table : DataFrame
        From `backtest`.
    series_id : str
        One of its series.
    book : Evidence
        The one whose outcomes were scored; gives the sources.

    Returns
    -------
    DataFrame
        Ready strings: origin with what followed, year, said (median and central 80 %), came (cited), inside.
    """
    rows = table[(table["series_id"] == series_id) & table["stress"].astype(bool)]
    known = set(summary.history(book, series_id)["period"])
    lines, cited = [], []
    for _, row in rows.iterrows():
        origin = f"{row['origin']}, {SHOCKS.get(str(row['origin']), '')}".rstrip(", ")
        line = {"origin": origin, "year": row["period"] or fmt.NONE}
        if row["status"] == "scored":
            unit = str(row["unit"])
            band = fmt.interval(row["low80"], row["high80"], unit)
            line |= {"said (80 %)": f"{fmt.plain(row['median'], unit)} ({band})", "came": f"{row['outcome']:.4g}"}
            line["80 % band"] = "inside" if row["inside80"] else "missed"
        else:
            line |= {"said (80 %)": str(row["status"]), "came": fmt.NONE, "80 % band": fmt.NONE}
        lines.append(line)
        cited.append([(series_id, str(row["period"]))] if row["period"] in known and row["status"] == "scored" else [])
    found = pd.DataFrame(lines, columns=["origin", "year", "said (80 %)", "came", "80 % band"])
    return cite_cells(found, "came", cited, book=book)


def target_table(targets: pd.DataFrame, *, book: Evidence) -> pd.DataFrame:
    """Return published targets, what came, and our forecast beside them.

    Parameters
    ----------
    targets : DataFrame
        From `target_scores`.
    book : Evidence

    Returns
    -------
    DataFrame
        Ready strings: said on, target, source (a link), came, met, our forecast and its origin, CRPS of both.
        The link is HTML, see `show_table`.
    """
    lines: list[dict[str, str]] = []
    for _, row in targets.iterrows():
        unit = str(row["unit"])
        level = fmt.level(row["value"], unit) if pd.notna(row["value"]) else fmt.interval(row["low"], row["high"], unit)
        said = str(row["published"]) + (f", {row['statements']} pages" if row["statements"] > 1 else "")
        line = {"said on": said, "target": f"{_label(book, row['series_id'])}, {row['period']}: {level}"}
        line |= {
            "source": source_link(row),
            "came": fmt.NONE,
            "met": "open",
            "ours": fmt.NONE,
            "CRPS, theirs": fmt.NONE,
        }
        line["CRPS, ours"] = fmt.NONE
        if row["status"] == "scored":
            line |= {"came": f"{row['outcome']:.4g}", "met": "met" if row["met"] else "missed"}
            line["CRPS, theirs"] = f"{row['crps']:.3f}"
            if pd.notna(row["origin"]):
                line["ours"] = f"{fmt.number(row['median'], unit)}, {row['origin']}"
                line["CRPS, ours"] = f"{row['crps_ours']:.3f}"
        lines.append(line)
    columns = ["said on", "target", "source", "came", "met", "CRPS, theirs", "ours", "CRPS, ours"]
    return pd.DataFrame(lines, columns=columns)


def target_verdict(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of `target_scores` in words."""
    found = target_summary(targets)
    rows = {"targets whose year has come": f"{found['scored']} of {found['stated']}", "met": str(found["met"])}
    for name, words in (("paired", "with a forecast of ours beside them"), ("earlier", "of these, ours made no later")):
        part = found[name]
        if part["targets"]:
            means = f"mean CRPS {part['crps']:.3f}, ours {part['crps_ours']:.3f}, skill {fmt.signed(part['skill'])}"
            rows[words] = f"{part['targets']}: {means}"
    rows["comparison"] = found["verdict"]
    return pd.DataFrame({"published targets": list(rows), "this page": list(rows.values())})


def ladder_table(ladder: pd.DataFrame, *, book: Evidence) -> pd.DataFrame:
    """Return an uncertainty ladder, each source apart and cumulated.

    Parameters
    ----------
    ladder : DataFrame
        From `eastbound.uncertainty_decomposition`.
    book : Evidence

    Returns
    -------
    DataFrame
        Ready strings: series, rung, what it is, median, central 80 % with all sources so far, added width, added
        share of the variance, shift of the median.
    """
    lines = []
    for _, row in ladder.iterrows():
        unit = str(row["unit"])
        line = {"series": _label(book, row["series_id"]), "source": row["rung"], "what it is": row["meaning"]}
        line["median"] = fmt.plain(row["median"], unit)
        line["80 % band"] = fmt.interval(row["low80"], row["high80"], unit)
        line["adds"] = fmt.signed(row["added_width"], unit)
        line["variance"] = fmt.NONE if pd.isna(row["added_variance"]) else share_words(row["added_variance"])
        lines.append(line | {"shift": fmt.signed(row["shift"], unit)})
    return pd.DataFrame(lines)


def track_headline(tables: Sequence[pd.DataFrame], *, book: Evidence) -> pd.DataFrame:
    """Return the numbers that sum the track record up, for `results`: coverage and skill of trade and of the share."""
    rows: list[dict[str, Any]] = []
    for series_id in (TRADE_TOTAL, CHINA_SHARE):
        parts = [table[(table["series_id"] == series_id) & (table["status"] == "scored")] for table in tables]
        part = pd.concat(parts, ignore_index=True)
        part = part[part["horizon"].astype(float) >= 1]
        paired = part[part["crps_reference"].notna()]
        if paired.empty:
            continue
        found, label = coverage(part["inside80"].to_numpy(dtype=bool)), _label(book, series_id)
        origins = f"{part['origin'].nunique()} origins, {len(part)} outcomes that overlap"
        low, high = 100 * found.low, 100 * found.high
        head = {"name": f"track.{series_id}.coverage80", "label": f"{label}: outcomes inside the 80 % band"}
        text = f"{100 * found.share:.0f} %"
        rows.append(
            {**head, "value": 100 * found.share, "unit": "percent", "text": text, "range": f"{low:.0f}–{high:.0f} %"}
        )
        gain = float(skill(paired["crps"].mean(), paired["crps_reference"].mean()))
        head = {
            "name": f"track.{series_id}.skill",
            "label": f"{label}: skill against a random walk, 1 year ahead and on",
        }
        rows.append({**head, "value": gain, "unit": "ratio", "text": fmt.signed(gain), "range": origins})
    return pd.DataFrame(rows, columns=["name", "label", "value", "unit", "text", "range"])


def _hits(inside: pd.Series) -> str:
    found = coverage(inside.to_numpy(dtype=bool))
    return f"{100 * found.share:.0f} ({100 * found.low:.0f}–{100 * found.high:.0f})"


def _label(book: Evidence, series_id: str) -> str:
    return str(book.series.loc[series_id, "label"])
