"""The board in an open notebook: it shows by itself what another notebook has just proven.

It looks into the journal while nothing runs in its own kernel, and ends with it; no system is called.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from runbook_lib.errors import RunbookError
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.views.board import board_block
from runbook_lib.guide.views.view import View
from runbook_lib.journal_store import read_head

PAUSE = 2.0
"""Seconds between two looks into the journal."""


class LiveBoard:
    """The board of one session as a widget."""

    def __init__(self, session: Session, pause: float = PAUSE) -> None:
        self.session = session
        self.pause = pause
        self._watching: asyncio.Task[None] | None = None

    def view(self) -> View:
        """The board as it stands now."""
        return View(self.session.language, "", (board_block(board_of(self.session)),))

    @property
    def html(self) -> str:
        """The board as it stands now, as HTML."""
        return self.view().html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The board three times over: alive, as HTML, and as plain text."""
        view = self.view()
        return {**self.build()._repr_mimebundle_(), "text/html": view.html, "text/plain": view.plain}

    def build(self) -> Any:
        """The widget; where a loop runs, as in a kernel, it is kept up to date."""
        import ipywidgets  # lazy: only where a person is there to see it

        head = read_head(self.session.workspace)  # before the look: what comes between is shown once more
        widget = ipywidgets.HTML(self.html)
        with suppress(RuntimeError):  # no loop runs: the board shows what it showed when it was made
            self._watching = asyncio.get_running_loop().create_task(self._watch(widget, head))
        return widget

    async def _watch(self, widget: Any, head: object) -> None:
        """Shows the board anew whenever the journal has grown, until the widget is closed."""
        while widget.comm is not None:
            await asyncio.sleep(self.pause)
            with suppress(RunbookError):  # the journal is locked or out of reach; the next look may see it
                if (now := read_head(self.session.workspace)) != head:
                    head = now
                    widget.value = self.html
