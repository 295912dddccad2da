"""Which Salesforce goes with which Marketo: a sandbox org with a Marketo sandbox, production with production.

Salesforce tells what the org is; no API of Marketo tells what the instance is, so a person says it before a
sandbox org is connected. Source: Marketo documentation, "Step 3 of 3" (the box Sandbox; once a sync has run,
neither credentials nor org are switched).
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.change.decisions import Decisions
from runbook_lib.change.plan import Consent
from runbook_lib.change.plans.preconditions import known
from runbook_lib.survey.snapshot import MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Message, say

PRODUCTION, SANDBOX = "production", "sandbox"


def environment_said(decisions: Decisions) -> str:
    """What a person said the Marketo instance is; empty where nobody did."""
    return decisions.setup.marketo_environment if decisions.setup else ""


def open_question(snapshot: Snapshot, decisions: Decisions) -> Message | None:
    """That nobody has said yet whether this Marketo is a sandbox; ``None`` where it need not be said."""
    if environment_said(decisions) or not known(snapshot, Part.ORGANIZATION, Organization).is_sandbox:
        return None
    return say(
        "The Salesforce org is a sandbox. Is the Marketo instance {munchkin_id} one, too? No API can "
        'tell. State it in notebook 05, or write marketo_environment = "sandbox" (or "production") '
        "into decisions/setup.toml.",
        munchkin_id=known(snapshot, Part.MARKETO, MarketoState).munchkin_id,
    )


def pairing_consents(snapshot: Snapshot, decisions: Decisions) -> Iterator[Consent]:
    """A warning of its own where a sandbox and a production system are connected."""
    is_sandbox = known(snapshot, Part.ORGANIZATION, Organization).is_sandbox
    said, munchkin_id = environment_said(decisions), known(snapshot, Part.MARKETO, MarketoState).munchkin_id
    if is_sandbox and said == PRODUCTION:
        text = say(
            "A sandbox org is being connected to the production instance Marketo {munchkin_id}: the "
            "sandbox's fields stay in it permanently, and once the sync has run it cannot be connected "
            "to the production org.",
            munchkin_id=munchkin_id,
        )
        yield Consent("sandbox-into-production", text)
    elif not is_sandbox and said == SANDBOX:
        text = say(
            "A production org is being connected to the Marketo sandbox {munchkin_id}: the org's real "
            "people will be copied into it.",
            munchkin_id=munchkin_id,
        )
        yield Consent("production-into-sandbox", text)
