"""What a plan lets the sync user see that nobody agreed to yet, and the consent that this needs.

Before Sync Fields a field that is shown can be hidden again, and nothing has happened. Once Sync Fields was
begun, Marketo makes a field of each new one that it finds, and never takes it away. Source: Marketo
documentation, "Default Salesforce Field Mapping" (a field added later appears with the next sync).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plan import ChangeKind, Consent, Plan
from runbook_lib.review.fields.made import Made, made_of
from runbook_lib.road import FIELD_VISIBILITY, SYNC_FIELDS, UNDOABLE
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import say


def agreed_by(plan: Plan) -> frozenset[str]:
    """What the consent to ``plan`` covers: in 05 all that the sync user sees, else what it names."""
    return frozenset(plan.fields if plan.step == SYNC_FIELDS.name else plan.makes)


def not_agreed(snapshot: Snapshot, agreed: Collection[str]) -> tuple[str, ...]:
    """What the sync user sees now, and nobody agreed to."""
    seen = (field.full_name for field in snapshot.visible_fields())
    return tuple(sorted(name for name in seen if not _covers(agreed, name)))


def with_consent_to_open(plan: Plan, snapshot: Snapshot, agreed: Collection[str] | None) -> Plan:
    """``plan``; once Sync Fields was begun, what it newly opens has to be agreed to by name.

    ``agreed``: the fields that were agreed to; ``None``: Sync Fields was not begun. In 04 also what is seen
    already and was never agreed to is named: that is the place to agree to it, or to hide it.
    """
    if agreed is None or plan.step not in UNDOABLE:
        return plan
    seen = tuple(field.full_name for field in snapshot.visible_fields())
    names = _opened_by(plan, snapshot).difference(seen)
    if plan.step == FIELD_VISIBILITY.name:
        hidden = {change.target for change in plan.changes if change.kind is ChangeKind.HIDE_FIELD}
        names |= set(seen) - hidden
    new = sorted(name for name in names if not _covers(agreed, name))
    if not new:
        return plan
    makes = _made_of(new, snapshot)
    return replace(
        plan, consents=(*plan.consents, _consent(plan, new)), fields=seen, makes=makes, needs_approval=True
    )


def _consent(plan: Plan, names: list[str]) -> Consent:
    text = say(
        "{step} was begun: Marketo creates a field for each new one that the sync user sees, in its "
        "next cycle at the latest, permanently. Nobody has agreed yet to: {fields}. In the Marketo "
        "instance {munchkin_id} they can be hidden later, but never deleted. They come from the org "
        "“{org}” ({org_id}).",
        step=SYNC_FIELDS.name,
        fields=", ".join(names),
        munchkin_id=plan.munchkin_id,
        org=plan.org_name,
        org_id=plan.org_id,
    )
    return Consent("shown-after-sync-fields", text)


def _covers(agreed: Collection[str], full_name: str) -> bool:
    return full_name in agreed or f"{full_name.partition('.')[0]}.*" in agreed


def _opened_by(plan: Plan, snapshot: Snapshot) -> set[str]:
    """What the changes open: fields by their full names; ``Opportunity.*``: whatever of the object the field
    permissions let through."""
    return {name for change in plan.changes for name in KINDS[change.kind].opens(change, snapshot)}


def _made_of(names: list[str], snapshot: Snapshot) -> dict[str, str]:
    """What Marketo makes of each; of one that nobody could look at, a new field."""
    present = snapshot.present if isinstance(snapshot.present, Mapping) else {}
    known: dict[str, Field] = {
        field.full_name: field
        for field in (*(field for some in present.values() for field in some), *snapshot.visible_fields())
    }
    leads = {field.name for field in snapshot.visible_fields() if field.object == "Lead"}
    return {name: (made_of(known[name], leads) if name in known else Made.NEW).value for name in names}
