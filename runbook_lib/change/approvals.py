"""The consent of a person as a file: ``approvals/<gate>.json``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.change.gate import APPROVAL_LIFETIME, Approval
from runbook_lib.change.plan import Plan

if TYPE_CHECKING:
    from runbook_lib.workspace import Workspace


@dataclass(frozen=True)
class Signature:
    """Who agrees, why, and the org's name as typed. ``language``: in which the consents were read (en, de, es)."""

    by: str
    reason: str
    org: str
    language: str = "en"


def write_approval(
    workspace: Workspace, plan: Plan, signature: Signature, now: datetime, lifetime: timedelta = APPROVAL_LIFETIME
) -> Path:
    """Write down that a person agreed to ``plan``, with the full text of every consent.

    ``UsageFault`` where name or reason is empty, where the org typed is not the plan's org, or where the plan
    holds nothing to agree to.
    """
    raise NotImplementedError


def read_approval(workspace: Workspace, gate: str) -> Approval | None:
    """The approval on file for ``gate``; ``None`` where there is none, ``DecisionFileFault`` where it is bad."""
    raise NotImplementedError


def write_plan(workspace: Workspace, plan: Plan) -> Path:
    """``plans/<step>-<digest8>.json``: the plan as it was shown."""
    raise NotImplementedError


def read_plan(workspace: Workspace, step: str, digest: str) -> Plan | None:
    """The plan that was shown under this digest; ``None`` where it is not on file."""
    raise NotImplementedError
