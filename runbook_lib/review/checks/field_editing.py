"""Whether the sync user may edit the standard fields that Marketo's page names: activities, and Account.Type.

Source: Marketo documentation, Step 2 of 3 ("Set Field Permissions": Read Access and Edit Access for the Type
field of accounts, and for all fields of events and tasks).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook_lib.review.checks.check import Answer, Check, listed, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.road import FIELD_VISIBILITY
from runbook_lib.survey.requirements import STEP_2
from runbook_lib.survey.snapshot import Field, Part, Snapshot
from runbook_lib.text import say

ALL_FIELDS = ("Event", "Task")
ONE_FIELD = "Account.Type"
_Fields = Mapping[str, tuple[Field, ...]]


def judge_editable(snapshot: Snapshot) -> Answer:
    """The sync user reads and edits Account.Type and every standard field of events and tasks.

    What the admin may not edit either is not asked for. An object that the sync user may not edit at all
    shows in their permissions; an Account.Type that they do not even see, in the fields that Marketo
    requires."""
    shut = sorted(field.full_name for field in shut_fields(snapshot))
    if not shut:
        return ok(say("The sync user may edit events, tasks and the type of accounts."))
    return Answer(
        Status.WARN,
        say("The sync user cannot read and edit: {fields}.", fields=listed(shut)),
        say(
            "Marketo logs its e-mails and its interesting moments as activities; what it cannot write there "
            "stays empty in Salesforce."
        ),
        say(
            "Notebook 04 grants it. By hand: Salesforce Setup → Users → Permission Sets → "
            "{label} → Object Settings → the object → Edit, tick Read Access and Edit Access beside "
            "each field.",
            label=snapshot.expected.permission_set_label,
        ),
        Who.SALESFORCE_ADMIN,
    )


def shut_fields(snapshot: Snapshot) -> tuple[Field, ...]:
    """These fields, as the admin sees them; none where nobody can tell.

    Only what field-level security can open: a field without permissions, one that nobody may edit and a
    custom one, which is decided about, are left out.
    """
    if not isinstance(snapshot.visible, Mapping) or not isinstance(snapshot.present, Mapping):
        return ()
    return tuple(_shut(snapshot.visible, snapshot.present))


def _shut(visible: _Fields, present: _Fields) -> Iterator[Field]:
    for name in ("Account", *ALL_FIELDS):
        seen = {field.full_name for field in visible.get(name, ())}
        editable = {field.name for field in visible.get(name, ()) if field.updateable}
        for field in present.get(name, ()) if editable else ():
            asked = name in ALL_FIELDS or (field.full_name == ONE_FIELD and ONE_FIELD in seen)
            can_be_given = field.permissionable and field.updateable and not field.custom
            if asked and can_be_given and field.name not in editable:
                yield field


EDITING_CHECKS: tuple[Check, ...] = (
    Check(
        "fields_editable",
        FIELD_VISIBILITY.name,
        say("Fields that Marketo writes to"),
        STEP_2,
        judge_editable,
        needs=(Part.VISIBLE, Part.PRESENT),
        gates=(),
    ),
)
