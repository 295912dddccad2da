"""09: looks until the sampled records are in Marketo, or until the deadline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from time import monotonic, sleep

from runbook_lib.change.plans.preconditions import out_of_reach
from runbook_lib.errors import RunbookError, TimedOut, WaitsForPerson
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.status_word import sync_status
from runbook_lib.guide.steps.patterns.arrival_step import ARRIVAL, Arrival
from runbook_lib.guide.views.plan import evidence_blocks
from runbook_lib.guide.views.sync.status import told_until
from runbook_lib.guide.views.view import Block, Line
from runbook_lib.journal import Kind
from runbook_lib.proof.claims.arrival import claim_rising, loading_until, normal_until
from runbook_lib.proof.evidence import Claim, Evidence
from runbook_lib.review.pictures.sync import arrived, first_sync
from runbook_lib.road import VERIFY_SYNC
from runbook_lib.survey.probes.arrival import DRAWN, LOSS
from runbook_lib.survey.probes.arrival.sample import chance_of
from runbook_lib.survey.snapshot import Part, Snapshot, Unknown
from runbook_lib.text import Moment, joined, say

PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between two looks; the last one is repeated. Marketo's own cycle takes five minutes."""
WAITED_FOR = (Part.PEOPLE_SEEN, Part.RECORDS_SEEN, Part.LOGINS, Part.APP_TOKENS)
"""What is looked at again while the sync is at work: only this can change by itself."""


class VerifySync(Arrival):
    """09: looks until the sampled records are in Marketo, or until the deadline."""

    spec = VERIFY_SYNC
    explanation = say(
        "Marketo has no API that tells whether the sync is running. So a sample of Salesforce records "
        "is looked up in Marketo by their Ids: what has arrived is proof. The first sync of a large "
        "org takes hours or days; this step can be run again at any time."
    )
    more_parts = (Part.VISIBLE, *ARRIVAL)

    def __init__(self, session: Session, interactive: bool, minutes: float = 15) -> None:
        super().__init__(session, interactive)
        self.minutes = minutes

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """How much of the sample has arrived, until when it may take, and where exported files go."""
        yield from arrived(seen)
        progress = sync_status(self.session.journal).progress
        yield from first_sync(self.baseline(), progress.per_hour if progress else None)
        yield Line(
            say(
                "Of each object, up to {count} records are drawn at random: a loss of {loss} % is found with "
                "a chance of {chance} %.",
                count=DRAWN,
                loss=round(100 * LOSS),
                chance=round(100 * chance_of(LOSS, DRAWN), 1),
            )
        )
        ends = progress.ends if progress else None
        if until := normal_until(self.baseline(), ends):
            yield Line(told_until(until, normal_until(self.baseline()), progress))
        yield from self.tell_exports()

    def parts_to_prove(self) -> tuple[Part, ...]:
        """The samples, the logins and the instance."""
        return (Part.ORGANIZATION, *ARRIVAL)

    def more_claims(self, evidence: Evidence) -> Iterable[Claim]:
        """The page's word, and how the number of found people changed over this attempt's looks."""
        yield from super().more_claims(evidence)
        earlier = [entry for entry in self._attempt() if entry.kind is Kind.evidence]
        looks = [*(Evidence.from_json(entry.payload) for entry in earlier), evidence]
        yield from claim_rising([(look.at, _people_found(look)) for look in looks])

    def _prove(self) -> Iterable[Block]:
        deadline = monotonic() + timedelta(minutes=self.minutes).total_seconds()
        evidence = self.measure()
        for pause in _pauses():
            if evidence.proven:
                break
            if (refused := self._refused()) is not None:
                self._tell(evidence)
                raise refused
            if monotonic() + pause > deadline:
                self._tell(evidence)
                raise self.silence(evidence) or self._not_yet(evidence)
            sleep(pause)
            self.seen = self.collect(WAITED_FOR, self.seen)
            evidence = self.measure()
        self.tell_status(evidence)
        return self.conclude(evidence)

    def _tell(self, evidence: Evidence) -> None:
        self.tell_status(evidence)
        self.show_now(evidence_blocks(evidence))

    def _refused(self) -> RunbookError | None:
        """The stop where a system said that it will not show who arrived: waiting would not change that."""
        seen = self.snapshot.people_seen
        return out_of_reach(seen) if isinstance(seen, Unknown) and not seen.unreached else None

    def _not_yet(self, evidence: Evidence) -> RunbookError:
        """Within the forecast time an incomplete sync waits; later, or where something is wrong, time is
        up."""
        where = joined((claim.what for claim in evidence.claims if claim.status not in ("ok", "skip")), "\n")
        progress = self.status.progress if self.status else None
        ends = progress.ends if progress else None
        if until := loading_until(self.baseline(), self.snapshot, evidence.claims, ends):
            return WaitsForPerson(
                say("The first sync is still loading."),
                where=where,
                why=say("By all that is known, that is normal until {until}.", until=Moment(until)),
                fix=say("Run this step again later; what has arrived stays."),
            )
        return TimedOut(
            say("The sync is not proven after {minutes} minutes.", minutes=self.minutes),
            where=where,
            why=say("A first sync may take hours or days; that alone is no sign of a problem."),
            fix=say(
                "Look at the status at the top right of Marketo's Admin pages, and run this step again later."
            ),
        )


def _people_found(evidence: Evidence) -> int:
    """How many people a look found."""
    people = [claim.now for claim in evidence.claims if claim.id in ("people-lead", "people-contact")]
    return sum(int(now["found"] if isinstance(now, dict) else now or 0) for now in people)


def _pauses() -> Iterable[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]
