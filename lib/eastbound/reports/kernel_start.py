"""Start an ordinary kernel that ends with its worker; a script, so that it imports nothing of the package."""

import ctypes
import os
import runpy
import signal
import sys


def main() -> None:
    """Tie this process to its parent, drop the caller's streams, become a kernel."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.environ.get("JPY_PARENT_PID", str(os.getppid())) != str(os.getppid()):
            os._exit(1)  # the parent ended before the line above
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    here = os.path.dirname(os.path.abspath(__file__))
    runpy.run_path(os.path.join(here, "memory_limit.py"))["limit_memory"]()
    runpy.run_path(os.path.join(here, "reads.py"))["note_reads"]()
    # the folder of this script is not to be importable from notebooks
    sys.path[:] = [folder for folder in sys.path if folder != here]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
