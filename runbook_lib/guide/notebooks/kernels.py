"""Kernels for a run: one process per notebook, the next one started while the one before is at work.

A kernel is reached over a socket in a folder of its own, not over a port that others on this machine could
read; by default all kernels started in one working directory would share one socket, also those of another
run. Where the system can, kernels are forked from one process that has imported everything.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from runbook_lib.guide.notebooks.forked_kernel import ForkServer
from runbook_lib.guide.state.kept_sessions import VARIABLE, SessionStore
from runbook_lib.private_folder import PrivateFolder

PATIENCE = 60.0
"""Seconds until a kernel answers, on a busy machine."""
PRELOAD = "__import__('runbook_lib.guide.notebooks.open_step')"
"""Runs in a kernel before it is needed; leaves no name in the notebook's namespace."""
ARGUMENTS = (f"--IPKernelApp.exec_lines={PRELOAD}", "--HistoryManager.enabled=False")
"""A run's cells do not go into the history that a person's IPython keeps."""


@dataclass
class Coming:
    """A kernel that is being started, and the run's end of what hands it sessions."""

    manager: Any
    thread: Thread
    channel: socket.socket | None


class Kernels:
    """The kernels of one run, one after the other, at most ``most``. :meth:`close` ends whatever still
    runs."""

    def __init__(self, most: int, server: ForkServer | None = None) -> None:
        self.most = most
        self._server = server
        self._folder = PrivateFolder()
        self._count = 0
        self._coming: Coming | None = None
        self._sessions = SessionStore()

    def prepare(self) -> None:
        """Starts the next kernel in the background, if one more is needed and none is coming already."""
        if self._coming is None and self._count < self.most:
            self._coming = self._begin()

    @contextmanager
    def one(self) -> Iterator[Any]:
        """A started kernel's manager, for one notebook; the kernel ends with the ``with`` block."""
        self.most = max(self.most, self._count + (self._coming is None))
        self.prepare()
        assert self._coming is not None
        coming, self._coming = self._coming, None
        try:
            self._sessions.hand_over(coming.channel)
            coming.thread.join()
            yield coming.manager
        finally:
            self._end(coming)

    def close(self) -> None:
        """Ends a kernel that was started and never used, and removes the sockets."""
        if self._coming is not None:
            self._end(self._coming)
        self._folder.cleanup()

    def _begin(self) -> Coming:
        manager, channel = self._manager(), None
        options: dict[str, Any] = {"extra_arguments": list(ARGUMENTS), "env": dict(os.environ)}
        theirs: socket.socket | None = None
        if sys.platform != "win32":  # sockets are no inheritable descriptors there: each kernel logs in
            channel, theirs = socket.socketpair()
            if self._server is not None:
                _fork_from(self._server, manager, theirs.fileno())
            else:
                options["pass_fds"] = (theirs.fileno(),)
                options["env"][VARIABLE] = str(theirs.fileno())
        thread = Thread(target=_start, args=(manager, options, theirs), daemon=True)
        thread.start()
        return Coming(manager, thread, channel)

    def _end(self, coming: Coming) -> None:
        coming.thread.join()  # Ctrl-C may have come while it was starting
        coming.manager.let_go()
        if coming.manager.has_kernel:
            asyncio.run(coming.manager.shutdown_kernel(now=True))
        self._sessions.take_back(coming.channel)

    def _manager(self) -> Any:
        from runbook_lib.guide.notebooks.ready_kernel import ReadyManager  # lazy: only runs need Jupyter

        self._count += 1
        if sys.platform == "win32":  # has no sockets in the file system: the port is encrypted instead
            return ReadyManager(kernel_name="python3", transport_encryption="auto")
        place = f"{self._folder.name}/{self._count}"
        return ReadyManager(kernel_name="python3", transport="ipc", ip=place)


def _fork_from(server: ForkServer, manager: Any, descriptor: int) -> None:
    from runbook_lib.guide.notebooks.forked_provisioner import ForkedProvisioner  # lazy: it brings Jupyter

    manager.kernel_id = str(uuid.uuid4())
    provisioner = ForkedProvisioner(
        kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager
    )
    provisioner.server, provisioner.descriptor, provisioner.variable = server, descriptor, VARIABLE
    manager.provisioner = provisioner


async def _make_ready(manager: Any, options: dict[str, Any]) -> None:
    await manager.start_kernel(**options)
    await manager.make_ready(PATIENCE)


def _start(manager: Any, options: dict[str, Any], theirs: socket.socket | None) -> None:
    """In a thread with an event loop of its own: jupyter_client starts kernels asynchronously only."""
    try:
        asyncio.run(_make_ready(manager, options))
    except Exception:  # whoever uses the kernel starts one as a program, and tells why that fails
        manager.provisioner = None
    finally:
        if theirs is not None:
            theirs.close()
