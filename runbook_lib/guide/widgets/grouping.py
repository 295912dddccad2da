"""The form of notebook 07: the groups of a kind, and a decision for all, for a kind, or for one group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook_lib.change.decision_rows import ALL, CONFLICTS, DuplicateChoice
from runbook_lib.errors import UsageFault
from runbook_lib.guide.duplicate_blocks import KIND_WORDS
from runbook_lib.guide.show import Block, View
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.text import Message, say, translate

if TYPE_CHECKING:
    from runbook_lib.guide.session import Session

Keep = Callable[[str, str, str, str], Message]
_EVERY = say("All groups")


class GroupForm:
    """Decisions about duplicates. ``grid``: the biggest groups of a kind; ``keep`` writes a decision down."""

    def __init__(
        self,
        session: Session,
        kinds: Sequence[str],
        grid: Callable[[str], Block],
        keep: Keep,
        button: Message,
    ) -> None:
        self.session = session
        self.kinds = kinds
        self.grid = grid
        self.keep = keep
        self.button = button

    def submit(self, values: Values) -> Message:
        """Writes the decision down. ``UsageFault`` where nothing is chosen or nobody is named."""
        if not values["people"] or not values["choice"]:
            raise UsageFault(
                say("Nothing was chosen."), fix=say("Choose one of them; none is chosen for you.")
            )
        by, people = named(values), str(values["people"])
        if key := str(values["key"]).strip().lower():
            if people not in self.kinds:
                raise UsageFault(
                    say("A key is of one group."), fix=say("Choose the kind of that group, too.")
                )
            people = f"{people}:{key}"
        with self.session.workspace.lock("decision"):
            return self.keep(people, str(values["choice"]), by, str(values["reason"]).strip())

    def shown(self, kind: str) -> str:
        """The table of one kind, or of all, as HTML."""
        return View(self.session.language, "", (self.grid(kind),)).html

    def options(self) -> Mapping[str, object]:
        """Whom a decision can be for."""
        rules = {kind: KIND_WORDS[kind] for kind in (*self.kinds, CONFLICTS)}
        return {ALL: _EVERY, **rules}

    def build(self) -> Any:
        """Filter, table and form as one widget."""
        import ipywidgets as widgets  # lazy: only where a person is there to use them

        language = self.session.language
        kinds = [(translate(_EVERY, language), "")]
        kinds += [(translate(KIND_WORDS[kind], language), kind) for kind in self.kinds]
        choice = widgets.Dropdown(options=kinds, value="", description=translate(say("Show"), language))
        table = widgets.HTML(self.shown(""))
        choice.observe(lambda change: setattr(table, "value", self.shown(change["new"])), names="value")
        return widgets.VBox([choice, table, self._form()])

    def _form(self) -> Any:
        choices = {DuplicateChoice.MERGE.value: say("Merge them in Salesforce first"),
                   DuplicateChoice.ACCEPT.value: say("Accept them, with a reason")}  # fmt: skip
        inputs = [
            Input("people", say("For whom"), Kind.CHOICE, options=self.options()),
            Input("key", say("Only the group with this key (may stay empty)")),
            Input("choice", say("Decision"), Kind.CHOICE, options=choices),
            name_input(self.session.journal),
            Input("reason", say("Reason")),
        ]
        return build_form(self.session.language, inputs, self.button, self.submit)
