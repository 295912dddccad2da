"""A press counts once all that was typed before it has arrived.

While the kernel has not answered the last letter of a box, ipywidgets holds the next ones back in the page,
but sends Enter and the button's press at once (its ``WidgetModel.save_changes``; seen with 8.1): who is quick
would send less than they see. So a press is sent to the page and back, behind what was still held back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from runbook_lib.guide.widgets.screen import is_notebook

_SCRIPT = Path(__file__).with_suffix(".js")
_NUMBERS = count(1)


def after_typing(work: Callable[[], None]) -> Callable[[], None]:
    """``work``, once for each press, when all that was typed before has arrived; at once without a page."""
    if not is_notebook():
        return work
    page, waiting = _page()(), set[int]()

    def press() -> None:
        number = next(_NUMBERS)
        waiting.add(number)
        page.send({"press": number})

    def answered(_: Any, content: Any, __: Any) -> None:
        if (number := content.get("press")) in waiting:  # a second page with this form answers, too
            waiting.remove(number)
            work()

    page.on_msg(answered)
    return press


@cache
def _page() -> Any:
    import anywidget  # lazy: only where a person is there to use it

    class BrowserPage(anywidget.AnyWidget):
        """Stands nowhere; it answers from the page."""

        _esm = _SCRIPT

    return BrowserPage
