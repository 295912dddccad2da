"""Kernels that are forked from one process which has imported everything: Linux only.

macOS forbids most of its own libraries to a process that was forked and did not start another program
(bugs.python.org/issue33725), the keyring and the look for proxies among them; Windows has no fork. There
kernels are started as programs of their own. This module loads nothing of the house: the server imports on
the second core while the run does.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

SERVER = "runbook_lib.guide.notebooks.fork_server"
LAUNCHER = "ipykernel_launcher"
"""What a kernel is started as."""
LENGTH = struct.Struct("!Q")
"""What goes before each message to the server: how many bytes follow."""
PATIENCE = 60.0
"""Seconds until a fork server has imported what it needs, on a busy machine."""


def can_fork() -> bool:
    """Whether this system forks safely, and tells when a process ended that is no child of ours."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class ForkedProcess:
    """A kernel that is no child of this process, with those parts of ``Popen`` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._descriptor = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """``None`` while it runs. Nobody but its parent can know with which code it ended: then 1."""
        return self._ended(0)

    def wait(self, seconds: float | None = None) -> int | None:
        """Until it has ended, or so many seconds have passed."""
        return self._ended(seconds)

    def send_signal(self, number: int) -> None:
        """Sends it a signal, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._descriptor], [], [], seconds)[0]:
            self.returncode = 1
            os.close(self._descriptor)
        return self.returncode


class ForkServer:
    """The fork server of a run. Starting it returns at once; the first fork waits until it has imported."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-X", "frozen_modules=off", "-W", "ignore", "-m", SERVER]
            environment = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, stdin=theirs.fileno(), start_new_session=True, env=environment
            )
        self._channel.settimeout(PATIENCE)
        self._turn = Lock()

    def fork(self, asked: dict[str, Any], descriptor: int) -> ForkedProcess:
        """A kernel of its own, which inherits ``descriptor``. ``OSError`` where no server answers."""
        body = json.dumps(asked).encode()
        with self._turn:
            socket.send_fds(self._channel, [LENGTH.pack(len(body))], [descriptor])
            self._channel.sendall(body)
            answer = self._channel.recv(LENGTH.size, socket.MSG_WAITALL)
        if len(answer) < LENGTH.size:
            raise ConnectionError("the fork server has ended")
        return ForkedProcess(LENGTH.unpack(answer)[0])

    def close(self) -> None:
        """Ends the server; a kernel that still runs notices, and ends as well."""
        self._channel.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:  # it still imports
            self._process.kill()
            self._process.wait()


@contextmanager
def fork_server() -> Iterator[ForkServer | None]:
    """A server that begins to import what notebooks use; ``None`` where this system does not fork safely."""
    if not can_fork():
        yield None
        return
    server = ForkServer()
    try:
        yield server
    finally:
        server.close()
