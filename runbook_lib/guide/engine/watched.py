"""What one look of 10 found, as one object for programs, as Markdown, and as a message to a webhook.

Made from the journal alone, so that it says the same whoever asks and whenever. A webhook hears of every look
that is not quiet, and of the first quiet one after it: that is when a pager may be reset.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from runbook_lib.disk import write_whole
from runbook_lib.errors import SystemRefused, UsageFault
from runbook_lib.guide.engine.result import result_of
from runbook_lib.guide.state import acknowledged
from runbook_lib.guide.state.session import Session
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome, outcome_named
from runbook_lib.proof import acceptance
from runbook_lib.proof.claims.claim import Claim, Evidence
from runbook_lib.proof.claims.drift import is_drift, said_too_by
from runbook_lib.proof.concluded import Concluded, reported_status, sync_status
from runbook_lib.proof.report.words import WORDS
from runbook_lib.published import Published
from runbook_lib.review.findings import Finding, Status
from runbook_lib.road import WATCH
from runbook_lib.systems.secrets.vault import WEBHOOK
from runbook_lib.systems.webhook import post_message
from runbook_lib.text import Message, counted, say, translate

FORMAT = 1
JSON_FILE, MARKDOWN_FILE = "watch.json", "watch.md"


@dataclass(frozen=True)
class Drift(Published):
    """One change against the state that was proven last."""

    id: str
    """What changed, such as ``drift-field:Lead.Score__c``: the same for the same change."""
    what: str
    before: str
    """As JSON; ``null`` where nothing was there."""
    now: str
    fix: str
    """What to do, where a check says the same with its fix; else empty: it stands in ``what``."""
    who: str
    """Who can do it: you, salesforce-admin, marketo-admin or support; empty with ``fix``."""


@dataclass(frozen=True)
class Stop(Published):
    """A check that blocks, or a claim that does not hold or cannot be told."""

    id: str
    status: str
    """error or unknown."""
    what: str
    fix: str
    """Empty for a claim."""
    who: str
    """you, salesforce-admin, marketo-admin or support; empty for a claim."""


@dataclass(frozen=True)
class Watched(Published):
    """One look of 10_watch."""

    format: int
    """1; a field may be added, none is renamed or taken away without raising it."""
    connection: str
    place: str
    """production, sandbox or rehearsal."""
    run: str
    at: str
    """When the look ended: ISO 8601, UTC."""
    outcome: str
    """done (nothing is wrong), waits (something changed or is wrong: a person is needed), refused (a system
    did not answer), cancelled, timed-out, evidence-missing (it cannot be told yet), usage or defect."""
    exit_code: int
    sync: Concluded
    """The state of Marketo's sync, by this look or the last that could tell, and what was reported since."""
    status: str
    """What somebody read last on Marketo's page, word for word; empty: nobody reported."""
    status_at: str
    """When: ISO 8601, UTC; empty: never."""
    drifts: tuple[Drift, ...]
    acknowledged: tuple[str, ...]
    """Ids of changes that somebody accepted, and that are quiet."""
    stops: tuple[Stop, ...]
    reasons: tuple[str, ...]
    next: str
    """The command with which to go on; empty where nothing is left to do or nobody can tell."""
    calls: dict[str, int]
    """salesforce, marketo: how many the look made."""
    text: str
    """The same for people, as Markdown: chat tools show it."""
    webhook: str
    """posted, failed: and why, quiet (nothing to tell) or none (no address was given)."""


def watched(session: Session, ended: Entry) -> Watched:
    """What the look found that ended with ``ended``, in the language of the connection."""
    entries = _of_this_look(session, ended)
    proofs = [entry for entry in entries if entry.kind is Kind.evidence]
    evidence = Evidence.from_json(proofs[-1].payload) if proofs else None
    claims = evidence.claims if evidence else ()
    result, reported = result_of(session, ended), reported_status(session.journal)
    side, findings, at = session.connection, _findings(entries), datetime.fromisoformat(ended.at)
    known = acknowledged.claims(session.journal)
    summary = Watched(
        format=FORMAT,
        connection=side.name,
        place="rehearsal" if side.is_rehearsal else side.salesforce.environment,
        run=ended.run,
        at=ended.at,
        outcome=result.outcome,
        exit_code=result.exit_code,
        sync=Concluded.of(sync_status(session.journal, at), at, session.language),
        status=reported.status if reported else "",
        status_at=reported.at.isoformat() if reported else "",
        drifts=tuple(_drift(claim, findings, session.language) for claim in claims if is_drift(claim)),
        acknowledged=tuple(claim.id for claim in claims if _is_acknowledged(claim)),
        stops=(
            *(_check(finding, session.language) for finding in _unsaid(findings, claims, known)),
            *_claims(claims, session.language),
        ),
        reasons=result.reasons,
        next=result.next,
        calls={name: int(count) for name, count in ended.payload["calls"].items()},
        text="",
        webhook="none",
    )
    return replace(summary, text=markdown(summary, session.language))


def _of_this_look(session: Session, ended: Entry) -> list[Entry]:
    before = [entry for entry in session.journal.entries(step=WATCH.name) if entry.sequence < ended.sequence]
    ends = [place for place, entry in enumerate(before, start=1) if entry.kind is Kind.ended]
    return before[ends[-1] if ends else 0 :]


