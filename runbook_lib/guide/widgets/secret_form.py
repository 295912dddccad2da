"""The form that takes secrets: native password boxes whose values never are state of a widget.

JupyterLab can save the state of all widgets into the notebook, automatically even, and its checkpoints keep
it; a password box of ipywidgets holds what is typed as such state. Here the browser sends the values once, as
a message of its own, and empties the boxes; between two messages neither the kernel nor a file knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from runbook_lib.text import translate

_HERE = Path(__file__).parent
SUBMIT = "submit"


def build_secret_form(
    language: str,
    fields: Sequence[Mapping[str, object]],
    button: object,
    take: Callable[[Mapping[str, Any]], None],
) -> Any:
    """The form as a widget. A field has ``name``, ``label`` and ``kind`` (secret or tick); ``take`` gets the
    values by name, once for each press."""
    labeled = [
        {"name": field["name"], "label": translate(field["label"], language), "kind": str(field["kind"])}
        for field in fields
    ]
    form = _secret_form()(fields=labeled, button=translate(button, language))

    def receive(_: object, content: Any, __: object) -> None:
        values = content.get(SUBMIT) if isinstance(content, dict) else None
        if not isinstance(values, dict):
            return
        try:
            take({str(field["name"]): values.get(str(field["name"]), "") for field in labeled})
        finally:
            form.send({"answered": True})

    form.on_msg(receive)
    return form


@cache
def _secret_form() -> Any:
    import anywidget  # lazy: only where a person is there to use it
    import traitlets  # lazy: comes with it

    traits: dict[str, Any] = {
        "fields": traitlets.List().tag(sync=True),
        "button": traitlets.Unicode().tag(sync=True),
    }
    parts = {"_esm": _HERE / "secret_form.js", "_css": _HERE / "secret_form.css"}
    return type("SecretForm", (anywidget.AnyWidget,), {**parts, **traits})
