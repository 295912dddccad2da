"""From what is there and what was decided to what will be done: one planner per step, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.gate.predecessors import Ground
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans.consents.predecessors import proven_consent
from runbook_lib.change.plans.field_visibility import plan_field_visibility
from runbook_lib.change.plans.mappings import plan_field_mappings
from runbook_lib.change.plans.marketo_clicks import plan_duplicates, plan_start_sync, plan_sync_fields
from runbook_lib.change.plans.opening import with_consent_to_open
from runbook_lib.change.plans.preconditions import draft
from runbook_lib.change.plans.professional import as_edition_allows
from runbook_lib.change.plans.salesforce import plan_marketo_fields, plan_sync_user
from runbook_lib.road import (
    DUPLICATES,
    FIELD_MAPPINGS,
    FIELD_VISIBILITY,
    MARKETO_FIELDS,
    SECURITY_TOKEN,
    START_HERE,
    START_SYNC,
    SYNC_FIELDS,
    SYNC_USER,
    VERIFY_SYNC,
    WATCH,
    step_named,
)
from runbook_lib.survey.snapshot import Part, Snapshot

Planner = Callable[[str, Snapshot, Decisions, datetime], Plan]


def _plan_nothing(step: str, snapshot: Snapshot, _: Decisions, now: datetime) -> Plan:
    return draft(step, snapshot, now)


PLANNERS: Mapping[str, tuple[Planner, tuple[Part, ...]]] = {
    START_HERE.name: (_plan_nothing, ()),
    MARKETO_FIELDS.name: (
        plan_marketo_fields,
        (Part.PERMISSION_SET, Part.CUSTOM_FIELDS, Part.CONVERSION, Part.PROFILE_FIELDS),
    ),
    SYNC_USER.name: (
        plan_sync_user,
        (Part.SYNC_USER, Part.SYSTEM_PERMISSIONS, Part.PERMISSION_SET, Part.SEATS, Part.RIGHTS),
    ),
    SECURITY_TOKEN.name: (_plan_nothing, ()),
    FIELD_VISIBILITY.name: (
        plan_field_visibility,
        (Part.PERMISSION_SET, Part.VISIBLE, Part.PRESENT, Part.GRANTS, Part.PARENTS),
    ),
    SYNC_FIELDS.name: (plan_sync_fields, (Part.VISIBLE, Part.MARKETO)),
    FIELD_MAPPINGS.name: (plan_field_mappings, (Part.VISIBLE,)),
    DUPLICATES.name: (plan_duplicates, (Part.DUPLICATES,)),
    START_SYNC.name: (
        plan_start_sync,
        (
            Part.VISIBLE,
            Part.MARKETO,
            Part.DUPLICATES,
            Part.ROWS,
            Part.INVENTORY,
            Part.SYNC_LOGIN,
            Part.OBJECT_ACCESS,
        ),
    ),
    VERIFY_SYNC.name: (_plan_nothing, ()),
    WATCH.name: (_plan_nothing, ()),
}
"""Step → its planner and the parts of a snapshot, besides the organization, that it reads."""


def plan_for(
    step: str,
    snapshot: Snapshot,
    decisions: Decisions,
    now: datetime,
    ground: Ground | None = None,
) -> Plan:
    """Everything that ``step`` will do: the difference between ``snapshot`` and what was decided.

    What has to be agreed to also names the proof of each step on its ``ground``, and fields that are opened
    after Sync Fields was begun.
    A step that changes and clicks nothing gives an empty plan. ``Blocked`` where the snapshot cannot tell
    which org this is, or cannot tell what a change would have to start from.
    """
    name = step_named(step).name
    planner, _ = PLANNERS[name]
    plan = as_edition_allows(planner(name, snapshot, decisions, now), snapshot)
    ground = ground or Ground()
    plan = with_consent_to_open(plan, snapshot, ground.agreed_fields)
    if not plan.needs_approval:
        return plan
    return replace(plan, consents=(*plan.consents, *proven_consent(ground.predecessors)))


def parts_for(step: str) -> tuple[Part, ...]:
    """The parts of a snapshot that the planner of ``step`` reads."""
    _, parts = PLANNERS[step_named(step).name]
    return (Part.ORGANIZATION, *parts)
