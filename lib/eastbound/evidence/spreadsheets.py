"""Recognition of what spreadsheets add to a table: other separators, empty rows and empty columns."""

from __future__ import annotations

from eastbound.evidence.problems import Problems


def refuse_remains(grid: list[tuple[int, list[str]]], problems: Problems) -> None:
    """Report other separators, unnamed columns and empty lines, in one line each.

    Parameters
    ----------
    grid : list of (int, list of str)
        Line numbers and cells, the header first.
    problems : Problems
        The error is raised when anything was noted.

    Raises
    ------
    EvidenceError
        When the table has other separators, unnamed columns or empty lines.

    Examples
    --------
    >>> refuse_remains([(1, ["a;b"]), (2, ["1;2"])], Problems("june.csv"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    eastbound.errors.EvidenceError: june.csv: 1 problem; nothing was read.
      line 1: found 'cells separated by semicolons', expected cells separated by commas; save the table as CSV ...
    """
    header = grid[0][1] if grid else []
    for separator, written, name in ((";", ";", "semicolons"), ("\t", "\\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            rewritten = (
                f'pd.read_csv("{problems.file}", sep="{written}", decimal=",").to_csv("{problems.file}", index=False)'
            )
            advice = (
                f"save the table as CSV (comma delimited), with decimal points, or let pandas rewrite it: {rewritten}"
            )
            problems.add(1, "", f"cells separated by {name}", expected="cells separated by commas", advice=advice)
            problems.check()
    unnamed = len(header) - len(_stripped(header))
    # A header without any name is reported by the check of the columns.
    if unnamed and unnamed < len(header):
        advice = "delete these columns in the spreadsheet and save again"
        what = f"{unnamed} column{'s' * (unnamed > 1)} without a name at the end"
        problems.add(1, "", what, expected="named columns only", advice=advice)
    empty = [line for line, cells in grid[1:] if not any(cells)]
    if empty and len(header) > 1:
        advice = f"remove the empty line{'s' * (len(empty) > 1)}"
        problems.add(empty[0], "", f"{_intervals(empty)} empty", expected="no empty lines", advice=advice)
    problems.check()


def _stripped(header: list[str]) -> list[str]:
    """Return the header without empty cells at its end."""
    last = max((index for index, name in enumerate(header) if name), default=-1)
    return header[: last + 1]


def _intervals(lines: list[int]) -> str:
    """Return line numbers as text: "line 3", "lines 3-4", "lines 3-4 and 2 more"."""
    run = 1
    while run < len(lines) and lines[run] == lines[0] + run:
        run += 1
    more = f" and {len(lines) - run} more" if run < len(lines) else ""
    return (f"lines {lines[0]}-{lines[run - 1]}" if run > 1 else f"line {lines[0]}") + more
