"""What the commands share: options that mean the same everywhere, and printing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from eastbound.errors import shortened


def _settle_home(_context: click.Context, _option: click.Parameter, home: Path | None) -> Path | None:
    """Make `--home` the workspace of everything this command loads, own data included."""
    if home is not None:
        os.environ["EASTBOUND_HOME"] = str(home)
    return home


def _settle_log(_context: click.Context, _option: click.Parameter, name: str | None) -> None:
    """Make `--log-format` the format of everything that this command writes to standard error."""
    if name is not None:
        os.environ["EASTBOUND_LOG_FORMAT"] = name


class NamedPath(click.Path):
    """A path; an empty text, as of an unset shell variable, is refused: it would name the working folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text of an option as a path."""
        if value == "":
            self.fail("the folder has no name; write `.` for the working folder", param, ctx)
        return super().convert(value, param, ctx)


class NamedAddress(NamedPath):
    """A path, or an address such as ``s3://bucket/prefix``, which stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text of an option as a path or an address."""
        return value if "://" in str(value) else super().convert(value, param, ctx)


class WholeNumber(click.IntRange):
    """A whole number within bounds, refused in the words that a parameter of a notebook is refused in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text of an option as a whole number."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            bounds = f"from {self.min} to {self.max}" if self.max is not None else f"of at least {self.min}"
            name = param.opts[-1] if param else "the number"
            message = f"`{name}` is `{shortened(str(value))}`; it must be a whole number {bounds}."
            raise click.UsageError(message, ctx) from None


home_option = click.option(
    "--home",
    type=NamedPath(),
    callback=_settle_home,
    is_eager=True,
    help="Workspace with notebooks, params and data.",
)
as_of_option = click.option("--as-of", metavar="DATE", help="Use only what had been published by this day.")
data_option = click.option("--data", type=NamedPath(), help="Folder with your own CSV files.")
views_option = click.option(
    "--views",
    "logged",
    is_flag=True,
    help="Hold the logged views that are in force (on --as-of, when given).",
)
view_option = click.option(
    "--view", "stated", multiple=True, metavar="STATEMENT", help="A view for this run alone; repeatable."
)
full_option = click.option(
    "--full", is_flag=True, help="Fit by Markov chains that must converge: about a minute, kept afterwards."
)
log_format_option = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    expose_value=False,
    is_eager=True,
    callback=_settle_log,
    help="What goes to standard error: lines to read, or the log as JSON lines. Default: $EASTBOUND_LOG_FORMAT.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def show(content: Any, as_json: bool) -> None:
    """Print a text as it is, or a record as JSON."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str) if as_json else content)


def show_frame(frame: Any) -> None:
    """Print a data frame as JSON records."""
    click.echo(frame.to_json(orient="records", indent=2, force_ascii=False, date_format="iso"))
