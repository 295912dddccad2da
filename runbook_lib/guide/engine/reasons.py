"""Why a step ended as it did, as lines in one language."""

from __future__ import annotations

from runbook_lib.guide.state.board import parts_of
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.views.view import Tone
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.review.checks import CHECKS
from runbook_lib.review.findings import Finding, Status, by_cause
from runbook_lib.text import from_json, joined, say, translate


def reasons(session: Session, ended: Entry, language: str = "") -> list[str]:
    """Why a run stopped at ``ended``: each reason with its fix, one per line; empty where it did not.
    ``language``: that of the connection where none is named."""

    def speak(text: object) -> str:
        return translate(text, language or session.language)

    findings = [
        Finding.from_json(entry.payload)
        for entry in session.journal.entries(step=ended.step, run=ended.run, kind=Kind.finding)
    ]
    against = {finding.check: finding for finding in findings if finding.blocks}
    titles = {check.id: check.title for check in CHECKS}
    if ended.payload["outcome"] == Outcome.BLOCKED and against:
        lines = []
        for alike in by_cause(against.values()):
            first = alike[0]
            named = [titles[finding.check] for finding in alike if finding.check in titles]
            title = f"{speak(joined(named))}: " if named and first.status is Status.UNKNOWN else ""
            lines.append(f"{Tone.STOP.sign} {title}{speak(first.what)}")
            lines += [f"  {speak(say('Fix'))}: {speak(first.fix)}"] if first.fix else []
        return lines
    return [speak(from_json(part)) for part in parts_of(ended.payload["what"]) if part]
