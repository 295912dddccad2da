"""The eleven steps: what is particular to each. One class per notebook, in one visible table."""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.guide.step import Step
from runbook_lib.guide.steps.clicked import StartSync, SyncFields
from runbook_lib.guide.steps.duplicates import Duplicates
from runbook_lib.guide.steps.mapped import FieldMappings
from runbook_lib.guide.steps.setup import MarketoFields, StartHere, SyncUser
from runbook_lib.guide.steps.token import SecurityToken
from runbook_lib.guide.steps.verified import VerifySync, Watch
from runbook_lib.guide.steps.visibility import FieldVisibility

STEPS: Mapping[str, type[Step]] = {
    step.name: step
    for step in (
        StartHere, MarketoFields, SyncUser, SecurityToken, FieldVisibility, SyncFields, FieldMappings,
        Duplicates, StartSync, VerifySync, Watch,
    )
}  # fmt: skip
"""Notebook name → its step."""
