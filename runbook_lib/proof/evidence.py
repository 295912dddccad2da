"""Proof that a step had its effect: what was measured before, what is measured now, and what that shows.

A tick by a person is told, but is never proof by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runbook_lib.change.plan import Plan
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message


@dataclass(frozen=True)
class Claim:
    """One statement that was measured. ``before`` and ``now`` are short JSON-ready values for people."""

    id: str
    status: Status
    what: Message
    before: Any = None
    now: Any = None

    def to_json(self) -> dict[str, Any]:
        """The claim as JSON."""
        raise NotImplementedError


@dataclass(frozen=True)
class Attested:
    """What a person says they did and what the screen then showed (``status``, word for word)."""

    by: str
    at: datetime
    status: str = ""


@dataclass(frozen=True)
class Evidence:
    """All claims of a step at one moment."""

    step: str
    claims: tuple[Claim, ...]
    at: datetime

    @property
    def proven(self) -> bool:
        """At least one claim is ok, and none is an error or cannot be told."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """The evidence as JSON: what the journal keeps as payload of kind ``evidence``."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The inverse of :meth:`to_json`."""
        raise NotImplementedError


def prove(
    step: str, before: Snapshot | None, now: Snapshot, plan: Plan | None, attested: Attested | None = None
) -> Evidence:
    """What ``now``, compared with the baseline ``before``, proves about ``step``. Pure.

    ``plan``: what the step set out to do (its changes and the fields it approved); ``None`` where nothing was
    planned.
    """
    raise NotImplementedError
