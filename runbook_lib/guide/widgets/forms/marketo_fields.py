"""The form of 01: which of Marketo's fields are made, and which profiles may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.change.plans.profiles import no_such_profile
from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input, named
from runbook_lib.survey.requirements import MARKETO_FIELDS, RECOMMENDED_FIELDS
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class FieldsChosen:
    """The fields to be made, the profiles that may read them, and who says so."""

    fields: tuple[str, ...]
    by: str
    profiles: tuple[str, ...] = ()


class FieldsForm(Form[FieldsChosen]):
    """A tick per field and a box for profiles."""

    def __init__(self, seen: Snapshot) -> None:
        self.seen = seen

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return say("Decide")

    def inputs(self, person: Person) -> Sequence[Input]:
        """The fields, the profiles and a name."""
        ticks = [
            Input(
                field.name,
                say("{label} ({name})", label=field.label, name=field.name),
                InputKind.PICK,
                field.name in RECOMMENDED_FIELDS,
            )
            for field in MARKETO_FIELDS
        ]
        profiles = Input(
            "profiles",
            say("Profiles whose users may read these fields but not edit them; separate names with commas"),
        )
        return [*ticks, profiles, name_input(person)]

    def submit(self, values: Values) -> FieldsChosen:
        """What was chosen. ``UsageFault`` where the name is missing or a profile does not exist."""
        by, profiles = named(values), self._profiles(str(values.get("profiles", "")))
        names = tuple(field.name for field in MARKETO_FIELDS if values.get(field.name))
        return FieldsChosen(names, by, profiles)

    def _profiles(self, typed: str) -> tuple[str, ...]:
        """The profiles by their names in the org."""
        names = tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in typed.split(",")))))
        there = self.seen.profile_fields
        if names and not isinstance(there, tuple):
            reason = there.words if isinstance(there, Unknown) else say("nobody looked")
            raise UsageFault(
                say("Cannot tell which profiles there are: {reason}", reason=reason),
                fix=say("Leave the box empty, or fix the access and run “1 Look” again."),
            )
        known = {row.name.lower(): row.name for row in there} if isinstance(there, tuple) else {}
        for name in names:
            if name.lower() not in known:
                raise UsageFault(
                    no_such_profile(name, list(known.values())), fix=say("Correct the name, or leave it out.")
                )
        return tuple(known[name.lower()] for name in names)
