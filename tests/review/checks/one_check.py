"""One check asked alone, and an org around the sync in which it has nothing to say."""

from __future__ import annotations

from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.model.org_settings import Surroundings
from runbook_lib.survey.model.unknown import Unknown
from runbook_lib.survey.snapshot import Snapshot

QUIET = Surroundings(sharing={"Lead": "ReadEditTransfer", "Account": "Edit"}, sees_all=())
REFUSED = Unknown("insufficient access", "INSUFFICIENT_ACCESS")


def finding(snapshot: Snapshot, check: str) -> Finding:
    """What one check says."""
    return next(finding for finding in run_checks(snapshot) if finding.check == check)


def status_of(snapshot: Snapshot, check: str) -> Status:
    """Its status."""
    return finding(snapshot, check).status
