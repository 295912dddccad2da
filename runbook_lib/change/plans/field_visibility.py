"""Plan for 04: hide what was decided to be hidden, show what Marketo needs, open what it writes into; touch
nothing that others share.

Source: Salesforce, FieldPermissions: a row with both flags off is removed, and no row means no access; a
field is visible as long as one profile or permission set of the user grants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from runbook_lib.change.decisions import Decisions, FieldDecision, Visibility
from runbook_lib.change.plan import Change, Plan
from runbook_lib.change.plans.hiding import hide, refused, rows_by_field
from runbook_lib.change.plans.preconditions import demand, draft
from runbook_lib.change.plans.professional import plan_on_layouts
from runbook_lib.change.plans.salesforce import create_permission_set, grant_field
from runbook_lib.change.plans.unknown_names import misspelled
from runbook_lib.review.checks.field_editing import shut_fields
from runbook_lib.review.fields.choice import must_be_decided
from runbook_lib.review.professional import is_professional
from runbook_lib.survey.model.grants import twin_of
from runbook_lib.survey.needed_fields import required
from runbook_lib.survey.snapshot import Field, Part, Snapshot
from runbook_lib.text import Message, say


def plan_field_visibility(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """04: a change per field whose visibility differs from what was decided."""
    demand(snapshot, Part.VISIBLE)
    if is_professional(snapshot):
        layouts = plan_on_layouts(step, snapshot, decisions, now, undecided_fields(snapshot, decisions))
        return replace(layouts, obstacles=(*_refused(snapshot, decisions), *layouts.obstacles))
    visible = {field.full_name: field for field in snapshot.visible_fields()}
    hidden = [field for field in decisions.fields.values() if field.decision is Visibility.HIDE]
    hidden = [row for row in hidden if row.full_name in visible and not _is_refused(row, visible)]
    rows = rows_by_field(snapshot) if hidden else {}
    changes: list[Change] = []
    obstacles: list[Message] = []
    for decision in sorted(hidden, key=lambda row: row.full_name):
        twin = twin_of(decision.full_name)
        if twin != decision.full_name and twin in visible:
            obstacles.extend(_against_twin(decision.full_name, twin, decisions))
            continue  # it goes with its twin, or not at all
        planned = hide(visible[decision.full_name], decision, snapshot, rows)
        (changes if isinstance(planned, Change) else obstacles).append(planned)  # type: ignore[arg-type]
    changes.extend(_show(snapshot, decisions, set(visible)))
    return replace(
        draft(step, snapshot, now),
        changes=tuple(changes),
        undecided=undecided_fields(snapshot, decisions),
        obstacles=(*_refused(snapshot, decisions), *obstacles, *misspelled(snapshot, decisions)),
    )


def _against_twin(full_name: str, twin: str, decisions: Decisions) -> Iterator[Message]:
    """That a field of a person account cannot be hidden while the contact's field that it shows is kept."""
    decision = decisions.fields.get(twin)
    if decision is None or decision.decision is not Visibility.HIDE:
        yield say(
            "{field} shows the value of {twin}, and Salesforce hides both or neither: make the same "
            "decision for both.",
            field=full_name,
            twin=twin,
        )


def undecided_fields(snapshot: Snapshot, decisions: Decisions) -> tuple[str, ...]:
    """Fields the sync user sees that have to be decided about, and that nobody has decided about."""
    return tuple(
        field.full_name
        for field in snapshot.visible_fields()
        if must_be_decided(field) and field.full_name not in decisions.fields
    )


def _refused(snapshot: Snapshot, decisions: Decisions) -> Iterator[Message]:
    """Rows that hide what nobody may hide, also where the sync user does not see it now."""
    present = snapshot.present.values() if isinstance(snapshot.present, Mapping) else ()
    known = {field.full_name: field for fields in present for field in fields}
    known |= {field.full_name: field for field in snapshot.visible_fields()}
    for name, decision in sorted(decisions.fields.items(), key=lambda item: (item[1].line, item[0])):
        if decision.decision is Visibility.HIDE and name in known:
            refusal = refused(known[name], decision)
            if refusal is not None:
                yield refusal


def _is_refused(decision: FieldDecision, visible: Mapping[str, Field]) -> bool:
    return refused(visible[decision.full_name], decision) is not None


def _show(snapshot: Snapshot, decisions: Decisions, visible: set[str]) -> Iterator[Change]:
    """Fields that exist and that the sync user should see and does not: needed by Marketo, or decided to be
    kept; and standard fields that they should edit and may not.
    """
    if not isinstance(snapshot.present, Mapping) or decisions.setup is None:
        return
    wanted = [
        field
        for fields in snapshot.present.values()
        for field in fields
        if field.permissionable and field.full_name not in visible and _is_wanted(field, decisions)
    ]
    shut = shut_fields(snapshot)
    if wanted or shut:
        yield from create_permission_set(decisions.setup, snapshot)
    for field in sorted(wanted, key=lambda field: field.full_name):
        editable = "edit" if field.updateable and not field.calculated else ""
        what = say("Let the sync user see {field}.", field=field.full_name)
        yield from grant_field(snapshot, twin_of(field.full_name), what, edit=editable)
    for field in sorted(set(shut) - set(wanted), key=lambda field: field.full_name):
        what = say("Let the sync user read and edit {field}.", field=field.full_name)
        yield from grant_field(snapshot, field.full_name, what)


def _is_wanted(field: Field, decisions: Decisions) -> bool:
    decision: FieldDecision | None = decisions.fields.get(field.full_name)
    if decision is not None:
        return decision.decision is Visibility.KEEP
    return field.name in required().get(field.object, frozenset())
