"""What 09 and 10 share: that what is in Salesforce arrives in Marketo, today and later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from runbook_lib.change.decisions import Pairing
from runbook_lib.disk import write_whole
from runbook_lib.errors import UsageFault
from runbook_lib.guide.engine.robot import Robot, has_robot
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state import history
from runbook_lib.guide.state.status_word import (
    failure_reported,
    look_payload,
    looks_so_far,
    report_status,
)
from runbook_lib.guide.views.records import org_url
from runbook_lib.guide.views.sync.errors import error_blocks
from runbook_lib.guide.views.sync.status import sync_blocks
from runbook_lib.guide.views.view import Block, Card, Line, Tone
from runbook_lib.guide.widgets.forms.status import ExportFile, ExportsForm, StatusForm, StatusRead
from runbook_lib.journal import Kind
from runbook_lib.proof.claims.arrival import loading_until
from runbook_lib.proof.claims.claim import Measured
from runbook_lib.proof.claims.exports import claim_imports, unreadable
from runbook_lib.proof.claims.status import claim_shown
from runbook_lib.proof.concluded import reported_status
from runbook_lib.proof.evidence import IN_PROGRESS_MEANS, Claim, Evidence, prove_measured
from runbook_lib.proof.imports import Imported, read_imports
from runbook_lib.proof.marketo_exports import kind_of_export
from runbook_lib.proof.pictures import moved
from runbook_lib.proof.progress import Glance, Progress, measure_progress
from runbook_lib.proof.sync_conclusion import conclude
from runbook_lib.proof.sync_status import SyncStatus
from runbook_lib.road import START_SYNC
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Label, Message, say

ARRIVAL = (Part.MARKETO, Part.PEOPLE_SEEN, Part.RECORDS_SEEN, Part.LOGINS, Part.APP_TOKENS)
"""What shows that records arrive."""


class Arrival(Step):
    """A step that proves by what arrived, and by what Marketo's Admin pages export. ``status``: what the last
    look says of the sync."""

    status: SyncStatus | None = None
    _has_laid = False
    """Whether somebody laid files into ``imports/`` with the form, so that Decide shows what they say."""

    def baseline(self) -> Snapshot:
        """What was there before the sync was started: the last look of 08 before its clicks."""
        started = history.newest_snapshot(self.session.workspace, self.session.journal, START_SYNC.name)
        return started or super().baseline()

    def basis(self) -> str:
        """Whoever reports a failure takes the proof away, until somebody reports another status."""
        return "failed" if failure_reported(self.session.journal) else ""

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """Asks what Marketo's page shows, which no API tells; nothing waits for the answer."""
        if not self.interactive or has_robot(self.session):
            return ()
        self.offer(StatusForm(self.session.language), self.keep_status)
        self.offer(ExportsForm(), self.take_exports)
        line = say(
            "Only Marketo's own page shows the status of the sync: if you can open it, enter below what it "
            "shows. Nothing waits for it."
        )
        return [*(self.tell_exports() if self._has_laid else ()), Line(line)]

    def keep_status(self, read: StatusRead) -> Message:
        """Writes the status down as evidence."""
        report_status(self.session, self.spec, read.by, read.status)
        self.go_on()
        return say("Recorded.")

    def take_exports(self, files: Sequence[ExportFile]) -> Iterable[Block]:
        """Lays the files into ``imports/``, and tells what they say. ``UsageFault`` where one is none: then
        none of them is laid, and what lies there stays."""
        for file in files:
            _refuse_other(file)
        for file in files:
            write_whole(self.session.workspace.imports / file.name, file.content)
        self._has_laid = True
        if self.proof_on_file() is None:
            self.go_on()
        read = say("Read: {files}.", files=", ".join(file.name for file in files))
        return [Card(Tone.OK, read), *self.tell_exports()]

    def collect(self, parts: Iterable[Part], before: Snapshot | None = None) -> Snapshot:
        """Looks; fields whose mapping a person decided in 06 are not compared: nobody can see it."""
        seen = super().collect(parts, before)
        if not isinstance(seen.people_seen, tuple):
            return seen
        by_hand = {
            name
            for row in self.decisions.mappings
            if row.decision is not Pairing.LEAVE
            for name in (f"Lead.{row.lead_field}", f"Contact.{row.contact_field}")
        }
        people = (
            replace(sample, fields=tuple(field for field in sample.fields if field.field not in by_hand))
            for sample in seen.people_seen
        )
        return replace(seen, people_seen=tuple(people))

    def measure(self) -> Evidence:
        """Measures once, reads the exported files, and writes the evidence down."""
        before = self.baseline()
        self.seen = seen = self._see_again()
        exports, attested = self.exports(), reported_status(self.session.journal)
        progress = self._progress(before, seen)
        ends = progress.ends if progress else None
        measured = Measured(before, seen, self.plan(before), attested, exports.refused, ends)
        evidence = prove_measured(self.name, measured)
        more = (*self.more_claims(evidence), *claim_imports(exports, before.taken_at, seen))
        evidence = Evidence(evidence.step, (*evidence.claims, *more), evidence.at)
        loading = loading_until(before, seen, (), ends)
        self.status = conclude(measured, evidence.claims, loading, progress)
        self.note("prove", Kind.evidence, look_payload(evidence, self.status, Glance.of(seen)))
        return evidence

    def _progress(self, before: Snapshot, seen: Snapshot) -> Progress | None:
        """How far the first sync has come, by every look since the one before it."""
        looks = looks_so_far(self.session.journal)
        return measure_progress([Glance.of(before), *looks, Glance.of(seen)])

    def tell_status(self, evidence: Evidence) -> None:
        """Shows what the last look says of the sync."""
        if self.status is not None:
            self.show_now(sync_blocks(self.status, evidence))

    def more_claims(self, evidence: Evidence) -> Iterable[Claim]:
        """The word that Marketo's page shows; the robot reads it, a person sees it."""
        if not has_robot(self.session):
            return ()
        return claim_shown(Robot(self.session).read_status(), IN_PROGRESS_MEANS[self.name])

    def exports(self) -> Imported:
        """What the files in ``imports/`` say; in a robot rehearsal they are fetched first."""
        if has_robot(self.session):
            Robot(self.session).export()
        return read_imports(self.session.workspace.imports)

    def tell_exports(self) -> Iterable[Block]:
        """Which files are there, which cannot be read, and where to lay them."""
        imported = read_imports(self.session.workspace.imports)
        if imported.faults:
            lines = tuple(unreadable(name, fault) for name, fault in imported.faults)
            yield Card(Tone.WARN, say("Some exported files cannot be read; the step continues."), lines)
        yield from error_blocks(imported.groups or (), org_url(self.session))
        yield from moved(imported.jobs or ())
        if imported.is_empty and not has_robot(self.session):
            yield Card(Tone.INFO, say("Marketo's own pages know more than its API."), (self._where_to(),))

    def _where_to(self) -> object:
        return say(
            "In Marketo, open {admin}, {salesforce}, {status}, click {export}, do the same in"
            " {errors}, and choose both files below under Decide, or put them into {folder}. They are "
            "read here and the next time you look.",
            admin=Label("marketo.admin"),
            salesforce=Label("marketo.salesforce"),
            status=Label("marketo.sync_status"),
            errors=Label("marketo.sync_errors"),
            export=Label("marketo.export"),
            folder=self.session.workspace.imports,
        )


def _refuse_other(file: ExportFile) -> None:
    """``UsageFault`` where a chosen file is none of Marketo's exports, by the name that it has there."""
    try:
        kind_of_export(Path(file.name), file.content)
    except UsageFault as fault:
        what = say("{what} None of the chosen files was taken.", what=fault.what)
        raise UsageFault(what, where=file.name, why=fault.why, fix=fault.fix) from None
