"""One form: labeled inputs, one button, one line that says what became of it.

A form is data: its inputs, and what a person's values mean. It decides nothing else: the step that asks gets
the answer, and it alone writes it down. The button is shut while its work is done, so that nothing is sent
twice. Secrets have a form of their own, in which they are no widget's state (see ``secret_form``); whatever
goes wrong is shown as a card with its fix.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from runbook_lib.errors import Defect, RunbookError, UsageFault
from runbook_lib.guide.views.view import Block, Card, Tone, View, error_card
from runbook_lib.guide.widgets.secret_form import build_secret_form
from runbook_lib.guide.widgets.typed_before import after_typing
from runbook_lib.text import Message, say, translate

Values = Mapping[str, Any]
Answer = TypeVar("Answer", covariant=True)
_ENTER = "submit"
"""What a box for text sends when Enter is pressed in it."""
Take = Callable[[Values], Iterable[Block]]
"""What takes the values of a form, and gives what to show of it."""


class InputKind(StrEnum):
    """What an input takes."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a kind of input, no password
    TICK = "tick"  # a warning or a click: a whole sentence in a box of its own
    PICK = "pick"  # one thing of many
    CHOICE = "choice"
    LIST = "list"  # one of more than fit on a page
    FILES = "files"  # what the browser sends of them


@dataclass(frozen=True)
class Input:
    """One labeled input. ``options`` of a choice: what is kept → how it reads.

    ``only_for``: the name of a choice and what has to be chosen there; else the input is not shown.
    """

    name: str
    label: object
    kind: InputKind = InputKind.TEXT
    value: Any = ""
    options: Mapping[str, object] | None = None
    only_for: tuple[str, str] | None = None


@dataclass(frozen=True)
class Person:
    """Who sits at the form: the language they read, and the name that was given last."""

    language: str = "en"
    name: str = ""


class Form(ABC, Generic[Answer]):
    """What a person is asked. It knows no session and no journal."""

    @property
    @abstractmethod
    def button(self) -> Message:
        """The words on its button: what happens when it is pressed."""

    @abstractmethod
    def inputs(self, person: Person) -> Sequence[Input]:
        """What there is to fill in."""

    @abstractmethod
    def submit(self, values: Values) -> Answer:
        """The answer that these values are. ``UsageFault`` where they are none, with what to do."""

    def build(self, person: Person, take: Take) -> Any:
        """The form as a widget; ``take`` gets the values, once for each press."""
        return build_form(person.language, self.inputs(person), self.button, take)


@dataclass(frozen=True)
class Named:
    """An answer that is a name, and nothing more."""

    by: str


def name_input(person: Person) -> Input:
    """The box for the name of who decides or clicks; it starts with the name that was given last."""
    return Input("by", say("Your name"), value=person.name)


def named(values: Values) -> str:
    """The name that was typed. ``UsageFault`` where there is none."""
    by = " ".join(str(values.get("by", "")).split())
    if not by:
        raise UsageFault(
            say("No name was given."),
            fix=say("Type your name: it is recorded with what you decide or click."),
        )
    return by


def below_each_other(built: Sequence[Any]) -> Any:
    """The forms as one widget: what was decided, which can be changed, above the word for what follows."""
    import ipywidgets as widgets  # lazy: only where a person is there to use them

    return built[0] if len(built) == 1 else widgets.VBox(list(built))


def build_form(language: str, inputs: Sequence[Input], button: Message, take: Take) -> Any:
    """The form as a widget. ``take`` gets the values by input name; what it returns or raises is shown.

    A form with a secret takes secrets and ticks, and nothing else.
    """
    import ipywidgets as widgets  # lazy: only where a person is there to use them

    if any(field.kind is InputKind.SECRET for field in inputs):
        return _secret_form(language, inputs, button, take)
    boxes = {field.name: _box(widgets, field, language) for field in inputs}
    for field in inputs:
        if field.only_for is not None:
            _show_only_for(boxes[field.name], boxes[field.only_for[0]], field.only_for[1])
    press = widgets.Button(
        description=translate(button, language), button_style="primary", layout=widgets.Layout(width="auto")
    )
    reply = widgets.HTML()
    reply.add_class("runbook-told")

    def work() -> None:
        _tell(reply, language, take, {name: box.value for name, box in boxes.items()})
        for field in inputs:
            if field.kind is InputKind.FILES:  # what a file tells of people stays in no state of a widget
                boxes[field.name].value = ()

    begin = after_typing(work)
    press.on_click(lambda _: begin())
    for field in inputs:
        if field.kind is InputKind.TEXT:
            boxes[field.name].on_msg(lambda _, sent, __: begin() if sent.get("event") == _ENTER else None)
    return widgets.VBox([*boxes.values(), widgets.HBox([press]), widgets.HTML(_STYLE), reply])


