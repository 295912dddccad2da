"""How jupyter_client is given a forked kernel: its provisioner of local kernels, with one method changed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from runbook_lib.guide.notebooks.forked_kernel import LAUNCHER, ForkedProcess, ForkServer

ENDS_WITHIN = 1.0
"""Seconds; a process that is killed ends at once, unless it waits for a disk."""


class ForkedProvisioner(LocalProvisioner):
    """Provides jupyter_client with a kernel of ``server``, where the kernel is one of this Python."""

    server: ForkServer
    descriptor: int
    variable: str

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """The connection information of a kernel that was forked, or started as a program."""
        if not is_of_this_python(cmd):
            return await super().launch_kernel(cmd, **options)
        asked = {
            "command": cmd[cmd.index(LAUNCHER) :],
            "environment": dict(options.get("env") or os.environ),
            "folder": str(options.get("cwd") or os.getcwd()),
            "descriptor": self.variable,
        }
        forked = self.server.fork(asked, self.descriptor)
        self.process = cast(Any, forked)  # it has what is used of Popen
        self.pid = self.pgid = forked.pid  # it leads a process group of its own
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Ends the kernel, and comes back when it has: who asked would look only every tenth of a second."""
        await super().kill(restart)
        process: Any = self.process
        if isinstance(process, ForkedProcess):
            process.wait(ENDS_WITHIN)

    async def wait(self) -> int | None:
        """Until the kernel has ended, without the pauses of polling."""
        process: Any = self.process
        if isinstance(process, ForkedProcess):
            code = await asyncio.to_thread(process.wait)
            self.process = None
            return code
        return await super().wait()


def is_of_this_python(command: Sequence[str]) -> bool:
    """Whether the kernel's program is ipykernel under the interpreter that this process has."""
    return LAUNCHER in command and os.path.realpath(command[0]) == os.path.realpath(sys.executable)
