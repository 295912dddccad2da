"""One form: labelled inputs, one button, one line that says what became of it.

The button is shut while its work is done, so that nothing is sent twice. A password is read once and its box
emptied at once, so that it is in no widget's state; whatever goes wrong is shown as a card with its fix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runbook_lib.errors import Defect, RunbookError
from runbook_lib.guide.show import Block, Card, Tone, View, error_card
from runbook_lib.text import Message, say, translate

Values = Mapping[str, Any]
Submit = Callable[[Values], Message | Iterable[Block]]


class Kind(StrEnum):
    """What an input takes."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a kind of input, no password
    TICK = "tick"
    CHOICE = "choice"


@dataclass(frozen=True)
class Input:
    """One labelled input. ``options`` of a choice: what is kept → how it reads."""

    name: str
    label: object
    kind: Kind = Kind.TEXT
    value: Any = ""
    options: Mapping[str, object] | None = None


def build_form(language: str, inputs: Sequence[Input], button: Message, submit: Submit) -> Any:
    """The form as a widget. ``submit`` gets the values by input name; what it returns or raises is shown."""
    import ipywidgets as widgets  # lazy: only where a person is there to use them

    boxes = {each.name: _box(widgets, each, language) for each in inputs}
    press = widgets.Button(
        description=translate(button, language), button_style="primary", layout=widgets.Layout(width="auto")
    )
    told = widgets.HTML()
    told.add_class("runbook-told")

    def work(_: object) -> None:
        press.disabled = True
        told.value = View(language, "", (Card(Tone.INFO, say("Working …")),)).html
        try:
            told.value = _answer(language, submit, _read(inputs, boxes))
        finally:
            press.disabled = False

    press.on_click(work)
    return widgets.VBox([*boxes.values(), widgets.HBox([press]), told])


def _read(inputs: Sequence[Input], boxes: Mapping[str, Any]) -> Values:
    values = {each.name: boxes[each.name].value for each in inputs}
    for each in inputs:
        if each.kind is Kind.SECRET:
            boxes[each.name].value = ""
    return values


def _answer(language: str, submit: Submit, values: Values) -> str:
    try:
        said = submit(values)
    except RunbookError as error:
        said = [error_card(error)]
    except Exception as fault:  # whatever it is, the person at the form is told, and no input is repeated
        said = [error_card(Defect(say("The runbook itself failed: {kind}.", kind=type(fault).__name__)))]
    blocks = [Card(Tone.OK, said)] if isinstance(said, Message) else said
    return View(language, "", tuple(blocks)).html


def _box(widgets: Any, each: Input, language: str) -> Any:
    wide = widgets.Layout(width="40rem", max_width="100%")
    name = translate(each.label, language)
    beside = {"description_width": "18rem"}
    match each.kind:
        case Kind.SECRET:
            return widgets.Password(description=name, layout=wide, style=beside)
        case Kind.TICK:
            whole = widgets.Layout(width="100%", height="auto")
            box = widgets.Checkbox(value=bool(each.value), description=name, indent=False, layout=whole)
            box.add_class("runbook-tick")  # its text is a whole warning: the style of a view lets it wrap
            return box
        case Kind.CHOICE:
            options = [(translate(text, language), kept) for kept, text in (each.options or {}).items()]
            return widgets.RadioButtons(
                options=options, value=each.value, description=name, layout=wide, style=beside
            )
        case _:
            return widgets.Text(value=str(each.value), description=name, layout=wide, style=beside)
