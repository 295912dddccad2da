"""09 and 10: that what is in Salesforce arrives in Marketo, today and later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic, sleep

from runbook_lib.errors import RunbookError, TimedOut, WaitsForPerson, WorkspaceFault
from runbook_lib.guide import history
from runbook_lib.guide.hands import Robot, has_robot
from runbook_lib.guide.session import Session
from runbook_lib.guide.show import Block, Card, Grid, Line, Tone
from runbook_lib.guide.step import Step
from runbook_lib.guide.told import age, evidence_block
from runbook_lib.journal import Kind
from runbook_lib.proof import record
from runbook_lib.proof.claims_arrival import claim_rising, claim_status, loading_until, normal_until
from runbook_lib.proof.evidence import Claim, Evidence, prove
from runbook_lib.proof.imports import Imported, claim_imports, read_imports, unreadable
from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Finding
from runbook_lib.survey.snapshot import Part, PeopleSeen, Snapshot
from runbook_lib.text import Label, say

BEFORE_GO_LIVE = frozenset({"marketo_free", "better_hidden", "mappings", "duplicates", "conversion"})
"""Checks whose answer no longer matters, or is another one, once the sync runs."""
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between two looks; the last one is repeated. Marketo's own cycle takes five minutes."""


ARRIVAL = (Part.MARKETO, Part.PEOPLE_SEEN, Part.RECORDS_SEEN, Part.LOGINS)
"""What shows that records arrive."""


class Arrival(Step):
    """A step that proves by what arrived, and by what Marketo's Admin pages export."""

    def baseline(self) -> Snapshot:
        """What was there before the sync was started: the last look of 08 before its clicks."""
        return _earlier(self, "08_start_sync") or super().baseline()

    def measure(self) -> Evidence:
        """Measures once, reads the exported files, and writes the evidence down."""
        before = self.baseline()
        self.seen = seen = self._see_again()
        evidence = prove(self.name, before, seen, self.plan(before))
        more = (*self.more_claims(evidence), *claim_imports(self.exports(), before.taken_at))
        evidence = Evidence(evidence.step, (*evidence.claims, *more), evidence.at)
        self.note("prove", Kind.evidence, record.evidence(evidence))
        return evidence

    def more_claims(self, evidence: Evidence) -> Iterable[Claim]:
        """The word that Marketo's page shows; the robot reads it, a person sees it."""
        return claim_status(Robot(self.session).read_status()) if has_robot(self.session) else ()

    def exports(self) -> Imported:
        """What the files in ``imports/`` say; in a robot rehearsal they are fetched first."""
        if has_robot(self.session):
            Robot(self.session).export()
        return read_imports(self.session.workspace.imports)

    def tell_exports(self) -> Iterable[Block]:
        """Which files are there, which cannot be read, and where to lay them."""
        imported = read_imports(self.session.workspace.imports)
        if imported.faults:
            told = tuple(unreadable(name, fault) for name, fault in imported.faults)
            yield Card(Tone.WARN, say("Some exported files cannot be read; the step goes on."), told)
        if imported.is_empty and not has_robot(self.session):
            yield Card(Tone.INFO, say("Marketo's own pages know more than its API."), (self._where_to(),))

    def _where_to(self) -> object:
        return say(
            "In Marketo, open {admin}, {salesforce}, {status}, click {export}, do the same in {errors}, and "
            "put both files into {folder}. They are read here, and in the next look.",
            admin=Label("marketo.admin"),
            salesforce=Label("marketo.salesforce"),
            status=Label("marketo.sync_status"),
            errors=Label("marketo.sync_errors"),
            export=Label("marketo.export"),
            folder=self.session.workspace.imports,
        )


