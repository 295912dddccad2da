"""What the plans of 01, 02 and 04 leave to a person in Professional Edition, where page layouts decide.

Source: Marketo documentation, Step 1 and 2 of 3 (Professional); see ``review/professional.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from runbook_lib.change.decisions import Decisions, Visibility
from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans.preconditions import blocked, draft
from runbook_lib.review.professional import is_professional
from runbook_lib.survey.needed_fields import required
from runbook_lib.survey.snapshot import Field, Part, Snapshot, SyncUser
from runbook_lib.text import Message, say


def as_edition_allows(plan: Plan, snapshot: Snapshot) -> Plan:
    """``plan`` without what Professional Edition does otherwise; any other edition's plan as it is.

    There an administrator's profile holds all rights, and page layouts show fields.
    """
    if not is_professional(snapshot):
        return plan
    changes = tuple(change for change in plan.changes if not KINDS[change.kind].by_permission_set)
    return replace(plan, changes=changes)


def administers(snapshot: Snapshot) -> Iterator[Message]:
    """The obstacle that a sync user who is there does not have an administrator's profile."""
    user = snapshot.sync_user
    if not is_professional(snapshot) or not isinstance(user, SyncUser):
        return
    if user.administers is None:
        raise blocked(Part.SYNC_USER, None)
    if not user.administers:
        yield say(
            "In Professional Edition the sync user needs the profile System Administrator; {username} "
            "has “{profile}”. In Setup → Users → Users click Edit beside the user, choose the profile, "
            "tick Marketing User and save.",
            username=user.username,
            profile=user.profile_name,
        )


def plan_on_layouts(
    step: str, snapshot: Snapshot, decisions: Decisions, now: datetime, undecided: tuple[str, ...]
) -> Plan:
    """04 in Professional Edition: which fields a person takes off page layouts, and which go onto them.

    Nothing is changed by the runbook; what the sync user sees tells whether it was done.
    """
    visible = {field.full_name for field in snapshot.visible_fields()}
    hide = [
        name
        for name, row in sorted(decisions.fields.items())
        if row.decision is Visibility.HIDE and name in visible
    ]
    missing = [name for name in _needed(snapshot) if name not in visible]
    off = say("remove from every layout")
    on = say("put on the sync user's layout")
    obstacles = (*_on_layouts(off, hide), *_on_layouts(on, missing))
    return replace(draft(step, snapshot, now), undecided=undecided, obstacles=obstacles)


def _needed(snapshot: Snapshot) -> Iterator[str]:
    """Fields that are there, that could be kept from somebody, and that Marketo cannot do without."""
    present: Mapping[str, tuple[Field, ...]] = (
        snapshot.present if isinstance(snapshot.present, Mapping) else {}
    )
    for name, fields in sorted(present.items()):
        needed = required().get(name, frozenset())
        yield from (field.full_name for field in fields if field.permissionable and field.name in needed)


def _on_layouts(what: Message, full_names: Iterable[str]) -> Iterator[Message]:
    names: dict[str, list[str]] = {}
    for full_name in full_names:
        object_name, name = full_name.split(".", 1)
        names.setdefault(object_name, []).append(name)
    for object_name, some in names.items():
        yield say(
            "Setup → Object Manager → {object} → Page Layouts: {what}, and save: {fields}.",
            object=object_name,
            what=what,
            fields=", ".join(sorted(some)),
        )
