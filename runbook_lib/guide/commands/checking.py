"""``runbook check``: all checks, read-only, in one verdict; what nobody looked at is part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runbook_lib.change.plans.preconditions import out_of_reach
from runbook_lib.guide.state.session import MARKETO_SECRET, SYNC_SECRETS, Session
from runbook_lib.guide.state.standing.scope import went_live_here
from runbook_lib.guide.steps.watch import BEFORE_GO_LIVE
from runbook_lib.guide.views.identity import identity_facts, identity_strip
from runbook_lib.guide.views.moving_line import MovingLine
from runbook_lib.guide.views.view import Block, Card, Line, Tone, View, findings_blocks
from runbook_lib.review.checks import CHECKS, Check, parts_needed, run_checks
from runbook_lib.review.findings import Finding, Status, Verdict, by_cause, verdict
from runbook_lib.survey.parts import told_parts
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.snapshot import Part, Snapshot, SyncUser, Unknown
from runbook_lib.systems.endpoints import unexpected
from runbook_lib.systems.secrets.words import told_secrets
from runbook_lib.text import Message, counted, say, translate

API_ENABLED = "PermissionsApiEnabled"
STRICT_CODE = 3
"""Exit code where automation asked to be strict, and something is left to be read or was not looked at."""


@dataclass(frozen=True)
class Checked:
    """What all checks say. ``skipped``: the checks that nobody could make, and why; ``unexpected``: calls
    whose answers had another form than documented, and how many they were."""

    language: str
    findings: tuple[Finding, ...]
    skipped: tuple[tuple[Finding, Message], ...]
    view: View
    unexpected: tuple[tuple[str, int], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """In one word; where something was not looked at, nothing is called clear."""
        word = verdict(self.findings)
        return Verdict.WARNING if word is Verdict.CLEAR and self.skipped else word

    def exit_code(self, *, is_strict: bool) -> int:
        """3 where a check blocks; a strict caller is stopped by warnings and by what was skipped, too."""
        if self.verdict is Verdict.BLOCKED:
            return STRICT_CODE
        return STRICT_CODE if is_strict and self.verdict is not Verdict.CLEAR else 0

    def to_json(self) -> dict[str, Any]:
        """The one object for programs; its texts are in the connection's language."""
        return {
            "verdict": self.verdict.value,
            "skipped": [
                {"check": finding.check, "why": translate(why, self.language)}
                for finding, why in self.skipped
            ],
            "unexpected_answers": [{"call": call, "count": count} for call, count in self.unexpected],
            "causes": [
                _cause_json(alike, self.language) for alike in by_cause(self.findings) if alike[0].blocks
            ],
            "findings": [_finding_json(finding, self.language) for finding in self.findings],
        }


def _finding_json(finding: Finding, language: str) -> dict[str, Any]:
    """A finding for programs: texts as texts, and their templates and values beside them."""
    texts = {"what": finding.what, "why": finding.why, "fix": finding.fix}
    translated = {key: translate(text, language) if text else None for key, text in texts.items()}
    templates = {key: text.to_json() if text else None for key, text in texts.items()}
    return finding.to_json() | translated | {"text": translated["what"], "templates": templates}


def _cause_json(alike: Sequence[Finding], language: str) -> dict[str, Any]:
    """What stands in the way, once, and the checks in which it is met."""
    first = _finding_json(alike[0], language)
    kept = {key: first[key] for key in ("status", "what", "why", "fix", "who")}
    return kept | {"checks": [finding.check for finding in alike]}


