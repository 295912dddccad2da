"""What goes wrong while 01 and 02 write: told clearly, recorded truthfully, and mended without doing anything
twice.

Each setback is walked headless in the one notebook that it hits: stopped once, its cause removed, walked
again.
What the org holds is read off the rehearsal's tables and its log of requests, not off our journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.errors import RunbookError
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.steps.marketo_fields import MarketoFields
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.org.controls import turn_switches, turn_user
from runbook_lib.rehearsal.server import RehearsalServer
from tests.guide.new_users import NEW, SMALLEST, users
from tests.guide.proofs_by_hand import change

FIELDS, USER = "01_marketo_fields", "02_sync_user"
SCORE = "mkto71_Lead_Score__c"
OTHER = "marketo.other@acme.example"
CUSTOM_FIELD, MAKE_USER = ".*/tooling/sobjects/CustomField$", ".*/sobjects/User/?$"
MAKE_SET, METADATA = ".*/sobjects/PermissionSet/?$", "/services/Soap/m"
READING = ".*/(query|composite)/?$"


@dataclass
class Scene:
    """One notebook of a rehearsal, walked headless as often as it is asked."""

    session: Session
    server: RehearsalServer
    step: str
    after_look: Callable[[], None] = field(default=lambda: None)
    """What happens in the org between the look and the first write."""

    def walk(self) -> None:
        """The five beats; raises what stops them."""
        step = STEPS[self.step](self.session, interactive=False)
        for beat in (step.look, step.check, step.decide):
            beat()
        self.after_look()
        step.do(), step.prove()

    def stopped(self) -> RunbookError:
        """The walk, which has to stop."""
        with pytest.raises(RunbookError) as stop:
            self.walk()
        return stop.value

    def fault(self, kind: FaultKind, path: str, method: str = "POST", times: int = 1) -> None:
        """Lets a fault strike."""
        self.server.faults.add(Fault(path, kind, method, times))

    def kinds(self, change_id: str) -> list[Kind]:
        """What the journal says of one change."""
        entries = self.session.journal.entries(step=self.step)
        return [entry.kind for entry in entries if entry.payload.get("change") == change_id]

    def claimed(self) -> set[str]:
        """What the journal says was made."""
        entries = self.session.journal.entries(step=self.step, kind=Kind.change_done)
        return {str(entry.payload["change"]) for entry in entries}

    def made(self) -> Counter[str]:
        """Records that were made, by the rehearsal's log: what must not happen twice."""
        posts = [
            entry for entry in self.server.log.entries() if entry.method == "POST" and entry.status == 201
        ]
        return Counter(post.path.rstrip("/").rpartition("/")[2] for post in posts)

    def exit_code(self) -> int:
        """How the step ended last, as the journal has it."""
        return int(self.session.journal.entries(step=self.step, kind=Kind.ended)[-1].payload["exit_code"])


@pytest.fixture
def fields(rehearsed: Session, rehearsal_server: RehearsalServer) -> Scene:
    """01 with one field to make on Lead and on Contact."""
    write_setup(rehearsed.workspace, SetupDecision(marketo_fields=(SCORE,)))
    return Scene(rehearsed, rehearsal_server, FIELDS)


@pytest.fixture
def newcomer(rehearsed: Session, rehearsal_server: RehearsalServer) -> Scene:
    """02 with a sync user to make."""
    change(rehearsed, "salesforce", sync_username=NEW)
    made = SetupDecision(create_user=True, profile=SMALLEST, user_email="ada@acme.example")
    write_setup(rehearsed.workspace, made)
    return Scene(rehearsed, rehearsal_server, USER)


def resumed(scene: Scene, once: dict[str, int]) -> None:
    """After the cause is gone the step is walked again, is proven, and nothing was made twice."""
    scene.server.faults.clear()
    scene.after_look = lambda: None
    scene.walk()
    assert history.proven(scene.session.journal, scene.step) is not None
    assert scene.session.journal.unfinished_changes(scene.step) == []
    assert scene.session.journal.verify() is None
    made = scene.made()
    assert {name: made[name] for name in once} == once


def clear(stop: RunbookError, *words: str) -> None:
    """The error says what, where, why and how to mend it, with these words in it."""
    assert all(str(part) for part in (stop.what, stop.where, stop.why, stop.fix))
    assert [word for word in words if word not in str(stop)] == []


