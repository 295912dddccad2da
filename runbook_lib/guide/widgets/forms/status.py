"""What Marketo's pages show, and what they export: a person says the one here, in any of its languages, and
drops the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input, named
from runbook_lib.proof.claims.status import WORDS
from runbook_lib.text import Label, Message, label, say

OTHER = "other"
_NOTHING = ""
"""What stands in the list before a person has chosen: no answer is made for them."""
ACCEPTED = (".csv", ".xlsx")


@dataclass(frozen=True)
class StatusRead:
    """The status that Marketo's page shows, and who read it there."""

    status: str
    by: str


class StatusForm(Form[StatusRead]):
    """What the page shows. ``language``: the one of the labels that are offered."""

    def __init__(self, language: str) -> None:
        self.language = language

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("This is what the page shows")

    def inputs(self, person: Person) -> Sequence[Input]:
        """Its words to choose from, or to type, and a name."""
        words: dict[str, object] = {key: Label(key) for key in WORDS}
        options = {_NOTHING: say("choose one"), **words, OTHER: say("something else")}
        return [
            Input("shown", say("What Marketo shows at the top right"), InputKind.LIST, _NOTHING, options),
            Input("typed", say("Its words, as the page shows them"), only_for=("shown", OTHER)),
            name_input(person),
        ]

    def submit(self, values: Values) -> StatusRead:
        """What was chosen, or for something else what was typed. ``UsageFault`` where nothing was, or nobody
        is named."""
        choice = str(values["shown"] or _NOTHING)
        typed = str(values["typed"]).strip() if choice == OTHER else ""
        status = label(choice, self.language) if choice in WORDS else typed
        if not status:
            raise UsageFault(
                say("It was not said what Marketo shows at the top right."),
                fix=say("Choose what the page shows, or “something else” and type its words."),
            )
        return StatusRead(status, named(values))


@dataclass(frozen=True)
class ExportFile:
    """A file as the browser sent it: its name without a folder, and what is in it."""

    name: str
    content: bytes


class ExportsForm(Form[tuple[ExportFile, ...]]):
    """Takes one file or several."""

    @property
    def button(self) -> Message:
        """What pressing it means."""
        return say("Read these files")

    def inputs(self, person: Person) -> Sequence[Input]:
        """The files alone."""
        return [Input("files", say("Choose exported files (CSV or XLSX)"), InputKind.FILES)]

    def submit(self, values: Values) -> tuple[ExportFile, ...]:
        """The files. ``UsageFault`` where none was chosen, or one is of another kind."""
        files = tuple(
            ExportFile(PurePosixPath(PureWindowsPath(str(file["name"])).name).name, bytes(file["content"]))
            for file in values["files"]
        )
        if not files:
            raise UsageFault(say("No file was chosen."), fix=say("Choose the files that Marketo exported."))
        for file in files:
            if not file.name.lower().endswith(ACCEPTED):
                raise UsageFault(
                    say("{name} is neither CSV nor XLSX.", name=file.name),
                    fix=say("Export it again from Marketo's Admin pages, as CSV."),
                )
        return files
