"""The stops that findings make: what shuts the way, and where nobody could ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.change.plans.preconditions import out_of_reach
from runbook_lib.errors import Blocked, SystemRefused
from runbook_lib.review.findings import Finding, Status, by_cause
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import counted, joined, say


def out_of_reach_by(seen: Snapshot, against: Iterable[Finding]) -> SystemRefused | None:
    """The stop where nothing is wrong but that nobody could ask a system; ``None``: checks have answered."""
    silent = seen.unreached()
    if silent is None or any(each.status is Status.ERROR for each in against):
        return None
    return out_of_reach(silent)


def blocked_by(findings: Sequence[Finding]) -> Blocked:
    """A stop that names everything that shuts the way, each cause once with its fix."""
    causes = [alike[0] for alike in by_cause(findings)]
    reasons = [say("{what} {fix}", what=finding.what, fix=finding.fix or "") for finding in causes]
    many = say("{count} of the checks block this step.", count=len(findings))
    return Blocked(
        counted(len(findings), say("One of the checks blocks this step."), many),
        where=", ".join(finding.check for finding in findings),
        fix=joined(reasons, "\n"),
    )
