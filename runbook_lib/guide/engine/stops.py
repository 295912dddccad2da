"""The stops that findings and faults make: what shuts the way, and where nobody could ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from runbook_lib.change.plans.preconditions import out_of_reach
from runbook_lib.disk import cannot_write
from runbook_lib.errors import Blocked, Cancelled, Defect, RunbookError, SystemRefused
from runbook_lib.guide.state.phases import BEAT_WORDS
from runbook_lib.proof.evidence import Evidence
from runbook_lib.review.checks import title_of
from runbook_lib.review.findings import Finding, Status, by_cause
from runbook_lib.survey.model.unknown import unknowns_in
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, counted, joined, say


def out_of_reach_by(seen: Snapshot, against: Iterable[Finding]) -> SystemRefused | None:
    """The stop where nothing is wrong but that nobody could ask a system; ``None``: checks have answered."""
    silent = seen.unreached()
    if silent is None or any(finding.status is Status.ERROR for finding in against):
        return None
    return out_of_reach(silent)


def silence_of(seen: Snapshot, parts: Iterable[Part], evidence: Evidence) -> SystemRefused | None:
    """The stop where nothing speaks against a step but that a system was silent while it was proven."""
    statuses = {claim.status for claim in evidence.claims}
    if Status.ERROR in statuses or Status.UNKNOWN not in statuses:
        return None
    measured = (getattr(seen, part.value) for part in parts)
    unreached = (unknown for part in measured for unknown in unknowns_in(part) if unknown.unreached)
    silent = next(unreached, None)
    return out_of_reach(silent) if silent else None


def blocked_by(findings: Sequence[Finding]) -> Blocked:
    """A stop that names everything that shuts the way, each cause once with its fix."""
    many = say("{count} of the checks block this step.", count=len(findings))
    return Blocked(
        counted(len(findings), say("One of the checks blocks this step."), many),
        where=joined((title_of(finding.check) or finding.check for finding in findings), "; "),
        fix=joined(told_once(findings), "\n"),
    )


def told_once(findings: Iterable[Finding]) -> list[Message]:
    """Each cause once, with its fix."""
    causes = [alike[0] for alike in by_cause(findings)]
    return [say("{what} {fix}", what=finding.what, fix=finding.fix or "") for finding in causes]


def stop_of(fault: BaseException, mask: Callable[[str], str], where: str, folder: Path) -> RunbookError:
    """The stop that a fault which is none of ours makes: stopped manually, a disk, or the runbook itself."""
    if isinstance(fault, KeyboardInterrupt):
        return Cancelled(say("Stopped manually during “{beat}”.", beat=BEAT_WORDS[where.rpartition(" ")[2]]))
    if isinstance(fault, OSError):
        return cannot_write(fault, folder)
    return Defect(
        say("The runbook itself failed: {kind}: {text}", kind=type(fault).__name__, text=mask(str(fault))),
        where=where,
        fix=say("Nothing else was done. Please report this with the journal."),
    )