def leave_watched(session: Session, ended: Entry) -> str:
    """Writes ``watch.json`` and ``watch.md`` into the workspace, and posts to the webhook where there is one;
    why that failed, empty where it did not. The verdict of the look is another matter, and stays."""
    summary = watched(session, ended)
    masked = session.vault.mask(asdict(summary))
    masked["webhook"] = _posted(session, ended, masked)
    folder = session.workspace.path
    write_whole(folder / JSON_FILE, json.dumps(masked, ensure_ascii=False, indent=1) + "\n")
    write_whole(folder / MARKDOWN_FILE, masked["text"])
    return str(masked["webhook"]).partition("failed: ")[2]


def person_needed(changes: int, others: int = 0) -> Message:
    """That so many changes, and other things that are wrong, need a person."""
    count = changes + others
    if others:
        many = say("{count} things need a person.", count=count)
        return counted(count, say("One thing needs a person."), many)
    many = say("{count} changes need a person.", count=count)
    return counted(count, say("One change needs a person."), many)


def markdown(summary: Watched, language: str) -> str:
    """A summary for chat tools and for pages of a build."""
    place = translate(WORDS[summary.place], language)
    lines = [f"### {_plain(summary.connection)} ({place}): {_headline(summary, language)}", ""]
    if summary.drifts or summary.outcome == Outcome.WAITS:
        problems = {drift.what: drift.fix for drift in summary.drifts} | {
            stop.what: stop.fix for stop in summary.stops if stop.status == Status.ERROR
        }
        lines += [f"- {_plain(f'{what} {fix}'.strip())}" for what, fix in problems.items()]
    elif summary.reasons:
        lines += [f"- {_plain(reason)}" for reason in summary.reasons]
    lines += ["", _plain(summary.sync.text)]
    if summary.status:
        message = say("Marketo's page shows: {status}.", status=summary.status)
        lines += ["", _plain(translate(message, language))]
    if summary.next:
        lines += ["", f"`{_plain(summary.next).replace('`', '')}`"]
    return "\n".join(lines).rstrip() + "\n"


def _headline(summary: Watched, language: str) -> str:
    if summary.exit_code == 0:
        return translate(say("nothing changed"), language)
    if summary.drifts or summary.outcome == Outcome.WAITS:
        others = {stop.what for stop in summary.stops if stop.status == Status.ERROR}
        return translate(person_needed(len(summary.drifts), len(others)), language).rstrip(".")
    return translate(say("the look stopped: {outcome}", outcome=_word(summary.outcome)), language)


def _word(outcome: str) -> object:
    named = outcome_named(outcome)
    return named.word if named else outcome


def _plain(text: str) -> str:
    """One line in which an org's words make no heading, link, mention or table."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\*_[]<>#|@" else sign for sign in line if sign.isprintable())


def _posted(session: Session, ended: Entry, message: dict[str, object]) -> str:
    vault = session.vault
    if not vault.has(WEBHOOK):
        return "none"
    if ended.payload["exit_code"] == 0 and _was_quiet(session, ended):
        return "quiet"
    try:
        post_message(session.transport, vault.get(WEBHOOK).reveal(), message | {"webhook": "posted"})
    except (SystemRefused, UsageFault) as fault:
        return f"failed: {vault.mask(translate(fault.what, session.language))}"
    return "posted"


def _was_quiet(session: Session, ended: Entry) -> bool:
    """Whether the look before this one found nothing either; the first look is told."""
    before = [
        entry
        for entry in session.journal.entries(step=WATCH.name, kind=Kind.ended)
        if entry.sequence < ended.sequence
    ]
    return bool(before) and before[-1].payload["exit_code"] == 0


def _drift(claim: Claim, findings: Mapping[str, Finding], language: str) -> Drift:
    before, now = (
        json.dumps(value, ensure_ascii=False, sort_keys=True) for value in (claim.before, claim.now)
    )
    same = next((findings[check] for check in said_too_by(claim) if check in findings), None)
    fix = translate(same.fix, language) if same and same.fix else ""
    return Drift(claim.id, translate(claim.what, language), before, now, fix, same.who.value if same else "")


def _is_acknowledged(claim: Claim) -> bool:
    return claim.id.startswith("drift-") and claim.status is Status.SKIP


def _findings(entries: list[Entry]) -> dict[str, Finding]:
    """Check → what it found that blocks."""
    findings = (Finding.from_json(entry.payload) for entry in entries if entry.kind is Kind.finding)
    return {finding.check: finding for finding in findings if finding.blocks}


def _unsaid(
    findings: Mapping[str, Finding], claims: Iterable[Claim], known: Mapping[tuple[str, str], str]
) -> Iterator[Finding]:
    """What no change says already, and nobody acknowledged."""
    said = {check for claim in claims for check in said_too_by(claim)}
    for check, finding in findings.items():
        if check not in said and acceptance.key_of(finding) not in known:
            yield finding


def _check(finding: Finding, language: str) -> Stop:
    fix = translate(finding.fix, language) if finding.fix else ""
    what = translate(finding.what, language)
    return Stop(finding.check, finding.status.value, what, fix, finding.who.value)


def _claims(claims: tuple[Claim, ...], language: str) -> Iterator[Stop]:
    for claim in claims:
        if claim.status in (Status.ERROR, Status.UNKNOWN) and not is_drift(claim):
            yield Stop(claim.id, claim.status.value, translate(claim.what, language), "", "")