class VerifySync(Arrival):
    """09: looks until the sampled records are in Marketo, or until the deadline."""

    name = "09_verify_sync"
    explanation = say(
        "Marketo has no API that tells whether the sync runs. So a sample of Salesforce records is looked "
        "up in Marketo by their Ids: what arrives is proof. The first sync of a large org takes hours or "
        "days; this step can be run again at any time."
    )
    more_parts = (*ARRIVAL, Part.BUDGET)

    def __init__(self, session: Session, interactive: bool, minutes: float = 15) -> None:
        super().__init__(session, interactive)
        self.minutes = minutes

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """How much of the sample has arrived, until when it may take, and where exported files go."""
        yield from _people_grid(seen)
        if until := normal_until(self.baseline()):
            yield Line(
                say("Until {until} UTC an incomplete first sync is normal (estimate).", until=_minute(until))
            )
        yield from self.tell_exports()

    def parts_to_prove(self) -> tuple[Part, ...]:
        """The samples, the logins and the instance."""
        return (Part.ORGANIZATION, *ARRIVAL)

    def more_claims(self, evidence: Evidence) -> Iterable[Claim]:
        """The page's word, and how the number of found people changed over this attempt's looks."""
        yield from super().more_claims(evidence)
        earlier = [each for each in self._attempt() if each.kind is Kind.evidence]
        looks = [*(Evidence.from_json(each.payload) for each in earlier), evidence]
        yield from claim_rising([(each.at, _found(each)) for each in looks])

    def _prove(self) -> Iterable[Block]:
        deadline = monotonic() + timedelta(minutes=self.minutes).total_seconds()
        evidence = self.measure()
        for pause in _pauses():
            if evidence.proven:
                break
            if monotonic() + pause > deadline:
                self.show_now([evidence_block(evidence)])
                raise self.silence(evidence) or self._not_yet(evidence)
            sleep(pause)
            self.seen = self.session.collect(self.parts_to_prove(), self.seen)
            evidence = self.measure()
        return self.conclude(evidence)

    def _not_yet(self, evidence: Evidence) -> RunbookError:
        """Within the forecast time an incomplete sync waits; later, or where something is wrong, time is
        up."""
        where = "\n".join(str(each.what) for each in evidence.claims if each.status not in ("ok", "skip"))
        if until := loading_until(self.baseline(), self.snapshot, evidence.claims):
            return WaitsForPerson(
                say("The first sync is still loading."),
                where=where,
                why=say("By the forecast that is normal until {until} UTC.", until=_minute(until)),
                fix=say("Run this step again later; what has arrived stays."),
            )
        return TimedOut(
            say("The sync is not proven after {minutes} minutes.", minutes=self.minutes),
            where=where,
            why=say("A first sync may take hours or days; nothing may be wrong."),
            fix=say(
                "Look at the status at the top right of Marketo's Admin pages, and run this step again later."
            ),
        )


class Watch(Arrival):
    """10: compares today with the day the sync was proven. It can be run as often as one likes."""

    name = "10_watch"
    explanation = say(
        "After go-live somebody adds a field, takes a permission away or lets a password expire. This "
        "notebook compares today with the day on which the sync was proven; run it regularly."
    )
    repeats = True
    more_parts = (
        Part.SYNC_USER, Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.VISIBLE,
        Part.BUDGET, Part.ROWS, Part.CUSTOM_FIELDS, *ARRIVAL,
    )  # fmt: skip

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The sample, and how old the comparison is."""
        yield from _people_grid(seen)
        yield from _drift(self.baseline(), seen)
        entry = history.proven(self.session.journal, "09_verify_sync")
        if entry is not None:
            yield Line(say("The sync was proven {age}.", age=age(entry.at)))
        yield from self.tell_exports()

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """Every check that still means something when the sync runs."""
        return tuple(each for each in run_checks(seen) if each.check not in BEFORE_GO_LIVE)

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Everything that is wrong or cannot be told: whoever watches wants to be woken by it."""
        return [each for each in findings if each.blocks]


def _drift(before: Snapshot, seen: Snapshot) -> Iterable[Block]:
    """Fields that the sync user sees now and did not then, and the other way round."""
    if not isinstance(before.visible, Mapping) or not isinstance(seen.visible, Mapping):
        yield Line(
            say("Cannot tell whether fields appeared or vanished since: nobody could look then or now.")
        )
        return
    old, new = ({each.full_name for each in shot.visible_fields()} for shot in (before, seen))
    if old == new:
        yield Line(say("The sync user sees the same {count} fields as then.", count=len(new)))
    if new - old:
        fix = say("Marketo creates them for ever, and fills them only as records change.")
        yield Card(
            Tone.WARN, say("Fields that appeared: {names}.", names=", ".join(sorted(new - old))), (fix,)
        )
    if old - new:
        fix = say("Marketo keeps them, but their values stop. Give the right back, or hide them in Marketo.")
        yield Card(
            Tone.WARN, say("Fields that vanished: {names}.", names=", ".join(sorted(old - new))), (fix,)
        )


def _people_grid(seen: Snapshot) -> Iterable[Block]:
    if isinstance(seen.people_seen, tuple):
        heads = (say("Object"), say("Sampled"), say("Found in Marketo"))
        rows = tuple((each.object, each.sampled, each.found) for each in seen.people_seen)
        more = seen.records_seen if isinstance(seen.records_seen, Mapping) else {}
        rows += tuple(
            (each.object, each.sampled, each.found) for each in more.values() if isinstance(each, PeopleSeen)
        )
        yield Grid(say("Sampled records of Salesforce"), heads, rows)


def _found(evidence: Evidence) -> int:
    """How many people a look found."""
    people = ("people-lead", "people-contact")
    return sum(each.now for each in evidence.claims if each.id in people and isinstance(each.now, int))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _earlier(step: Step, name: str) -> Snapshot | None:
    """The last snapshot of another step that is still there."""
    file = history.newest_snapshot_name(step.session.journal, name)
    try:
        return history.load_snapshot(step.session.workspace, file) if file else None
    except WorkspaceFault:
        return None


def _pauses() -> Iterable[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]