def test_the_username_is_taken_elsewhere(newcomer: Scene) -> None:
    """Only trying tells: refused with the way out; the rights are made, and another name ends it."""
    newcomer.server.org.switches.usernames_elsewhere.append(NEW)
    stop = newcomer.stopped()
    clear(stop, "DUPLICATE_USERNAME", "choose another sync_username", "Not attempted, because it needs")
    assert (stop.exit_code, newcomer.exit_code()) == (4, 4)
    assert newcomer.kinds(f"create-user:{NEW}") == [Kind.change_started, Kind.change_failed]
    assert not users(newcomer.server.org) and "create-permission-set:Marketo_Sync" in newcomer.claimed()
    change(newcomer.session, "salesforce", sync_username=OTHER)
    resumed(newcomer, {"User": 1, "PermissionSet": 1, "PermissionSetAssignment": 1})
    assert len(users(newcomer.server.org, OTHER)) == 1


def test_no_license_is_left(newcomer: Scene) -> None:
    """Seen before anything is written: a check shuts the step (3), and with a license it goes on."""
    turn_switches(newcomer.server.org, {"licenses": 1})
    stop = newcomer.stopped()
    assert (stop.exit_code, newcomer.exit_code(), newcomer.made()["User"]) == (3, 3, 0)
    assert "A license for the sync user" in str(stop.where) and "Deactivate a user" in str(stop.fix)
    assert newcomer.claimed() == set()
    turn_switches(newcomer.server.org, {"licenses": 20})
    resumed(newcomer, {"User": 1, "PermissionSet": 1})


def test_the_last_license_is_taken_meanwhile(newcomer: Scene) -> None:
    """Taken between the look and the write: refused by Salesforce (4), in its words and with its fix."""
    newcomer.after_look = lambda: turn_switches(newcomer.server.org, {"licenses": 1})
    stop = newcomer.stopped()
    clear(stop, "LICENSE_LIMIT_EXCEEDED", "Free up a user license")
    assert (stop.exit_code, newcomer.kinds(f"create-user:{NEW}")[-1]) == (4, Kind.change_failed)
    turn_switches(newcomer.server.org, {"licenses": 20})
    resumed(newcomer, {"User": 1, "PermissionSet": 1})


def test_an_administrator_who_may_not_customize(fields: Scene) -> None:
    """The permission that is missing is named, no field is claimed, and with it the step is completed."""
    org, admin = fields.server.org, fields.server.world.admin.username
    turn_user(org, {"username": admin, "without_permission": "CustomizeApplication"})
    stop = fields.stopped()
    clear(stop, "INSUFFICIENT_ACCESS", "lacks a user permission: Customize Application")
    assert stop.exit_code == 4
    assert fields.kinds(f"create-field:Lead.{SCORE}") == [Kind.change_started, Kind.change_failed]
    assert not {name for name in fields.claimed() if SCORE in name}
    for table in ("Profile", "PermissionSet"):
        org.database.sql(
            f'UPDATE org."{table}" SET "PermissionsCustomizeApplication" = true '  # noqa: S608 - two names
            'WHERE "PermissionsModifyAllData"'
        )
    resumed(fields, {"CustomField": 2, "PermissionSet": 1})


def test_a_field_of_another_type_has_the_name(fields: Scene) -> None:
    """Never changed silently: a check names it and shuts the step (3); made right by a person, it goes on."""
    org = fields.server.org
    admin = org.user_id(fields.server.world.admin.username)
    org.create_custom_field(admin, f"Lead.{SCORE}", {"label": "Score", "type": "Text", "length": 40})
    stop = fields.stopped()
    assert (stop.exit_code, fields.exit_code(), fields.claimed()) == (3, 3, set())
    assert "Marketo's own fields have the right type" in str(
        stop.where
    ) and f"Lead.{SCORE} (Number(10, 0))" in str(stop)
    org.delete_custom_field(admin, f"Lead.{SCORE}")
    resumed(fields, {"CustomField": 2, "PermissionSet": 1})


def test_a_deleted_field_holds_the_name(fields: Scene) -> None:
    """What no look can see is told as likely, with the page where it is erased."""
    fields.server.org.switches.deleted_fields.append(f"Lead.{SCORE}")
    stop = fields.stopped()
    clear(stop, "DUPLICATE_DEVELOPER_NAME", "Deleted Fields")
    assert (stop.exit_code, fields.kinds(f"create-field:Lead.{SCORE}")[-1]) == (4, Kind.change_failed)
    assert f"create-field:Contact.{SCORE}" in fields.claimed()
    fields.server.org.switches.deleted_fields.clear()
    resumed(fields, {"CustomField": 2, "PermissionSet": 1})


