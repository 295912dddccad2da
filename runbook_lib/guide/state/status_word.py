"""The status of the sync, kept in the journal: what each look concluded, and what somebody read off Marketo's
page, in their words.

The newest report counts, whether it was made at 09 or at 10, until somebody reports another.
"""

from __future__ import annotations

from typing import Any

from runbook_lib.guide.state.session import Session, now
from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import concluded, journal_payloads
from runbook_lib.proof.claims.claim import Evidence
from runbook_lib.proof.claims.status import has_failed
from runbook_lib.proof.progress import Glance
from runbook_lib.proof.sync_status import IN_JOURNAL, SyncStatus, strength_of
from runbook_lib.road import StepSpec
from runbook_lib.text import say

_LOOK = "look"


def report_status(session: Session, step: StepSpec, by: str, status: str) -> None:
    """Writes down what ``by`` saw on Marketo's page, word for word."""
    what = say("Marketo's page shows: {status}.", status=status)
    payload = journal_payloads.decision(what, by, at=now()) | {concluded.PAGE_STATUS: status}
    session.journal.append(step.name, "decide", Kind.decision, payload)


def failure_reported(journal: Journal) -> bool:
    """Whether the newest report is a failure."""
    report = concluded.reported_status(journal)
    return report is not None and has_failed(report.status)


def look_payload(evidence: Evidence, status: SyncStatus, look: Glance) -> dict[str, Any]:
    """What a look at 09 or 10 writes down: the evidence, what it says of the sync, and how far it was."""
    return {**journal_payloads.evidence(evidence), IN_JOURNAL: status.to_json(), _LOOK: look.to_json()}


def looks_so_far(journal: Journal) -> list[Glance]:
    """What each look found, the oldest first."""
    return [Glance.from_json(entry.payload[_LOOK]) for entry in concluded.looks(journal)]


def sync_status(journal: Journal) -> SyncStatus:
    """What is known of the sync now: what the last look concluded, and what was reported since."""
    return concluded.sync_status(journal, now())


def last_look(journal: Journal) -> Evidence | None:
    """The evidence behind it."""
    looks = concluded.looks(journal)
    return Evidence.from_json(looks[-1].payload) if looks else None


def status_json(journal: Journal) -> dict[str, Any]:
    """The status for programs, with its evidence line by line; texts in English."""
    status, evidence = sync_status(journal), last_look(journal)
    claims = evidence.claims if evidence else ()
    return {
        **status.to_json(),
        "why": str(status.why),
        "evidence": [
            {"id": claim.id, "status": claim.status.value, "strength": strength_of(claim).value,
             "what": str(claim.what)}
            for claim in claims
        ],
    }  # fmt: skip
