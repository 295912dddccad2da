"""The form of notebook 07: the groups of a kind, and a decision for all, for a kind, or for one group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook_lib.change.decisions.rows import ALL, CONFLICTS, DuplicateChoice
from runbook_lib.errors import UsageFault
from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.guide.views.people.duplicates import KIND_WORDS
from runbook_lib.guide.views.view import Block, View
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.text import Message, say, translate

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session

Keep = Callable[[str, str, str, str], Message]


@dataclass(frozen=True)
class Shown:
    """What is shown of groups: the biggest of a kind; and, of those with ``keys``, why they are the same."""

    grid: Callable[[str], Grid]
    keys: Sequence[str] = ()
    explain: Callable[[str], Sequence[Block]] | None = None


_EVERY = say("All groups")


class GroupForm:
    """Decisions about duplicates. ``groups``: what is shown of them; ``keep`` writes a decision down."""

    def __init__(
        self,
        session: Session,
        kinds: Sequence[str],
        groups: Shown,
        keep: Keep,
        button: Message,
    ) -> None:
        self.session = session
        self.kinds = kinds
        self.groups = groups
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
                    say("A key belongs to one group."), fix=say("Choose the type of that group, too.")
                )
            people = f"{people}:{key}"
        with self.session.workspace.lock("decision"):
            return self.keep(people, str(values["choice"]), by, str(values["reason"]).strip())

    def shown(self, kind: str) -> str:
        """The table of one kind as HTML; that of all stands behind its title."""
        table = self.groups.grid(kind)
        return View(self.session.language, "", (table if kind else Fold(table.caption, table),)).html

    def explained(self, key: str) -> str:
        """Why the people of the group with that key are probably the same, as HTML."""
        blocks = self.groups.explain(key) if key and self.groups.explain else ()
        return View(self.session.language, "", tuple(blocks)).html if blocks else ""

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
        return widgets.VBox([choice, table, *self._explanation(widgets), self._form()])

    def _explanation(self, widgets: Any) -> list[Any]:
        """A group to choose, and why its people are the same; nothing where nobody is probably the same."""
        if not self.groups.keys:
            return []
        language = self.session.language
        keys = [(translate(say("choose a key"), language), ""), *((key, key) for key in self.groups.keys)]
        choice = widgets.Dropdown(options=keys, value="", description=translate(say("Explain"), language))
        shown = widgets.HTML()
        choice.observe(lambda change: setattr(shown, "value", self.explained(change["new"])), names="value")
        return [choice, shown]

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
