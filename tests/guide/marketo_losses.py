"""A synced rehearsal whose Marketo loses things: who loses what, and what 09 finds of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.proof.evidence import Evidence, prove
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.survey.probes.arrival.compared_fields import pairings
from runbook_lib.survey.snapshot import MarketoState, Part, PeopleSeen, Snapshot

KEYS = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}
MOST_IDS, MOST_CALLS = 300, 60
"""Of an object; of Marketo."""


@dataclass
class Synced:
    """A road proven up to 08, its first sync complete. ``before``, ``seen``: the looks of 08 and 09."""

    server: RehearsalServer
    session: Session
    before: Snapshot
    seen: Snapshot

    def judge(self) -> Evidence:
        """What 09 finds now, with a sample drawn anew."""
        self.session.marketo.forget()  # its limit of calls in 20 seconds is not what is tried here
        self.server.clock.forward(20)
        known = replace(self.seen, people_seen=None)
        seen = self.session.collect([Part.PEOPLE_SEEN], known)
        return prove("09", self.before, replace(seen, taken_at=seen.taken_at + timedelta(days=3)), None)

    def sql(self, text: str, *values: object) -> list[tuple[object, ...]]:
        """SQL on Marketo's own tables."""
        return self.server.instance.database.sql(text, list(values))


@dataclass
class Verdict:
    """What a whole look of 09 found, and what it cost."""

    evidence: Evidence
    samples: tuple[PeopleSeen, ...]
    marketo_calls: int

    @property
    def against(self) -> dict[str, str]:
        """What speaks against the step, by the claim's name."""
        return {
            claim.id: str(claim.what)
            for claim in self.evidence.claims
            if claim.status in (Status.ERROR, Status.UNKNOWN)
        }


def verify(synced: Synced) -> Verdict:
    """09 looks as it does for anybody, with a sample drawn anew, days after the start."""
    synced.session.marketo.forget()
    synced.server.clock.forward(20)
    before = synced.session.calls()["marketo"]
    seen = synced.session.collect(VerifySync.more_parts, replace(synced.seen, people_seen=None))
    seen = replace(seen, taken_at=seen.taken_at + timedelta(days=3))
    assert isinstance(seen.people_seen, tuple) and isinstance(seen.records_seen, dict)
    samples = (
        *seen.people_seen,
        *(sample for sample in seen.records_seen.values() if isinstance(sample, PeopleSeen)),
    )
    return Verdict(
        prove("09", synced.before, seen, None), samples, synced.session.calls()["marketo"] - before
    )


def planted(synced: Synced) -> Verdict:
    """The same, within what it may cost: 300 ids of an object, 60 calls of Marketo."""
    verdict = verify(synced)
    assert verdict.marketo_calls <= MOST_CALLS
    for sample in verdict.samples:
        assert len({*sample.ids, *(record.id for record in sample.newest)}) <= MOST_IDS, sample.object
    assert not verdict.evidence.proven
    return verdict


def restore(synced: Synced) -> None:
    """Everybody as the first sync left them."""
    synced.sql("DELETE FROM marketo.person")
    synced.sql("INSERT INTO marketo.person FROM marketo.kept")


def columns(synced: Synced, object_name: str) -> list[str]:
    """Fields of Marketo that are compared for people of that object, values or none."""
    assert isinstance(synced.seen.visible, dict) and isinstance(synced.seen.marketo, MarketoState)
    pairs = pairings(object_name, synced.seen.visible[object_name], synced.seen.marketo.fields, 0)
    return sorted(pair.marketo for pair in pairs)


def struck_by(object_name: str, column: str, share: float, chance: int) -> str:
    """SQL of the ids of a random ``share`` of the people of an object, of those who have a value first."""
    key = KEYS[object_name]
    return (
        f'SELECT id FROM marketo.person WHERE "{key}" IS NOT NULL ORDER BY "{column}" IS NULL, '
        f"hash(id, {chance}) LIMIT (SELECT ceil({share} * count(*))::INT FROM marketo.person "
        f'WHERE "{key}" IS NOT NULL)'
    )


def other_value(synced: Synced, column: str) -> str:
    """SQL of a value that differs from the one that is there, in the column's own type."""
    ((kind,),) = synced.sql(
        "SELECT data_type FROM duckdb_columns() WHERE schema_name = 'marketo' AND table_name = 'person' "
        "AND column_name = ?", column,
    )  # fmt: skip
    quoted = f'"{column}"'
    return {
        "BOOLEAN": f"NOT coalesce({quoted}, FALSE)",
        "DATE": f"{quoted} + 1",
        "TIMESTAMP": f"{quoted} + INTERVAL 1 HOUR",
        "VARCHAR": f"{quoted} || 'x'",
    }.get(str(kind), f"{quoted} + 1")
