"""Mutation of the world after Start Sync: whatever is lost or changed in Marketo, 09 must not be proven."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands.approve import attest_clicks
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.proof.evidence import Evidence, prove
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import VERIFY_SYNC, WATCH
from runbook_lib.survey.probes.arrival.compared_fields import pairings
from runbook_lib.survey.snapshot import MarketoState, Part, Snapshot
from tests.guide.walking import walk_on

PEOPLE = 1200
LEAST = 0.02
EXAMPLES = 30
WANTED = 0.95
"""Share of the losses of two percent that the default sample must find."""
KEYS = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}


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


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    """Walked once for all tests of this file."""
    with RehearsalServer("clean", people=PEOPLE) as server:
        workspace = prepare_workspace(tmp_path_factory.mktemp("losses") / "acme", server, "robot")
        with environment(secret_variables(server)), open_session(workspace.path) as session:
            walk_on(session, "00_start_here", "08_start_sync")
            server.instance.crm.catch_up()
            step = VerifySync(session, interactive=False)
            step.look()
            assert step.measure().proven
            assert step.seen is not None
            synced = Synced(server, session, step.baseline(), step.seen)
            synced.sql("CREATE TABLE marketo.kept AS FROM marketo.person")
            yield synced


@pytest.fixture
def damage(synced: Synced) -> Iterator[Callable[[str], int]]:
    """Does one thing to Marketo's people and tells how many it struck; afterward all is as it was."""

    def strike(text: str) -> int:
        (count,) = synced.sql(text)[0]
        return int(str(count))

    yield strike
    restore(synced)


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


def test_an_intact_world_is_proven(synced: Synced) -> None:
    """Nothing lost, nothing changed: whatever sample is drawn, 09 is proven."""
    for _ in range(5):
        evidence = synced.judge()
        assert evidence.proven, [claim for claim in evidence.claims if claim.status != "ok"]


def test_every_loss_of_two_percent_or_more_is_found(synced: Synced) -> None:
    """People removed, or one mapped field emptied or changed, of a random share from two percent on."""
    found: list[bool] = []
    missed: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        object_name=st.sampled_from(sorted(KEYS)),
        share=st.one_of(st.just(LEAST), st.floats(LEAST, 0.3)),
        chance=st.integers(0, 2**31),
        what=st.sampled_from(["removed", "emptied", "changed"]),
        data=st.data(),
    )
    def lose(object_name: str, share: float, chance: int, what: str, data: st.DataObject) -> None:
        column = "id" if what == "removed" else data.draw(st.sampled_from(columns(synced, object_name)))
        people = struck_by(object_name, column, share, chance)
        ((with_value,),) = synced.sql(f'SELECT count("{column}") FROM marketo.person WHERE id IN ({people})')
        ((all_struck,),) = synced.sql(f"SELECT count(*) FROM ({people})")
        if what != "removed" and with_value != all_struck:
            return  # so few have a value that two percent of all people cannot lose it
        try:
            if what == "removed":
                synced.sql(f"DELETE FROM marketo.person WHERE id IN ({people})")
            else:
                value = "NULL" if what == "emptied" else other_value(synced, column)
                ((same,),) = synced.sql(
                    f"SELECT count(*) FROM marketo.person WHERE id IN ({people}) AND "
                    f"coalesce(\"{column}\"::VARCHAR, 'false') = coalesce(({value})::VARCHAR, 'false')"
                )
                if same:
                    return  # the value was no other one
                synced.sql(f'UPDATE marketo.person SET "{column}" = {value} WHERE id IN ({people})')
            evidence = synced.judge()
        finally:
            restore(synced)
        found.append(not evidence.proven)
        if evidence.proven:
            missed.append(f"{what} {object_name} {column} {share:.3f}")

    lose()
    rate = sum(found) / len(found)
    print(f"{sum(found)} of {len(found)} losses were found: {rate:.1%}")  # noqa: T201 - the figure
    assert len(found) >= EXAMPLES // 3
    assert rate >= WANTED, missed


def test_what_a_person_reports_is_evidence(synced: Synced) -> None:
    """Failed, reported in German: 09 is not proven though everything is there, until another word is
    reported; a report without a word is refused."""
    folder = synced.session.workspace.path

    def measured() -> Evidence:
        synced.session.marketo.forget()
        synced.server.clock.forward(20)
        return VerifySync(synced.session, interactive=False).measure()

    with pytest.raises(UsageFault):
        attest_clicks(folder, VERIFY_SYNC, "Ada", " ")
    attest_clicks(folder, VERIFY_SYNC, "Ada", "Fehlgeschlagen: 22.11.2026")
    assert not measured().proven
    assert VerifySync(synced.session, interactive=False).basis() == "failed"
    attest_clicks(folder, WATCH, "Ben", "Última sincronización: 12:00")
    evidence = measured()
    assert evidence.proven
    assert any("Ben" in str(claim.what) for claim in evidence.claims if claim.id == "status")


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
