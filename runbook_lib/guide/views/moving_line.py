"""One line that tells what is going on and is replaced by the next one: in a notebook in place, else on
stderr."""

from __future__ import annotations

import sys

from runbook_lib.guide.views.view import Line, View
from runbook_lib.text import Message, on_terminal


class MovingLine:
    """Tells, in the reader's language, what takes a while."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._display: object | None = None

    def show(self, text: Message) -> None:
        """Says it, in the place of what was said before."""
        if "IPython" not in sys.modules:
            sys.stderr.write(f"{on_terminal(text, self.language)}\n")
            return
        from IPython.display import display  # lazy: only inside a notebook

        view = View(self.language, "", (Line(text),))
        if self._display is not None:
            self._display.update(view)  # type: ignore[attr-defined]
        else:
            self._display = display(view, display_id=True)  # type: ignore[no-untyped-call]