def _secret_form(language: str, inputs: Sequence[Input], button: Message, take: Take) -> Any:
    import ipywidgets as widgets  # lazy: only where a person is there to use them

    reply = widgets.HTML()
    reply.add_class("runbook-told")

    def answer(values: Values) -> None:
        _tell(reply, language, take, values)

    fields = [{"name": field.name, "label": field.label, "kind": field.kind.value} for field in inputs]
    return widgets.VBox([build_secret_form(language, fields, button, answer), reply])


def _tell(reply: Any, language: str, take: Take, values: Values) -> None:
    """Shows what became of the values, and has it read aloud: the keyboard may stay in the form."""
    reply.value = View(language, "", (Card(Tone.INFO, say("Working …")),)).html
    reply.value = f'<div role="alert">{_answer(language, take, values)}</div>'


def _answer(language: str, take: Take, values: Values) -> str:
    try:
        blocks = list(take(values))
    except RunbookError as error:
        blocks = [error_card(error)]
    except Exception as fault:  # whatever it is, the person at the form is told, and no input is repeated
        blocks = [error_card(Defect(say("The runbook itself failed: {kind}.", kind=type(fault).__name__)))]
    return View(language, "", tuple(blocks)).html


def _box(widgets: Any, field: Input, language: str) -> Any:
    name = translate(field.label, language)
    match field.kind:
        case InputKind.TICK | InputKind.PICK:
            whole = widgets.Layout(width="100%", height="auto")
            box = widgets.Checkbox(value=bool(field.value), description=name, indent=False, layout=whole)
            box.add_class(f"runbook-{field.kind}")  # its text is a sentence: the style lets it wrap
            return box
        case InputKind.CHOICE:
            options = [(translate(text, language), kept) for kept, text in (field.options or {}).items()]
            box = widgets.RadioButtons(options=options, value=field.value or None, description=name)
        case InputKind.LIST:
            options = [(translate(text, language), kept) for kept, text in (field.options or {}).items()]
            is_one = field.value in (field.options or {})
            box = widgets.Dropdown(options=options, value=field.value if is_one else None, description=name)
        case InputKind.FILES:
            box = widgets.FileUpload(accept=".csv,.xlsx", multiple=True, description=name)
            _name_what_is_chosen(box, name)
        case _:
            box = widgets.Text(value=str(field.value), description=name)
    box.layout = widgets.Layout(width="40rem", max_width="100%", height="auto")
    box.add_class("runbook-field")
    return box


def _name_what_is_chosen(box: Any, name: str) -> None:
    """The button says which files were chosen: by itself it only counts them."""

    def follow(_: object) -> None:
        box.description = ", ".join(file["name"] for file in box.value) or name

    box.observe(follow, names="value")


def _show_only_for(box: Any, choice: Any, wanted: str) -> None:
    """Shows ``box`` while ``wanted`` is chosen, and only then."""

    def follow(_: object = None) -> None:
        box.layout.display = "" if choice.value == wanted else "none"

    choice.observe(follow, names="value")
    follow()


_STYLE = """<style>
.runbook-field { flex-direction: column !important; align-items: stretch !important;
  margin: .4rem 0 !important; }
.runbook-field > label, .runbook-field > .widget-label { width: auto !important; max-width: none !important;
  height: auto !important; text-align: start !important; white-space: normal !important; overflow: visible;
  line-height: 1.4 !important; }
.runbook-field > select { flex: none !important; height: 2rem !important; }
.runbook-field .widget-radio-box { width: auto !important; max-width: none; height: auto !important; }
.runbook-field .widget-radio-box label { height: auto !important; white-space: normal !important;
  line-height: 1.4 !important; margin-block: .2rem; }
.runbook-pick, .runbook-pick label, .runbook-pick span { height: auto !important;
  overflow: visible !important; white-space: normal !important; line-height: 1.4 !important; }
.runbook-pick { margin: 0 !important; } .runbook-pick label { display: flex; gap: .4rem; }
</style>"""
"""Labels stand above their boxes and wrap; ipywidgets would cut them off beside them."""
