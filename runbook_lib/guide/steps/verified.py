"""09 and 10: that what is in Salesforce arrives in Marketo, today and later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from time import monotonic, sleep

from runbook_lib.errors import TimedOut, WorkspaceFault
from runbook_lib.guide import history
from runbook_lib.guide.session import Session
from runbook_lib.guide.show import Block, Card, Grid, Line, Tone
from runbook_lib.guide.step import Step
from runbook_lib.guide.told import age, evidence_block
from runbook_lib.proof.evidence import Evidence
from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Finding
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import say

BEFORE_GO_LIVE = frozenset({"marketo_free", "better_hidden", "mappings", "duplicates", "conversion"})
"""Checks whose answer no longer matters, or is another one, once the sync runs."""
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between two looks; the last one is repeated. Marketo's own cycle takes five minutes."""


class VerifySync(Step):
    """09: looks until the sampled records are in Marketo, or until the deadline."""

    name = "09_verify_sync"
    explanation = say(
        "Marketo has no API that tells whether the sync runs. So a sample of Salesforce records is looked "
        "up in Marketo by their Ids: what arrives is proof. The first sync of a large org takes hours or "
        "days; this step can be run again at any time."
    )
    more_parts = (Part.PEOPLE_SEEN, Part.MARKETO, Part.BUDGET)

    def __init__(self, session: Session, interactive: bool, minutes: float = 15) -> None:
        super().__init__(session, interactive)
        self.minutes = minutes

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """How much of the sample has arrived."""
        return _people_grid(seen)

    def parts_to_prove(self) -> tuple[Part, ...]:
        """The sample and the instance."""
        return (Part.ORGANIZATION, Part.MARKETO, Part.PEOPLE_SEEN)

    def baseline(self) -> Snapshot:
        """What was there before the sync was started: the last look of 08 before its clicks."""
        return _earlier(self, "08_start_sync") or super().baseline()

    def _prove(self) -> Iterable[Block]:
        deadline = monotonic() + timedelta(minutes=self.minutes).total_seconds()
        evidence = self.measure()
        for pause in _pauses():
            if evidence.proven:
                break
            if monotonic() + pause > deadline:
                self.show_now([evidence_block(evidence)])
                raise self._too_late(evidence)
            sleep(pause)
            self.seen = self.session.collect(self.parts_to_prove(), self.seen)
            evidence = self.measure()
        return self.conclude(evidence)

    def _too_late(self, evidence: Evidence) -> TimedOut:
        return TimedOut(
            say("The sync is not proven after {minutes} minutes.", minutes=self.minutes),
            where="\n".join(str(each.what) for each in evidence.claims if each.status != "ok"),
            why=say("A first sync may take hours or days; nothing may be wrong."),
            fix=say(
                "Look at the status at the top right of Marketo's Admin pages, and run this step again later."
            ),
        )


class Watch(Step):
    """10: compares today with the day the sync was proven. It can be run as often as one likes."""

    name = "10_watch"
    explanation = say(
        "After go-live somebody adds a field, takes a permission away or lets a password expire. This "
        "notebook compares today with the day on which the sync was proven; run it regularly."
    )
    repeats = True
    more_parts = (
        Part.SYNC_USER, Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.VISIBLE,
        Part.BUDGET, Part.ROWS, Part.MARKETO, Part.PEOPLE_SEEN, Part.CUSTOM_FIELDS,
    )  # fmt: skip

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The sample, and how old the comparison is."""
        yield from _people_grid(seen)
        yield from _drift(self.baseline(), seen)
        entry = history.proven(self.session.journal, "09_verify_sync")
        if entry is not None:
            yield Line(say("The sync was proven {age}.", age=age(entry.at)))

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """Every check that still means something when the sync runs."""
        return tuple(each for each in run_checks(seen) if each.check not in BEFORE_GO_LIVE)

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Everything that is wrong or cannot be told: whoever watches wants to be woken by it."""
        return [each for each in findings if each.blocks]

    def baseline(self) -> Snapshot:
        """How it was when the fields were made for ever."""
        return _earlier(self, "08_start_sync") or super().baseline()


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
        yield Grid(say("Sampled people of Salesforce"), heads, rows)


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
