"""Changes that somebody saw and accepted, and the state that was proven with them.

What is acknowledged is exactly this change: where it goes on changing, it is told anew. Once 10 is proven,
its state is what the next look is compared with, and nothing of it is told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runbook_lib.errors import UsageFault, WorkspaceFault
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session, now
from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.acceptance import acceptances, key_of, mark, newest_findings
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift import is_drift, said_too_by
from runbook_lib.road import WATCH
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import counted, say
from runbook_lib.workspace import Workspace

STATE = "proven_state"
"""Key of the journal under which 10 names the snapshot that it proved."""


def claims(journal: Journal) -> dict[tuple[str, str], str]:
    """Claim and mark → who acknowledged it."""
    return {key: accepted.by for key, accepted in acceptances(journal).items()}


def proven_state(workspace: Workspace, journal: Journal) -> Snapshot | None:
    """The state that 10 proved last; ``None`` where it never was, or the file is gone."""
    entries = journal.entries(step=WATCH.name, kind=Kind.read)
    names = [entry.payload[STATE] for entry in entries if STATE in entry.payload]
    try:
        return history.load_snapshot(workspace, names[-1]) if names else None
    except WorkspaceFault:
        return None


def open_drifts(journal: Journal) -> list[Claim]:
    """The changes that the last look of 10 told of."""
    evidence = history.last_evidence(journal, WATCH.name)
    return [claim for claim in evidence.claims if is_drift(claim)] if evidence else []


def acknowledge(session: Session, by: str, reason: str, drifts: Sequence[Claim]) -> None:
    """Writes down that ``by`` saw these changes and accepts them. ``UsageFault`` where there are none."""
    if not drifts:
        raise UsageFault(
            say("There is no change to acknowledge."),
            fix=say("Run notebook 10 first: it shows what has changed."),
        )
    many = say("{count} changes were acknowledged: {names}.", count=len(drifts), names=_names(drifts))
    what = counted(len(drifts), say("This change was acknowledged: {names}.", names=_names(drifts)), many)
    payload = journal_payloads.decision(what, by, reason, now())
    marks = {claim.id: mark(claim) for claim in drifts} | dict(_said_too(session.journal, drifts))
    session.journal.append(
        WATCH.name, "decide", Kind.decision, payload | {journal_payloads.ACKNOWLEDGED: marks}
    )


def _said_too(journal: Journal, drifts: Iterable[Claim]) -> Iterator[tuple[str, str]]:
    """What the checks found at the last look that says the same as these changes."""
    newest = newest_findings(journal)
    for claim in drifts:
        yield from (key_of(newest[check]) for check in said_too_by(claim) if check in newest)


def _names(drifts: Iterable[Claim]) -> str:
    return ", ".join(claim.id.partition("-")[2] for claim in drifts)
