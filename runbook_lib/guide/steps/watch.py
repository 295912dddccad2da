"""10: today compared with the state that was proven last; whoever watches is woken by what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from runbook_lib.errors import WaitsForPerson
from runbook_lib.guide.engine.stops import out_of_reach_by, told_once
from runbook_lib.guide.engine.watched import leave_watched, person_needed
from runbook_lib.guide.state import acknowledged, history
from runbook_lib.guide.steps.patterns.arrival_step import ARRIVAL, Arrival
from runbook_lib.guide.steps.patterns.new_fields import blocks_of, decide_to_hide, how_to_hide, new_fields
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.guide.views.plan import age, evidence_blocks
from runbook_lib.guide.views.view import Block, Card, Line, Tone, findings_blocks
from runbook_lib.guide.widgets.forms.acknowledge import AcknowledgeForm, Acknowledgement
from runbook_lib.guide.widgets.forms.hide import HideForm
from runbook_lib.journal import Entry, Kind
from runbook_lib.proof import acceptance, journal_payloads
from runbook_lib.proof.claims.drift import COMPARED, claim_drift, is_drift, said_too_by
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.review.checks import CHECKS, parts_needed, run_checks
from runbook_lib.review.findings import Finding, Status
from runbook_lib.review.pictures.sync import arrived, calls_today
from runbook_lib.road import START_SYNC, VERIFY_SYNC, WATCH
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.snapshot import Part, Snapshot, SyncUser
from runbook_lib.text import Message, joined, say

BEFORE_GO_LIVE = frozenset(
    {"marketo_free", "better_hidden", "mappings", "similar_fields", "duplicates", "conversion"}
)
"""Checks whose answer no longer matters, or is another one, once the sync runs."""
OF_THE_FIRST_DAY = frozenset(
    {
        "api_budget", "data_storage", "user_license", "username_free", "org_features", "custom_objects",
        "required_fields", "fields_editable", "view_all_fields", "visible_records", "people_copied",
        "contact_roles", "currencies", "partitions", "opt_outs", "probable_duplicates", "people_seen",
    }
)  # fmt: skip
"""Checks of what the first sync needs and meets, or of which 10 has a claim of its own: they end with it."""
WATCHED = tuple(check for check in CHECKS if check.id not in BEFORE_GO_LIVE | OF_THE_FIRST_DAY)


class Watch(Arrival):
    """10: compares today with the state that was proven last. It can be run as often as one likes."""

    spec = WATCH
    explanation = say(
        "After go-live, somebody adds a field, removes a permission or lets a password "
        "expire. This notebook compares today with the state that was last proven; run it"
        " regularly."
    )
    more_parts = (*parts_needed(WATCHED), *COMPARED, Part.BUDGET, *ARRIVAL, Part.ACTIVITY)

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The sample, and how old the comparison is."""
        yield from arrived(seen)
        yield from calls_today(seen)
        entry = history.proven(self.session.journal, VERIFY_SYNC.name)
        if entry is not None:
            yield Line(say("The sync was proven {age}.", age=age(entry.at)))
        yield from self.tell_exports()

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """Every check that still means something when the sync runs."""
        watched = {check.id for check in WATCHED}
        return tuple(finding for finding in run_checks(seen) if finding.check in watched)

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Everything that is wrong or cannot be told: whoever watches wants to be woken by it."""
        return [finding for finding in findings if finding.blocks]

    def reference(self) -> Snapshot:
        """What today is compared with: the state that 10 proved last, and of what nobody had looked at then,
        that of 09 and of 08."""
        journal, workspace = self.session.journal, self.session.workspace
        states = [
            acknowledged.proven_state(workspace, journal),
            *(history.newest_snapshot(workspace, journal, step.name) for step in (VERIFY_SYNC, START_SYNC)),
        ]
        first, *older = [state for state in states if state is not None] or [self.snapshot]
        for state in older:
            missing = {
                field.name: getattr(state, field.name)
                for field in fields(Snapshot)
                if getattr(first, field.name) is None
            }
            first = replace(first, **missing)
        return first

    def more_claims(self, evidence: Evidence) -> Iterable[Claim]:
        """The page's word, and every change; one that somebody acknowledged is told, and is quiet."""
        yield from super().more_claims(evidence)
        known = acknowledged.claims(self.session.journal)
        for claim in claim_drift(self.reference(), self.snapshot):
            by = known.get((claim.id, acceptance.mark(claim)))
            if by is None:
                yield claim
            else:
                what = say("{what} Acknowledged by {by}.", what=claim.what, by=by)
                yield replace(claim, status=Status.SKIP, what=what)

    def _check(self) -> Iterable[Block]:
        """Shows what the checks say; it stops the step at Prove, after every change was written down."""
        findings = self.findings(self.snapshot)
        self.note_findings("check", findings)
        return findings_blocks(findings)

    def collect(self, parts: Iterable[Part], before: Snapshot | None = None) -> Snapshot:
        """Looks; nobody logs in as a sync user whom Salesforce shuts out: that would tell nothing, and be one
        refused login more."""
        wanted, workspace = tuple(parts), self.session.workspace
        last = before or history.newest_snapshot(workspace, self.session.journal, START_SYNC.name)
        first = self.session.collect((Part.SYNC_USER,), last)  # whose Id is known costs one call, not two
        if isinstance(first.sync_user, SyncUser) and first.sync_user.is_shut_out:
            wanted = tuple(part for part in wanted if part not in LOGS_IN)
        return super().collect(wanted, before)

    def conclude(self, evidence: Evidence) -> Iterable[Block]:
        """Ends the step, and keeps the state that was proven. Whatever is wrong needs a person (2); where
        nothing is but that a system was silent, that is told (4), and what cannot be told yet, too (7)."""
        self.tell_status(evidence)
        seen = self.snapshot
        against = self._open(self.against(self.findings(seen)), evidence)
        wrong = [claim for claim in evidence.claims if claim.status is Status.ERROR]
        if not wrong and all(finding.status is Status.UNKNOWN for finding in against):
            silent = out_of_reach_by(seen, against) if against else self.silence(evidence)
            if silent is not None:
                self.show_now(evidence_blocks(evidence))
                raise silent
        drifts = [claim for claim in evidence.claims if is_drift(claim)]
        if drifts or against or wrong:
            others = [claim for claim in wrong if claim not in drifts]
            return self._wait_for(evidence, drifts, (*told_once(against), *(claim.what for claim in others)))
        if evidence.proven:
            payload = journal_payloads.read(
                say("The next look will be compared with this state."), seen, self.session.calls()
            )
            kept = history.save_snapshot(self.session.workspace, seen)
            self.note("prove", Kind.read, payload | {acknowledged.STATE: kept})
        return super().conclude(evidence)

    def _open(self, against: Sequence[Finding], evidence: Evidence) -> list[Finding]:
        """Findings that no change says already, and that nobody acknowledged with one."""
        said = {check for claim in evidence.claims for check in said_too_by(claim)}
        known = acknowledged.claims(self.session.journal)
        return [
            finding
            for finding in against
            if finding.check not in said and acceptance.key_of(finding) not in known
        ]

    def has_ended(self, entry: Entry) -> None:
        """Leaves what was found as files and, headless, tells the webhook; where that fails, it is told."""
        if self.interactive:
            return
        if reason := leave_watched(self.session, entry):
            what = say("The webhook was not notified: {reason} The result stands.", reason=reason)
            self.note("stop", Kind.read, {"what": what.to_json()})
            self.show_now([Card(Tone.WARN, what)])

    def acknowledge(self, accepted: Acknowledgement) -> Message:
        """Writes down which changes were seen and accepted."""
        acknowledged.acknowledge(self.session, accepted.by, accepted.reason, accepted.drifts)
        self.go_on()
        return say("Recorded.")

    def _wait_for(
        self, evidence: Evidence, drifts: Sequence[Claim], others: Sequence[Message]
    ) -> Iterable[Block]:
        """Stops for a person, who is told every change, how to hide what appeared, and what else is wrong."""
        new = new_fields(drifts)
        blocks = [*evidence_blocks(evidence), *blocks_of(self, new)]
        if self.interactive and drifts:
            waits = say("Fix what changed, or acknowledge it.")
            if new:
                self.offer(HideForm(new), lambda wanted: decide_to_hide(self, wanted), waits)
            self.offer(AcknowledgeForm(drifts), self.acknowledge, waits)
            return blocks
        self.show_now(blocks)
        ways = [say("Fix what is wrong; the next look tells whether it is in order.")]
        if new:
            ways.append(how_to_hide(self, new))
        if drifts:
            ways.append(
                say(
                    'Fix them, or acknowledge them:  runbook acknowledge {folder} --by "YOUR NAME" '
                    '--reason "WHY"',
                    folder=shell_word(self.session.workspace.path),
                )
            )
        raise WaitsForPerson(
            person_needed(len(drifts), len(others)),
            where=joined((*(claim.what for claim in drifts), *others), "\n"),
            fix=joined(ways[1:] or ways, "\n"),
        )
