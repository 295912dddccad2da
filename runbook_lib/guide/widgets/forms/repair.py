"""The form for a file of decisions that cannot be read: put it aside, and decide anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runbook_lib.change.decisions import unreadable
from runbook_lib.guide.state.session import now
from runbook_lib.guide.widgets.form import Values, build_form, name_input, named
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


class MendForm:
    """Renames the files that have faults; nothing of them is lost, and nothing is taken from them."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def submit(self, values: Values) -> Message:
        """Puts the files aside. ``UsageFault`` where nobody is named."""
        by, moment = named(values), now()
        workspace = self.step.session.workspace
        names = []
        with workspace.lock("decision"):
            for path in unreadable(workspace):
                aside = path.with_name(f"{path.stem}-put-aside-{moment:%Y%m%dT%H%M%SZ}{path.suffix}")
                path.rename(aside)
                names.append(aside.name)
            what = say("Set aside: {names}.", names=", ".join(names) or say("nothing"))
            self.step.note("decide", Kind.decision, journal_payloads.decision(what, by, at=moment))
        self.step.go_on()
        return what

    def build(self) -> Any:
        """The form as a widget."""
        session = self.step.session
        button = say("Set the file aside and decide again")
        return build_form(session.language, [name_input(session.journal)], button, self.submit)
