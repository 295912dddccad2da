"""The board in an open notebook shows by itself what another notebook has just proven."""

from __future__ import annotations

import asyncio

from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.start_here import StartHere
from runbook_lib.guide.widgets.board import LiveBoard
from tests.guide.walking import count_as_proven

DEADLINE = 120


def test_it_shows_what_another_kernel_proved(rehearsed: Session) -> None:
    """The widget was made before; another session writes the proof; nobody runs a cell."""

    async def watched() -> None:
        shown = LiveBoard(rehearsed, pause=0.01).build()
        assert "0 of 11 steps" in shown.value
        with open_session(rehearsed.workspace.path) as other:
            count_as_proven(other, "00_start_here")
        async with asyncio.timeout(DEADLINE):
            while "One of 11 steps" not in shown.value:
                await asyncio.sleep(0.01)
        shown.close()

    asyncio.run(watched())


def test_without_a_kernel_it_stands_still(rehearsed: Session) -> None:
    """Headless there is no widget, and the same board as HTML; with a person there it is there once."""
    assert set(StartHere(rehearsed, interactive=False).board()._repr_mimebundle_()) == {
        "text/html", "text/plain",
    }  # fmt: skip
    bundle = StartHere(rehearsed, interactive=True).board()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].count("aria-current") == 2  # in the style, and once on the board
