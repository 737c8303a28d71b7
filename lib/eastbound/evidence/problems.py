"""Collection of everything that is wrong with a table, for one message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from eastbound.errors import EvidenceError

SHOWN: Final = 5  # problems listed in a message; the others are counted
_SHORT: Final = 60  # characters of a cell repeated in a message


@dataclass
class Problems:
    """The problems of one file, in the order in which they are noted."""

    file: str
    lines: list[str] = field(default_factory=list)
    outcome: str = "nothing was read"

    def add(self, line: int, column: str, value: str, *, expected: str, advice: str) -> None:
        """Note a problem with a cell; line 0 means that the cell is not from a file."""
        shown = value if len(value) <= _SHORT else value[:_SHORT] + "…"
        positions = ([f"line {line}"] if line else []) + (
            [f"column `{column}`" if line else f"`{column}`"] if column else []
        )
        position = ", ".join(positions)
        tail = f"; {advice}" if advice else ""
        self.lines.append(f"{position}: found {shown!r}, expected {expected}{tail}")

    def check(self) -> None:
        """Raise one error with all problems.

        Raises
        ------
        EvidenceError
            When there is any problem.
        """
        if not self.lines:
            return
        more = len(self.lines) - SHOWN
        count = f"{len(self.lines)} problem" + ("s" if len(self.lines) > 1 else "")
        rest = [f"  and {more} more of the kind"] if more > 0 else []
        message = "\n".join([f"{self.file}: {count}; {self.outcome}.", *(f"  {x}" for x in self.lines[:SHOWN]), *rest])
        raise EvidenceError(message)