@pytest.mark.parametrize(
    ("path", "change_id"),
    [(CUSTOM_FIELD, f"create-field:Lead.{SCORE}"), (METADATA, f"map-conversion:Lead.{SCORE}")],
)
def test_setup_is_locked_by_a_deployment(fields: Scene, path: str, change_id: str) -> None:
    """Somebody else changes Setup: told to wait, and the next walk makes up for it."""
    fields.after_look = lambda: fields.fault(FaultKind.METADATA_LOCK, path)
    stop = fields.stopped()
    clear(stop, "ALREADY_IN_PROCESS", "Wait a few minutes")
    assert (stop.exit_code, fields.kinds(change_id)[-1]) == (4, Kind.change_failed)
    resumed(fields, {"CustomField": 2, "PermissionSet": 1})


def test_a_row_is_locked(newcomer: Scene) -> None:
    """Locked for longer than we wait: told to wait; what was not locked is made and stays."""
    newcomer.session.transport._pause = lambda _: None
    newcomer.fault(FaultKind.ROW_LOCK, ".*/sobjects/PermissionSetAssignment/?$")
    stop = newcomer.stopped()
    clear(stop, "UNABLE_TO_LOCK_ROW", "Wait a few minutes")
    assert stop.exit_code == 4 and f"create-user:{NEW}" in newcomer.claimed()
    resumed(newcomer, {"User": 1, "PermissionSet": 1, "PermissionSetAssignment": 1})


def test_the_session_ends_in_the_middle(fields: Scene) -> None:
    """Nothing more is tried with a dead session, and the same kernel logs in anew by itself."""
    fields.after_look = lambda: fields.fault(FaultKind.EXPIRED_SESSION, MAKE_SET)
    stop = fields.stopped()
    clear(stop, "INVALID_SESSION_ID", "Run again to log in again")
    assert (stop.exit_code, stop.code) == (4, "INVALID_SESSION_ID")
    tried = {entry.payload["change"] for entry in fields.session.journal.entries(kind=Kind.change_started)}
    assert tried == {*fields.claimed(), "create-permission-set:Marketo_Sync"}
    fields.server.org.expire_sessions()
    resumed(fields, {"CustomField": 2, "PermissionSet": 1})


def test_one_api_refuses_the_session(fields: Scene) -> None:
    """The Metadata API's word about the session says nothing about the others: all else is made."""
    fields.after_look = lambda: fields.fault(FaultKind.EXPIRED_SESSION, METADATA)
    stop = fields.stopped()
    left = {f"map-conversion:Lead.{SCORE}"}
    tried = {entry.payload["change"] for entry in fields.session.journal.entries(kind=Kind.change_started)}
    assert stop.exit_code == 4 and tried - fields.claimed() == left
    resumed(fields, {"CustomField": 2, "PermissionSet": 1})


def test_the_session_ends_with_a_person_there(fields: Scene) -> None:
    """In the notebook it is a card, and running the beats again in the same kernel completes the step."""
    step = MarketoFields(fields.session, interactive=True)
    step.look(), step.check(), step.decide()
    fields.server.org.expire_sessions()
    assert "The session has ended" in step.do().plain
    for beat in (step.look, step.check, step.decide):
        beat()
    step.do()
    assert "Proven" in step.prove().plain
    assert fields.made()["CustomField"] == 2


def test_the_connection_is_lost_after_the_write(newcomer: Scene) -> None:
    """The answer is lost, the next look tells: it counts as made, with the word that it was found."""
    newcomer.fault(FaultKind.LOST_CONNECTION_AFTER_WRITE, MAKE_USER)
    newcomer.walk()
    entries = newcomer.session.journal.entries(step=USER, kind=Kind.change_done)
    assert [entry.payload["found"] for entry in entries if entry.payload["kind"] == "create-user"] == [True]
    assert len(users(newcomer.server.org)) == 1


def test_the_connection_stays_lost(newcomer: Scene) -> None:
    """Nobody can tell whether it was made: the journal leaves it open, and the next walk finds it."""
    newcomer.session.transport._pause = lambda _: None
    newcomer.fault(FaultKind.LOST_CONNECTION_AFTER_WRITE, MAKE_USER)
    newcomer.after_look = lambda: newcomer.fault(
        FaultKind.LOST_CONNECTION_BEFORE_WRITE, READING, method="", times=50
    )
    stop = newcomer.stopped()
    clear(stop, "could not be reached", "Cannot tell: 1")
    assert (stop.exit_code, newcomer.kinds(f"create-user:{NEW}")) == (4, [Kind.change_started])
    assert newcomer.claimed() == set()
    resumed(newcomer, {"PermissionSet": 1, "PermissionSetAssignment": 1})
    assert newcomer.kinds(f"create-user:{NEW}") == [Kind.change_started, Kind.change_done]
    assert len(users(newcomer.server.org)) == 1
