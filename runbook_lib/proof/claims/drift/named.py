"""How a change is named, and which checks say the same as it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.review.findings import Status
from runbook_lib.text import Message

PREFIX = "drift-"
"""How the id of every drift begins."""
SAID_BY: Mapping[str, tuple[str, ...]] = {
    "user:active": ("sync_user_active",),
    "user:frozen": ("sync_user_not_frozen",),
    "user:locked": ("sync_user_not_locked",),
    "unknown:password_policy": ("password_age",),
    "permission": ("system_permissions",),
    "access": ("object_permissions",),
    "gone": ("marketo_fields_visible", "required_visible", "wanted_visible"),
    "renamed": ("marketo_fields_visible", "required_visible", "wanted_visible"),
}
"""Change, or its kind → the checks that answer to the same fact."""


def drift(kind: str, name: str, what: Message, before: Any = None, now: Any = None) -> Claim:
    """The claim that something of this kind and name changed, which speaks against the step."""
    return Claim(f"{PREFIX}{kind}:{name}", Status.ERROR, what, before, now)


def is_drift(claim: Claim) -> bool:
    """Whether a claim tells of a change that speaks against the step."""
    return claim.id.startswith(PREFIX) and claim.status in (Status.ERROR, Status.UNKNOWN)


def said_too_by(claim: Claim) -> tuple[str, ...]:
    """Ids of the checks that say the same as this change; none for a claim of another kind."""
    if not claim.id.startswith(PREFIX):
        return ()
    name = claim.id.removeprefix(PREFIX)
    return SAID_BY.get(name) or SAID_BY.get(name.partition(":")[0], ())
