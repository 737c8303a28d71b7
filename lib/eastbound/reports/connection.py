"""Connect to a kernel as soon as it answers: jupyter_client's own client waits for fixed times as well.

A client that comes before its kernel tries again after a tenth of a second, on each of its sockets; once the kernel has
answered it listens a fifth of a second longer, for messages that nbclient passes over anyway.
"""

from __future__ import annotations

from queue import Empty
from time import monotonic
from typing import Any, Final

from jupyter_client.asynchronous import AsyncKernelClient

_AGAIN: Final = 5  # milliseconds until a socket tries again to reach a kernel that is not there yet
_LOOK: Final = 1.0  # seconds without an answer after which it matters whether the kernel lives
_LISTEN: Final = 0.2  # seconds for the channel of outputs, which may be reached later than the one of answers


class Connection(AsyncKernelClient):
    """Talk to a kernel; see the module for what differs."""

    def _context_default(self) -> Any:
        context = super()._context_default()
        context.reconnect_ivl = _AGAIN
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered, and its channel of outputs is open.

        Parameters
        ----------
        timeout : float, optional
            In seconds; default is no limit.

        Raises
        ------
        RuntimeError
            If the kernel ends first, or the time is over.
        """
        end = None if timeout is None else monotonic() + timeout
        while True:
            self.kernel_info()
            try:
                reply = await self.get_shell_msg(timeout=_LOOK)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=_LISTEN)
                    self._handle_kernel_info_reply(reply)
                    return
            except Empty:  # not ready, or its outputs would be lost: ask again
                pass
            if not await self.is_alive():
                message = "The kernel ended before it answered"
                raise RuntimeError(message)
            if end is not None and monotonic() > end:
                message = f"The kernel did not answer within {timeout:g} seconds"
                raise RuntimeError(message)
