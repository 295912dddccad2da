"""A box that belongs to a choice is shown with that choice alone; an empty choice of a list is one, too."""

from __future__ import annotations

import ipywidgets

from runbook_lib.guide.views.blocks import Block
from runbook_lib.guide.widgets.form import Input, InputKind, Values, build_form
from runbook_lib.text import say

INPUTS = (
    Input("who", "Who?", InputKind.CHOICE, "old", {"old": "an existing user", "new": "a new user"}),
    Input("alias", "New user: alias", only_for=("who", "new")),
    Input("group", "For one group", InputKind.LIST, "", {"": "–", "lead:1": "group 1"}),
)


def test_a_box_comes_and_goes_with_its_choice() -> None:
    """Nobody fills in what a new user needs where an existing one is chosen; what it holds is sent."""
    sent: list[Values] = []

    def take(values: Values) -> tuple[Block, ...]:
        sent.append(values)
        return ()

    form = build_form("en", INPUTS, say("Decide"), take)
    who, alias, group, row, *_ = form.children
    assert alias.layout.display == "none" and group.value == ""
    who.value = "new"
    assert alias.layout.display == ""
    alias.value, who.value = "mkto", "old"
    assert alias.layout.display == "none"
    row.children[0].click()
    assert sent == [{"who": "old", "alias": "mkto", "group": ""}]
    ipywidgets.Widget.close_all()
