"""From what is there and what was decided to what will be done: one planner per step, in one visible table."""

from __future__ import annotations

from datetime import datetime

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.plan import Plan
from runbook_lib.survey.snapshot import Part, Snapshot


def plan_for(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """Everything that ``step`` will do: the difference between ``snapshot`` and what was decided.

    A step that changes and clicks nothing gives an empty plan. ``Blocked`` where the snapshot cannot tell
    which org this is, or cannot tell what a change would have to start from.
    """
    raise NotImplementedError


def parts_for(step: str) -> tuple[Part, ...]:
    """The parts of a snapshot that the planner of ``step`` reads."""
    raise NotImplementedError
