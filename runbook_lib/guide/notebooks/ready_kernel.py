"""A kernel whose client is ready before a notebook needs it.

jupyter_client listens for a fifth of a second whether a new kernel has more to say; nbclient would do that
between two notebooks, while nothing else goes on.
"""

from __future__ import annotations

from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager


class ReadyClient(AsyncKernelClient):
    """A client that is made ready once, by :meth:`make_ready`; whoever does it again finds it done."""

    is_ready = False

    async def make_ready(self, seconds: float) -> None:
        """Connects, and waits until the kernel answers. ``RuntimeError`` where it does not."""
        # Whether it lives is asked of its process, and nobody is there to type: no heart, no standard input.
        super().start_channels(hb=False, stdin=False)
        await super().wait_for_ready(timeout=seconds)
        self.is_ready = True

    def start_channels(self, *channels: bool, **named: bool) -> None:
        """Connects, where it has not."""
        if not self.is_ready:
            super().start_channels(*channels, **named)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Waits for the kernel's answer, where it has not been waited for."""
        if not self.is_ready:
            await super().wait_for_ready(timeout=timeout)


class ReadyManager(AsyncKernelManager):
    """A manager that hands out the client it was given."""

    prepared: ReadyClient | None = None

    async def make_ready(self, seconds: float) -> None:
        """Makes the client of the started kernel; where it cannot be, whoever needs one makes it."""
        client = ReadyClient(**self.get_connection_info(session=True), parent=self)
        try:
            await client.make_ready(seconds)
        except RuntimeError:
            client.stop_channels()
        else:
            self.prepared = client

    def client(self, **options: Any) -> AsyncKernelClient:  # type: ignore[override]  # as its own base does
        """The ready client; a new one, where there is none."""
        return self.prepared or super().client(**options)

    def let_go(self) -> None:
        """Closes the connections of the client that was ready."""
        if self.prepared is not None:
            self.prepared.stop_channels()
