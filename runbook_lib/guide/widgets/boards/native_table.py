"""What the live tables of the notebooks have in common: one native HTML table with filter and sort.

A table is a plain Python model; the browser shows it and only ever changes what a person decides. Whatever
comes from an org is set as text, never as HTML. The script of a table is put behind the common one, because a
widget is one module.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from runbook_lib.guide.views.view import printable
from runbook_lib.text import Message, say, translate

_HERE = Path(__file__).parent
_MAPPINGS = ("words", "choices")
_JUMPS = {
    "past": say("Past the table"),
    "back": say("Back to the filters"),
}
"""What every table offers to who has no mouse: nobody presses Tab once for each row."""
_COMMON = ("native_table.js", "table_tools.js")


def cell_text(value: object) -> str:
    """A cell as it reads: control characters replaced, nothing for what is not known."""
    return "" if value is None else printable(str(value))


def script(name: str) -> str:
    """The module of the table ``name``: what all tables share, then what is its own."""
    return "\n".join((_HERE / file).read_text(encoding="utf-8") for file in (*_COMMON, f"{name}.js"))


def style() -> Path:
    """The style that all tables share."""
    return _HERE / "native_table.css"


def words(sentences: Mapping[str, Message], language: str) -> dict[str, str]:
    """The sentences, and those of every table, with their gaps left open: the browser fills in its own counts
    and names."""
    return {name: _open(sentence, language) for name, sentence in {**_JUMPS, **sentences}.items()}


@cache
def live_table(name: str, states: tuple[str, ...]) -> Any:
    """The widget class of the table ``name``; ``states``: what the browser and Python both hold.

    ``words`` and ``choices`` are mappings, the others lists.
    """
    import anywidget  # lazy: only where a person is there to use it
    import traitlets  # lazy: comes with it

    traits: dict[str, Any] = {
        state: (traitlets.Dict() if state in _MAPPINGS else traitlets.List()).tag(sync=True)
        for state in states
    }
    return type("LiveTable", (anywidget.AnyWidget,), {"_esm": script(name), "_css": style(), **traits})


def _open(message: Message, language: str) -> str:
    gaps = {gap: f"{{{gap}}}" for gap in message.values}
    return translate(Message(message.template, gaps), language)