def check_all(session: Session) -> Checked:
    """All checks. As the sync user, too, where their password and token were given and the admin sees that
    they may log in: a login that can only be refused is not tried. ``SystemRefused`` where Salesforce could
    not be asked at all."""
    session.transport.tell = MovingLine(session.language).show
    wanted = dict.fromkeys((Part.ORGANIZATION, *parts_needed(CHECKS)))
    seen = session.collect([part for part in wanted if part not in LOGS_IN])
    if session.may_be_sync_user() and _may_log_in(seen):
        seen = session.collect([part for part in wanted if part in LOGS_IN], seen)
    findings = _as_it_stands(session, seen, run_checks(seen))
    if isinstance(seen.organization, Unknown) and seen.organization.unreached:
        raise out_of_reach(seen.organization)  # nobody got as far as asking
    skipped = tuple(_skipped(session, seen, findings))
    calls = {name: row.to_json() for name, row in session.transport.table.rows.items()}
    strange = tuple(unexpected(calls))
    checked = Checked(session.language, findings, skipped, View(session.language, "", ()), strange)
    blocks: list[Block] = [
        identity_strip(session, seen),
        *identity_facts(session, seen),
        *findings_blocks(findings),
        *_not_made(skipped),
        *_not_expected(strange, len(calls), is_live=not session.connection.is_rehearsal),
        Card(Tone(checked.verdict.tone), checked.verdict.sentence),
    ]
    return replace(checked, view=View(session.language, "", tuple(blocks)))


def _not_made(skipped: Sequence[tuple[Finding, Message]]) -> Iterable[Block]:
    if skipped:
        many = say("{count} checks were not run.", count=len(skipped))
        title = counted(len(skipped), say("One check was not run."), many)
        titles = {check.id: check.title for check in CHECKS}
        lines = tuple(say("{check}: {why}", check=titles[finding.check], why=why) for finding, why in skipped)
        yield Card(Tone.WARN, title, lines)


def _not_expected(strange: Sequence[tuple[str, int]], kinds: int, *, is_live: bool) -> Iterable[Block]:
    """Which answers had a form of their own; no live system was at hand when the clients were written."""
    if strange:
        many = say("{count} kinds of answers had an unexpected form.", count=len(strange))
        title = counted(len(strange), say("One kind of answer had an unexpected form."), many)
        lines = [say("{call}: {count}", call=call, count=count) for call, count in strange]
        packed = say(
            "This is not the org's fault. `runbook support-bundle` packs the forms, without any "
            "values, for whoever maintains the runbook."
        )
        yield Card(Tone.WARN, title, (*lines, packed))
    elif is_live:
        yield Line(say("All {count} kinds of answers had the expected form.", count=kinds))


def _skipped(
    session: Session, seen: Snapshot, findings: Iterable[Finding]
) -> Iterable[tuple[Finding, Message]]:
    """The findings of checks of which a part was not looked at, and why it was not."""
    checks: dict[str, Check] = {check.id: check for check in CHECKS}
    for finding in findings:
        if finding.status is not Status.SKIP or finding.what.template == _OVER.template:
            continue
        check = checks[finding.check]
        blind = [part for part in (*check.needs, *check.reads) if getattr(seen, part.value) is None]
        if blind:
            yield finding, _why(session, blind)


def _may_log_in(seen: Snapshot) -> bool:
    """Whether the admin sees an active sync user who may use the API."""
    user, held = seen.sync_user, seen.system_permissions
    is_able = isinstance(user, SyncUser) and user.is_active and not user.is_frozen and not user.is_locked
    return is_able and isinstance(held, Mapping) and bool(held.get(API_ENABLED))


def _why(session: Session, blind: Iterable[Part]) -> Message:
    names = [name for name in (*SYNC_SECRETS, MARKETO_SECRET) if not session.vault.has(name)]
    if not LOGS_IN.intersection(blind):
        return say("nobody looked at this: {parts}.", parts=told_parts(blind))
    if names:
        return say("nobody could log in as the sync user; not given: {names}.", names=told_secrets(names))
    return say(
        "nobody logged in as the sync user, because that login could only be refused: notebook 02 "
        "comes first."
    )


_OVER = say("Counts only before the sync is started, and only if it was started from here.")


def _as_it_stands(session: Session, seen: Snapshot, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Once the sync was started by this road, what only counts before is skipped: Marketo has to be tied
    then."""
    if not went_live_here(session, seen):
        return tuple(findings)
    over: dict[str, Any] = {"status": Status.SKIP, "what": _OVER, "why": None, "fix": None}
    return tuple(
        replace(finding, **over) if finding.check in BEFORE_GO_LIVE else finding for finding in findings
    )
