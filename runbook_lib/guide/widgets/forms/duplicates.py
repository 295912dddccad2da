"""The form of notebook 07: the groups of a kind, and a decision for all, for a kind, or for one group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.change.decisions.rows import ALL, CONFLICTS, DuplicateChoice
from runbook_lib.errors import UsageFault
from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.guide.views.people.duplicates import KIND_WORDS
from runbook_lib.guide.views.view import Block, View
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Take, Values, name_input, named
from runbook_lib.survey.model.inventory import GroupKind
from runbook_lib.text import Message, say, translate


@dataclass(frozen=True)
class GroupsChosen:
    """What was decided, and about whom: all, a kind, or a kind and the key of one group."""

    people: str
    choice: str
    by: str
    reason: str


@dataclass(frozen=True)
class GroupViews:
    """What is shown of groups: the biggest of a kind, and why some are probably the same.

    ``names``: kind and key of each, as in ``lead:0123456789abcdef`` → how a person calls it.
    """

    grid: Callable[[str], Grid]
    names: Mapping[str, Message]
    explain: Callable[[str], Sequence[Block]] | None = None


_EVERY = say("All groups")
_NO_GROUP = ""


class GroupForm(Form[GroupsChosen]):
    """A decision about duplicates. ``groups``: what is shown of them; ``is_first``: none was made before."""

    def __init__(self, kinds: Sequence[str], groups: GroupViews, is_first: bool = True) -> None:
        self.kinds = kinds
        self.groups = groups
        self.is_first = is_first

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return say("Decide") if self.is_first else say("Change the decision")

    def submit(self, values: Values) -> GroupsChosen:
        """The decision. ``UsageFault`` where nothing is chosen or nobody is named."""
        if not values["people"] or not values["choice"]:  # “all” is chosen at first
            raise UsageFault(
                say("Nothing was chosen under “{question}”.", question=say("Decision")),
                fix=say("Choose one of them; none is chosen for you."),
            )
        by, people = named(values), str(values["group"] or values["people"])
        return GroupsChosen(people, str(values["choice"]), by, str(values["reason"]).strip())

    def table_html(self, kind: str, language: str) -> str:
        """The table of one kind as HTML; that of all stands behind its title."""
        table = self.groups.grid(kind)
        return View(language, "", (table if kind else Fold(table.caption, table),)).html

    def explained(self, key: str, language: str) -> str:
        """Why the people of the group with that key are probably the same, as HTML."""
        blocks = self.groups.explain(key) if key and self.groups.explain else ()
        return View(language, "", tuple(blocks)).html if blocks else ""

    def options(self) -> Mapping[str, object]:
        """Whom a decision can be for."""
        rules = {kind: KIND_WORDS[kind] for kind in (*self.kinds, CONFLICTS)}
        return {ALL: _EVERY, **rules}

    def inputs(self, person: Person) -> Sequence[Input]:
        """For whom, what, by whom and why."""
        choices = {choice.value: choice.offer for choice in DuplicateChoice}
        groups = {_NO_GROUP: "–", **self.groups.names}
        return [
            Input("people", say("For whom"), InputKind.CHOICE, ALL, self.options()),
            Input("group", say("Or for one group alone"), InputKind.LIST, _NO_GROUP, groups),
            Input("choice", say("Decision"), InputKind.CHOICE, options=choices),
            name_input(person),
            Input("reason", say("Reason")),
        ]

    def build(self, person: Person, take: Take) -> Any:
        """Filter, table and form as one widget."""
        import ipywidgets as widgets  # lazy: only where a person is there to use them

        language = person.language
        kinds = [(translate(_EVERY, language), "")]
        kinds += [(translate(KIND_WORDS[kind], language), kind) for kind in self.kinds]
        choice = widgets.Dropdown(options=kinds, value="", description=translate(say("Show"), language))
        table = widgets.HTML(self.table_html("", language))
        choice.observe(
            lambda change: setattr(table, "value", self.table_html(change["new"], language)), names="value"
        )
        form = super().build(person, take)
        return widgets.VBox([choice, table, *self._explanation(widgets, language), form])

    def _explanation(self, widgets: Any, language: str) -> list[Any]:
        """A group to choose, and why its people are the same; nothing where nobody is probably the same."""
        probable = [name for name in self.groups.names if name.startswith(f"{GroupKind.PROBABLE}:")]
        if not probable:
            return []
        keys = [(translate(say("choose a group"), language), "")]
        keys += [(translate(self.groups.names[name], language), name.partition(":")[2]) for name in probable]
        choice = widgets.Dropdown(options=keys, value="", description=translate(say("Explain"), language))
        explanation = widgets.HTML()
        choice.observe(
            lambda change: setattr(explanation, "value", self.explained(change["new"], language)),
            names="value",
        )
        return [choice, explanation]
