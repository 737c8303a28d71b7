"""Write the structured log of a run: one JSON object a line, in the run's folder and, on request, on standard error.

The events go through the logger ``eastbound`` of the standard library, so a program that calls the package can attach
handlers of its own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.errors import InputError
from eastbound.reports.unattended.secrets import mask

if TYPE_CHECKING:
    from eastbound.reports.run import Run
    from eastbound.reports.worker import Outcome

FILE: Final = "log.jsonl"
VARIABLE: Final = "EASTBOUND_LOG_FORMAT"
FORMATS: Final = ("text", "json")
_LOGGER: Final = logging.getLogger("eastbound")
_LOGGER.addHandler(logging.NullHandler())  # without a run, the library is silent


class JsonLines(logging.Formatter):
    """Format a log record as one line of JSON: time, level, event and the event's own fields, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        content = {
            "schema": "log/1",
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(mask(content), ensure_ascii=False, default=str)


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event of a run.

    Parameters
    ----------
    event : str
        Stable name for machines, such as ``"page made"``.
    level : int
        Of the standard library.
    **fields
        What the event is about, as JSON values.
    """
    _LOGGER.log(level, event, extra={"fields": fields})


@contextmanager
def log_run(folder: Path, run: str) -> Iterator[None]:
    """Write the events of a block to ``log.jsonl`` in a run's folder, and to standard error if the format is JSON.

    Parameters
    ----------
    folder : Path
        Working folder of the run.
    run : str
        Its id.
    """
    with (folder / FILE).open("a", encoding="utf-8") as file:
        streams = [file, sys.stderr] if log_format() == "json" else [file]
        handlers = [logging.StreamHandler(stream) for stream in streams]
        level = _LOGGER.level
        _LOGGER.setLevel(logging.INFO)
        for handler in handlers:
            handler.setFormatter(JsonLines())
            _LOGGER.addHandler(handler)
        try:
            log_event("run started", run=run)
            yield
        except BaseException as error:
            log_event("run stopped", level=logging.ERROR, run=run, reason=f"{type(error).__name__}: {error}")
            raise
        finally:
            for handler in handlers:
                _LOGGER.removeHandler(handler)
            _LOGGER.setLevel(level)


def log_page(outcome: Outcome) -> None:
    """Log how a page went: made, unchanged or failed."""
    seconds = outcome.seconds.get("total", 0.0)
    if outcome.failure:
        log_event("page failed", level=logging.ERROR, page=outcome.page, reason=outcome.failure, seconds=seconds)
    elif outcome.unchanged:
        log_event("page unchanged", page=outcome.page)
    else:
        log_event("page made", page=outcome.page, reason=outcome.reason, seconds=seconds)


def log_finish(run: Run) -> None:
    """Log what needs attention, and how the run ended."""
    if run.watch is not None:
        for checked in run.watch.alerts:
            level = logging.INFO if checked.state == "clear" else logging.WARNING
            log_event(f"alert {checked.state}", level=level, **checked.as_record())
        for stale in run.watch.stale:
            log_event("figures stale", level=logging.WARNING, **stale.as_record())
    log_event("run finished", run=run.id, exit_code=run.exit_code, seconds=run.seconds.get("total"))


def log_format() -> str:
    """Return the format of what a run writes to standard error: `$EASTBOUND_LOG_FORMAT`, by default ``text``.

    Raises
    ------
    InputError
        If the variable names no format.
    """
    name = os.environ.get(VARIABLE) or "text"
    if name not in FORMATS:
        message = f"${VARIABLE} is `{name}`; it must be one of {', '.join(FORMATS)}."
        raise InputError(message)
    return name


def error_line(text: str, *, code: int) -> str:
    """Return the message of an error as one line of the log, for a command that ends with it.

    Examples
    --------
    >>> import json
    >>> json.loads(error_line("unknown scenario `x`", code=2))["exit_code"]
    2
    """
    record = logging.makeLogRecord({"msg": "%s", "args": ("command failed",), "levelname": "ERROR"})
    record.fields = {"exit_code": code, "message": text}
    return JsonLines().format(record)
