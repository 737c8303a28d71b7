"""The command `eastbound`: parse, call, print, exit code.

Exit codes: 0 good; 1 a notebook or model failed, what could be made is made;
2 input refused before anything ran. Modules with pandas, papermill and the like
are imported inside the commands, so that `--help` starts at once.
"""

from eastbound.cli.command import entry, main

__all__ = ["entry", "main"]
