"""What stands behind one line, and is opened by a press or by Enter.

The heads of ipywidgets' own ``Accordion`` are no place for the keyboard: Tab passes them by (seen with 8.1),
so that whoever has no mouse would never get behind them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def folded(title: str, inner: Any) -> Any:
    """``inner`` behind a line that says what it is; closed at first."""
    import ipywidgets  # lazy: only where a person is there to use it

    head = _head()(description=title)

    def follow(_: object = None) -> None:
        inner.layout.display = None if head.is_open else "none"

    head.observe(follow, names="is_open")
    follow()
    return ipywidgets.VBox([head, inner])


@cache
def _head() -> Any:
    import anywidget  # lazy: only where a person is there to use it
    import traitlets  # lazy: comes with it

    traits: dict[str, Any] = {
        "description": traitlets.Unicode().tag(sync=True),
        "is_open": traitlets.Bool(False).tag(sync=True),
    }
    parts = {"_esm": _HERE / "fold.js", "_css": _HERE / "fold.css"}
    return type("FoldHead", (anywidget.AnyWidget,), {**parts, **traits})
