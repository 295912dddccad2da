"""The form of 01: which of Marketo's fields are made, and which profiles may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runbook_lib.change.plans.profiles import no_such_profile
from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.survey.requirements import MARKETO_FIELDS, RECOMMENDED_FIELDS
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session


class FieldsForm:
    """A tick per field and a box for profiles. ``keep`` writes down the fields, the profiles and the name."""

    def __init__(
        self,
        session: Session,
        seen: Snapshot,
        keep: Callable[[tuple[str, ...], str, tuple[str, ...]], Message],
    ) -> None:
        self.session = session
        self.seen = seen
        self.keep = keep

    def submit(self, values: Values) -> Message:
        """Writes the decision down. ``UsageFault`` where the name is missing or a profile does not exist."""
        by, profiles = named(values), self._profiles(str(values.get("profiles", "")))
        with self.session.workspace.lock("decision"):
            return self.keep(
                tuple(each.name for each in MARKETO_FIELDS if values.get(each.name)), by, profiles
            )

    def build(self) -> Any:
        """The form as a widget."""
        ticks = [
            Input(
                each.name,
                say("{label} ({name})", label=each.label, name=each.name),
                Kind.PICK,
                each.name in RECOMMENDED_FIELDS,
            )
            for each in MARKETO_FIELDS
        ]
        profiles = Input(
            "profiles",
            say("Profiles whose users may read these fields but not edit them; separate names with commas"),
        )
        inputs = [*ticks, profiles, name_input(self.session.journal)]
        return build_form(self.session.language, inputs, say("Decide"), self.submit)

    def _profiles(self, typed: str) -> tuple[str, ...]:
        """The profiles by their names in the org."""
        names = tuple(dict.fromkeys(filter(None, (" ".join(each.split()) for each in typed.split(",")))))
        there = self.seen.profile_fields
        if names and not isinstance(there, tuple):
            reason = there.reason if isinstance(there, Unknown) else say("nobody looked")
            raise UsageFault(
                say("Cannot tell which profiles there are: {reason}", reason=reason),
                fix=say("Leave the box empty, or fix the access and run “1 Look” again."),
            )
        known = {each.name.lower(): each.name for each in there} if isinstance(there, tuple) else {}
        for name in names:
            if name.lower() not in known:
                raise UsageFault(
                    no_such_profile(name, list(known.values())), fix=say("Correct the name, or leave it out.")
                )
        return tuple(known[name.lower()] for name in names)
