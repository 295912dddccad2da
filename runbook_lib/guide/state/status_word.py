"""The status that somebody read off Marketo's page, which no API tells: their words, kept in the journal.

The newest report counts, whether it was made at 09 or at 10, until somebody reports another.
"""

from __future__ import annotations

from datetime import datetime

from runbook_lib.guide.state.session import Session, now
from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.claims.claim import Attested
from runbook_lib.proof.claims.status import has_failed
from runbook_lib.road import VERIFY_SYNC, WATCH, StepSpec
from runbook_lib.text import say

STEPS = (VERIFY_SYNC, WATCH)
"""Where the status is asked for."""
_SHOWN = "shown"


def report_status(session: Session, step: StepSpec, by: str, shown: str) -> None:
    """Writes down what ``by`` saw on Marketo's page, word for word."""
    what = say("Marketo's page shows: {status}.", status=shown)
    payload = journal_payloads.decision(what, by, at=now()) | {_SHOWN: shown}
    session.journal.append(step.name, "decide", Kind.decision, payload)


def reported_status(journal: Journal) -> Attested | None:
    """What was reported last, by whom and when."""
    reports = [
        entry
        for step in STEPS
        for entry in journal.entries(step=step.name, kind=Kind.decision)
        if entry.payload.get(_SHOWN)
    ]
    if not reports:
        return None
    last = max(reports, key=lambda entry: entry.sequence)
    return Attested(last.payload["by"], datetime.fromisoformat(last.at), last.payload[_SHOWN])


def failure_reported(journal: Journal) -> bool:
    """Whether the newest report is a failure."""
    report = reported_status(journal)
    return report is not None and has_failed(report.status)
