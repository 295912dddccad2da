"""Production or sandbox, as a word in a sentence."""

from __future__ import annotations

from runbook_lib.survey.snapshot import Organization
from runbook_lib.text import Message, say


def kind_of(organization: Organization) -> Message:
    """``production`` or ``sandbox`` as a word."""
    return say("sandbox") if organization.is_sandbox else say("production")
