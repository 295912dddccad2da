"""Who accepted what 10 found, why and when.

What is accepted is exactly what was said then: where it goes on changing, it is told anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.journal import Journal, Kind
from runbook_lib.proof.claims.claim import Claim, Evidence
from runbook_lib.proof.journal_payloads import ACKNOWLEDGED
from runbook_lib.review.findings import Finding
from runbook_lib.road import WATCH
from runbook_lib.survey.snapshot import digest_of


@dataclass(frozen=True)
class Acceptance:
    """Who accepted it, why and when (ISO 8601, UTC)."""

    by: str
    reason: str
    at: str


def mark(claim: Claim) -> str:
    """What exactly was claimed: the same claim about something else has another mark."""
    return digest_of([claim.what.to_json(), claim.before, claim.now])[:16]


def key_of(finding: Finding) -> tuple[str, str]:
    """Under what a finding stands in :func:`acceptances` where somebody accepted it, as it is, with the
    change that says the same."""
    return name_of(finding.check), digest_of([finding.what.to_json()])[:16]


def name_of(check: str) -> str:
    """Under what name a check stands among the claims."""
    return f"check-{check}"


def acceptances(journal: Journal) -> dict[tuple[str, str], Acceptance]:
    """Claim and mark → who accepted it."""
    return {
        (claim, marked): Acceptance(
            str(entry.payload["by"]), entry.payload["reason"], entry.payload["at"] or entry.at
        )
        for entry in journal.entries(step=WATCH.name, kind=Kind.decision)
        for claim, marked in entry.payload.get(ACKNOWLEDGED, {}).items()
    }


def accepted_now(journal: Journal) -> dict[str, Acceptance]:
    """Claim, or check by its name → who accepted what the last look of 10 says of it."""
    known = acceptances(journal)
    keys = [key_of(finding) for finding in newest_findings(journal).values()]
    evidence = journal.last(WATCH.name, Kind.evidence)
    claims = Evidence.from_json(evidence.payload).claims if evidence else ()
    keys += [(claim.id, mark(claim)) for claim in claims]
    return {key[0]: known[key] for key in keys if key in known}


def newest_findings(journal: Journal) -> dict[str, Finding]:
    """Check → what it found at the last look of 10."""
    entries = journal.entries(step=WATCH.name, kind=Kind.finding)
    return {entry.payload["check"]: Finding.from_json(entry.payload) for entry in entries}
