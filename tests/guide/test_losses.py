"""Mutation of the world after Start Sync: whatever is lost or changed in Marketo, 09 must not be proven."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands.approve import attest_clicks
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.proof.claims.people import NAMED
from runbook_lib.proof.evidence import Evidence
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import VERIFY_SYNC, WATCH
from tests.guide.colleagues import somebody_makes
from tests.guide.marketo_losses import KEYS, Synced, columns, other_value, planted, restore, struck_by, verify
from tests.guide.walking import walk_on

PEOPLE = 1200
LEAST = 0.02
EXAMPLES = 30
WANTED = 0.95
"""Share of the losses of two percent that the default sample must find."""


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
        synced.server.instance.catch_up()  # a cycle that came due is not measured half-way
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


def test_planted_two_percent_of_contacts_missing(synced: Synced, damage: Callable[[str], int]) -> None:
    """Two percent of the contacts never came: found, and those who are named are really not there."""
    people = struck_by("Contact", "id", LEAST, 7)
    gone = {
        str(row[0])
        for row in synced.sql(f'SELECT "sfdcContactId" FROM marketo.person WHERE id IN ({people})')
    }
    assert damage(f"DELETE FROM marketo.person WHERE id IN ({people})") == len(gone) > 5
    verdict = planted(synced)
    assert set(verdict.against) <= {"people-contact", "newest-contact"}
    (contacts,) = (sample for sample in verdict.samples if sample.object == "Contact")
    assert contacts.missing and set(contacts.missing) <= gone
    assert all(record in verdict.against["people-contact"] for record in contacts.missing[:NAMED])


def test_planted_one_fields_values_do_not_arrive(synced: Synced, damage: Callable[[str], int]) -> None:
    """Nobody's phone came: the field is named, and nothing else."""
    damage('UPDATE marketo.person SET "phone" = NULL')
    verdict = planted(synced)
    assert set(verdict.against) == {"values-Lead.Phone", "values-Contact.Phone"}
    assert "No value of Lead.Phone has arrived" in verdict.against["values-Lead.Phone"]


def test_planted_a_permission_hides_one_object(synced: Synced) -> None:
    """The sync user may not read opportunities any more: that object is named, with how many there are."""
    org = synced.server.org
    rows = org.database.sql(
        'DELETE FROM org."ObjectPermissions" WHERE "SobjectType" = \'Opportunity\' RETURNING *'
    )
    try:
        verdict = planted(synced)
    finally:
        for row in rows:
            marks = ", ".join("?" * len(row))
            org.database.sql(f'INSERT INTO org."ObjectPermissions" VALUES ({marks})', list(row))
    assert "seen-opportunity" in verdict.against, verdict.against
    assert "sees 0 of the" in verdict.against["seen-opportunity"]
    assert verify(synced).evidence.proven


def test_planted_a_retyped_field(synced: Synced) -> None:
    """Somebody made a text of a number after the start: the field is named with both types, and nothing
    else. (The last plant: it stays.)"""
    org, admin = synced.server.org, synced.server.org.user_id(synced.server.world.admin_username)
    assert isinstance(synced.seen.visible, dict)
    name = next(
        field.full_name
        for field in synced.seen.visible["Lead"]
        if field.custom and field.type == "double" and not field.name.startswith("mkto71_")
    )
    org.delete_custom_field(admin, name)
    somebody_makes(synced.server, name)
    verdict = planted(synced)
    assert set(verdict.against) == {f"retyped-{name}"}
    assert "was Number" in verdict.against[f"retyped-{name}"] and "is Text" in str(verdict.against)
