"""Kernels for a run: one process per notebook, the next one started while the one before is at work.

A kernel is reached over a socket in a folder of its own, not over a port that others on this machine could
read; by default all kernels started in one working directory would share one socket, also those of another
run.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from runbook_lib.private_folder import PrivateFolder

PRELOAD = "__import__('runbook_lib.guide')"
"""Runs in a kernel before it is needed; leaves no name in the notebook's namespace."""


class Kernels:
    """The kernels of one run, one after the other, at most ``most``. :meth:`close` ends whatever still
    runs."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._folder = PrivateFolder()
        self._count = 0
        self._coming: tuple[Any, Thread] | None = None

    def prepare(self) -> None:
        """Starts the next kernel in the background, if one more is needed and none is coming already."""
        if self._coming is None and self._count < self.most:
            manager = self._manager()
            thread = Thread(target=_start, args=(manager,), daemon=True)
            thread.start()
            self._coming = manager, thread

    @contextmanager
    def one(self) -> Iterator[Any]:
        """A started kernel's manager, for one notebook; the kernel ends with the ``with`` block."""
        self.most = max(self.most, self._count + (self._coming is None))
        self.prepare()
        assert self._coming is not None
        manager, thread = self._coming
        self._coming = None
        try:
            thread.join()
            yield manager
        finally:
            thread.join()  # Ctrl-C may have come while it was starting
            _end(manager)

    def close(self) -> None:
        """Ends a kernel that was started and never used, and removes the sockets."""
        if self._coming is not None:
            manager, thread = self._coming
            thread.join()
            _end(manager)
        self._folder.cleanup()

    def _manager(self) -> Any:
        from jupyter_client.manager import AsyncKernelManager  # lazy: only runs need it

        self._count += 1
        if sys.platform == "win32":  # has no sockets in the file system: the port is encrypted instead
            return AsyncKernelManager(kernel_name="python3", transport_encryption="auto")
        socket = f"{self._folder.name}/{self._count}"
        return AsyncKernelManager(kernel_name="python3", transport="ipc", ip=socket)


def _start(manager: Any) -> None:
    """In a thread with an event loop of its own: jupyter_client starts kernels asynchronously only."""
    with suppress(
        Exception
    ):  # whoever uses the kernel starts it again where it is missing, and tells why it fails
        asyncio.run(manager.start_kernel(extra_arguments=[f"--IPKernelApp.exec_lines={PRELOAD}"]))


def _end(manager: Any) -> None:
    if manager.has_kernel:
        asyncio.run(manager.shutdown_kernel(now=True))
