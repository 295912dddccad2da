"""What the journal's entries say: one function per kind gives its payload. The report reads these shapes.

=================  ======================================================================================
kind               payload
=================  ======================================================================================
started            versions {name: version}, expected {name, environment, …}, rehearsal (world or ``null``)
read               what (Message), digest of the snapshot, calls {salesforce, marketo}
finding            a :class:`~runbook_lib.review.findings.Finding`
decision           what (Message), by, reason, at
consent            gate, plan_digest, approver, reason, org, consents {id: full text}, created, expires
change-started     change (id), kind, target, before, after, what (Message)
change-done        the same, and found (it was already so when we looked again)
change-failed      the same, and reason, code, tried
click              click (id), screen [label keys], do (Message), submit, for_ever, by, shown
evidence           an :class:`~runbook_lib.proof.evidence.Evidence`
ended              outcome, exit_code, what (Message or text), calls {salesforce, marketo}, seconds
=================  ======================================================================================

The ``change-…`` payloads are written by ``change/apply.py``. No payload holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from runbook_lib.change.gate import Approval
from runbook_lib.change.plan import Click, click_json
from runbook_lib.errors import RunbookError
from runbook_lib.outcomes import Outcome
from runbook_lib.proof.evidence import Evidence
from runbook_lib.review.findings import Finding
from runbook_lib.survey.snapshot import Expected, Snapshot
from runbook_lib.text import Label, Message

ACKNOWLEDGED = "acknowledged"
"""Key of a decision under which changes stand that somebody accepted: claim → mark."""


def started(expected: Expected, versions: Mapping[str, str], rehearsal: str | None) -> dict[str, Any]:
    """A beat or a run began. ``rehearsal``: the world's name; ``None`` for the real systems."""
    return {
        "expected": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(expected).items()
        },
        "versions": dict(versions),
        "rehearsal": rehearsal,
    }


def read(what: Message, snapshot: Snapshot, calls: Mapping[str, int]) -> dict[str, Any]:
    """Both systems were looked at. ``calls``: ``{"salesforce": n, "marketo": n}``."""
    return {"what": what.to_json(), "digest": snapshot.digest, "calls": dict(calls)}


def finding(answered: Finding) -> dict[str, Any]:
    """A check answered."""
    return answered.to_json()


def decision(what: Message, by: str, reason: str = "", at: datetime | None = None) -> dict[str, Any]:
    """A person chose; ``what`` says it in one sentence."""
    return {"what": what.to_json(), "by": by, "reason": reason, "at": at.isoformat() if at else None}


def consent(approval: Approval) -> dict[str, Any]:
    """A person agreed, with the full text of what was agreed to."""
    return {
        "gate": approval.gate,
        "plan_digest": approval.plan_digest,
        "approver": approval.approver,
        "reason": approval.reason,
        "org": approval.org,
        "consents": dict(approval.consents),
        "created": approval.created.astimezone(UTC).isoformat(),
        "expires": approval.expires.astimezone(UTC).isoformat(),
    }


def click(made: Click, by: str, status: str = "") -> dict[str, Any]:
    """A click was made, by whom, and what the screen then showed, word for word."""
    return {**click_json(made), "click": made.id, "by": by, "shown": status}


def evidence(measured: Evidence) -> dict[str, Any]:
    """What was measured."""
    return measured.to_json()


def ended(outcome: Outcome, calls: Mapping[str, int], seconds: float, what: object = "") -> dict[str, Any]:
    """A step ended. ``what`` went wrong, where something did."""
    return {
        "outcome": outcome.value,
        "exit_code": outcome.exit_code,
        "calls": dict(calls),
        "seconds": round(seconds, 3),
        "what": _words(what),
    }


def _words(what: object) -> Any:
    if isinstance(what, RunbookError):
        return [_words(part) for part in what.parts()]
    return what.to_json() if isinstance(what, Message | Label) else str(what)
