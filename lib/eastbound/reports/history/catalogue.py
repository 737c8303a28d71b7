"""The catalogue of runs: a query over the Parquet files of all of them, so there is nothing to keep up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.catalogue import short_names
from eastbound.errors import InputError, UnknownName
from eastbound.evaluation.ledger.chain import read_entries
from eastbound.reports.folder import runs_folder
from eastbound.reports.history.keep import NUMBERS
from eastbound.reports.history.locate import run_folders
from eastbound.reports.history.parquet import connect, read_notes
from eastbound.scenarios.home import find_home

if TYPE_CHECKING:
    import pandas as pd

LISTED: Final = ("run", "as_of", "published", "scenarios", "numbers", "evidence", "parameters", "code")
MOVED: Final = ("run", "as_of", "published", "scenario", "series_id", "period", "level", "value", "change", "unit")
_SHOWN: Final = 12  # digits of a digest
_LIST: Final = (
    "SELECT filename, count(DISTINCT scenario) AS scenarios, count(*) AS numbers "
    "FROM read_parquet($files, filename = true, union_by_name = true) GROUP BY filename"
)
_MOVES: Final = (
    "SELECT filename, scenario, if(name = '', series_id, name) AS series_id, period, level, value, unit "
    "FROM read_parquet($files, filename = true, union_by_name = true) "
    "WHERE scenario = $scenario AND ((kind = 'quantile' AND series_id = $series AND abs(level - $level) < 1e-9) "
    "OR name = $series) AND ($at = '' OR period = $at)"
)


def runs(
    series: str | None = None,
    *,
    at: int | str | None = None,
    scenario: str = "baseline",
    level: float = 0.5,
    out: Path | None = None,
    home: Path | None = None,
) -> pd.DataFrame:
    """List the runs of a workspace, or how a number moved over them.

    Parameters
    ----------
    series : str, optional
        Id or short name of a headline series, or the id of a probability, such as ``claim.trade_300_2030``; none
        lists the runs.
    at : int or str, optional
        Year; default every year of the series.
    scenario : str
        Whose number.
    level : float
        Quantile of a series, one of `eastbound.constants.QUANTILES`; 0.5 is the median.
    out : Path, optional
        Folder of the runs; default ``reports`` of the workspace.
    home : Path, optional
        Workspace; found by itself when not given.

    Returns
    -------
    DataFrame
        Without a series one row per run, oldest first, columns `LISTED`: the day of its evidence, whether it was
        published, its counts of scenarios and numbers, and the first digits of the sha256 of its inputs. With a
        series one row per run and period, columns `MOVED`: the value, and its change from the run before.

    Raises
    ------
    InputError
        If a file of numbers is damaged.
    UnknownName
        If no run has such a number.

    Examples
    --------
    >>> import tempfile
    >>> runs(out=Path(tempfile.mkdtemp())).empty
    True
    """
    import pandas as pd

    folders = [folder for folder in run_folders(runs_folder(find_home(home), out)) if (folder / NUMBERS).is_file()]
    if not folders:
        return pd.DataFrame(columns=list(LISTED if series is None else MOVED))
    published = {entry["run"] for entry in read_entries(home)}
    with connect() as connection:
        about = _about(connection, folders, published)
        if series is None:
            table = _asked(connection, folders, _LIST)
            return _ordered(table, about)[list(LISTED)]
        name = short_names().get(series, series)
        wanted: dict[str, Any] = {
            "series": name,
            "scenario": scenario,
            "level": level,
            "at": "" if at is None else str(at),
        }
        table = _asked(connection, folders, _MOVES, **wanted)
        if table.empty:
            raise _unknown(connection, folders, **wanted)
    table = _ordered(table, about)
    table["change"] = table.groupby(["series_id", "period"], sort=False)["value"].diff()
    return table.sort_values(["series_id", "period", "order"], ignore_index=True)[list(MOVED)]


def read_numbers(folder: Path) -> pd.DataFrame:
    """Return the numbers that a run keeps, in the columns of `numbers.COLUMNS`.

    Raises
    ------
    InputError
        If the run has none, or a damaged file.

    Examples
    --------
    >>> read_numbers(Path("no-such-run"))
    Traceback (most recent call last):
    eastbound.errors.InputError: the run `no-such-run` has no `numbers.parquet`: none of its pages simulates.
    """
    if not (folder / NUMBERS).is_file():
        message = f"the run `{folder.name}` has no `{NUMBERS}`: none of its pages simulates."
        raise InputError(message)
    with connect() as connection:
        _notes(connection, [folder])
        return _asked(connection, [folder], "SELECT * FROM read_parquet($files)")


def _about(connection: Any, folders: Sequence[Path], published: set[str]) -> pd.DataFrame:
    """Return what the files say about their runs, by file."""
    import pandas as pd

    rows, notes = [], _notes(connection, folders)
    for order, folder in enumerate(folders):
        known = notes[str(folder / NUMBERS)]
        digests = {name: text[:_SHOWN] for name, text in json.loads(known.get("inputs", "{}")).items()}
        where = {"filename": str(folder / NUMBERS), "run": folder.name, "order": order}
        rows.append({**where, "as_of": known.get("as_of"), "published": folder.name in published, **digests})
    return pd.DataFrame(rows)


def _asked(connection: Any, folders: Sequence[Path], query: str, **wanted: Any) -> pd.DataFrame:
    files = [str(folder / NUMBERS) for folder in folders]
    result: pd.DataFrame = connection.execute(query, {"files": files, **wanted}).df()
    return result


def _ordered(table: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    return table.merge(about, on="filename").sort_values("order", ignore_index=True)


def _notes(connection: Any, folders: Sequence[Path]) -> dict[str, dict[str, str]]:
    """Return the metadata of the files of some runs.

    Raises
    ------
    InputError
        With the first file that cannot be read.
    """
    import duckdb

    try:
        return read_notes(connection, [folder / NUMBERS for folder in folders])
    except duckdb.Error as error:
        if len(folders) > 1:
            for folder in folders:
                _notes(connection, [folder])
        reason = str(error).splitlines()[0]
        message = f"`{folders[0] / NUMBERS}` cannot be read ({reason}); restore it from a copy, or remove it."
        raise InputError(message) from error


def _unknown(
    connection: Any, folders: Sequence[Path], *, series: str, scenario: str, level: float, at: str
) -> InputError:
    files = [str(folder / NUMBERS) for folder in folders]
    source = "FROM read_parquet($files, union_by_name = true)"

    def distinct(column: str) -> list[str]:
        rows = connection.execute(f"SELECT DISTINCT {column} AS item {source} ORDER BY item", {"files": files})
        return [row[0] for row in rows.fetchall()]

    names = distinct("if(name = '', series_id, name)")
    if series not in names:
        return UnknownName("number", series, [*short_names(), *names])
    if scenario not in (known := distinct("scenario")):
        return UnknownName("scenario", scenario, known, where="the numbers of all runs")
    return InputError(f"no run has `{series}` at level {level:g}{f' in {at}' if at else ''} under `{scenario}`.")
