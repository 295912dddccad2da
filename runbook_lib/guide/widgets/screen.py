"""The screen of one beat: what stands in its cell, and is filled anew in place when something changes.

On top is a line that a screen reader reads aloud by itself: what goes on, and what is next; the keyboard is
led there. A widget lives as long as its kernel. So the same state stands below it as a page, which is hidden
until the widget is gone: after a restart, in a notebook that was opened again, or where it is not trusted.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from runbook_lib.guide.views.view import Clicks, Instead, Line, View, Warnings
from runbook_lib.text import say, translate

_HERE = Path(__file__).parent
ASLEEP = say(
    "This is what was shown last. To see what is on file now, and to go on, choose Run ▸ Run All Cells: what "
    "is done already is not done a second time."
)
"""The sentence for who finds the page without its kernel."""


_IN_A_FORM = (Clicks, Instead, Warnings)
"""Blocks in whose place a form stands."""


class Screen:
    """One beat's place in the notebook."""

    def __init__(self, language: str) -> None:
        import ipywidgets  # lazy: only where a person is there to use it

        self.language = language
        self.line = _line()(text="")
        self.box = ipywidgets.VBox([self.line])
        self.box.add_class("runbook-screen")
        self._page: Any = None
        self._view: View | None = None

    def stand_here(self) -> None:
        """Puts the screen, and the page behind it, under the cell that runs now."""
        if not is_notebook():
            return
        from IPython.display import display  # lazy: only inside a notebook

        bundle = {**self.box._repr_mimebundle_(), "text/plain": ""}
        display(bundle, raw=True)  # type: ignore[no-untyped-call]
        self._page = display(  # type: ignore[no-untyped-call]
            {"text/html": _STYLE, "text/plain": ""}, raw=True, display_id=True
        )

    def tell(self, text: object) -> None:
        """One line, in the place of what it said before; a screen reader reads it aloud."""
        self.line.text = translate(text, self.language) if str(text) else ""

    def show(self, view: View) -> None:
        """Shows ``view`` and its form, in the place of what was there before."""
        before = self.box.children[1:]
        self._view = view
        self.box.children = (self.line, *_children(view))
        for widget in before:
            widget.close()
        self._keep(view)

    def close_form(self) -> None:
        """Takes the form away; what stood beside it stays."""
        if self._view is not None and self._view.form is not None:
            self.show(replace(self._view, form=None))

    def lead_here(self) -> None:
        """Leads the keyboard, and whoever reads, to the line of this screen."""
        self.line.send({"lead": True})

    def _keep(self, view: View) -> None:
        """The same state as a page, for who opens the notebook without its kernel."""
        if self._page is not None:
            asleep = View(self.language, "", (Line(ASLEEP),))
            html = f'{_STYLE}<div class="runbook-page">{asleep.html}{view.html}</div>'
            self._page.update({"text/html": html, "text/plain": view.plain}, raw=True)


def _children(view: View) -> list[Any]:
    """What is shown as widgets: the form is the click list or the warnings with ticks, or the table; beside
    it they would stand there twice."""
    import ipywidgets  # lazy: only where a person is there to use it

    beside = tuple(
        block
        for block in view.blocks
        if view.form is None or not isinstance(block, Clicks | Instead | Warnings)
    )
    page = ipywidgets.HTML(View(view.language, view.title, beside).html)
    return [page] if view.form is None else [page, view.form()]


def is_notebook() -> bool:
    """Whether this is a kernel, with a page or a run before it."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


@cache
def _line() -> Any:
    import anywidget  # lazy: only where a person is there to use it
    import traitlets  # lazy: comes with it

    traits: dict[str, Any] = {"text": traitlets.Unicode().tag(sync=True)}
    parts = {"_esm": _HERE / "screen.js", "_css": _HERE / "screen.css"}
    return type("StatusLine", (anywidget.AnyWidget,), {**parts, **traits})


_STYLE = """<style>
.jp-OutputArea-child:has(.runbook-screen:not(.jupyter-widgets-disconnected))
  + .jp-OutputArea-child:has(.runbook-page) { display: none; }
.jp-OutputArea-child:has(+ .jp-OutputArea-child .runbook-page):not(:has(.runbook-screen)),
.jp-OutputArea-child:has(.runbook-screen.jupyter-widgets-disconnected) { display: none; }
.jp-Notebook:has(.runbook-screen, .runbook-page) .jp-InputPlaceholder { display: none; }
</style>"""
"""While the widget lives, the page behind it is hidden; once it is gone, what JupyterLab says of that. The
gray stubs of hidden code, those of the parameters and of the first import among them, say nothing to who
reads the screens; View ▸ Show Selected Code still shows the code."""
