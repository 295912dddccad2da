"""The eleven steps: what is particular to each. One class per notebook, in one visible table."""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.steps.duplicates import Duplicates
from runbook_lib.guide.steps.field_mappings import FieldMappings
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.guide.steps.marketo_fields import MarketoFields
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.start_here import StartHere
from runbook_lib.guide.steps.start_sync import StartSync
from runbook_lib.guide.steps.sync_fields import SyncFields
from runbook_lib.guide.steps.sync_user import SyncUserStep
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.guide.steps.watch import Watch

STEPS: Mapping[str, type[Step]] = {
    step.spec.name: step
    for step in (
        StartHere, MarketoFields, SyncUserStep, SecurityToken, FieldVisibility, SyncFields, FieldMappings,
        Duplicates, StartSync, VerifySync, Watch,
    )
}  # fmt: skip
"""Notebook name → its step."""
