"""Professional Edition: no permission set is made, a person clicks page layouts, and looking proves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.change.decisions import FieldDecision, SetupDecision, Visibility, write_fields, write_setup
from runbook_lib.errors import SystemRefused, WaitsForPerson
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World, load_world
from runbook_lib.survey.snapshot import Absent, Part
from tests.guide.new_users import NEW, users
from tests.guide.proofs_by_hand import change

ADMINISTRATOR = "System Administrator"
KEY = "Lead.Old_Import_Key__c"


def professional() -> World:
    """World "clean" as a Professional Edition whose sync user is an administrator."""
    world = load_world("clean")
    people = [
        replace(user, profile=ADMINISTRATOR) if user.username == world.sync_username else user
        for user in world.users
    ]
    organization = replace(world.organization, edition="Professional Edition")
    return replace(world, organization=organization, users=tuple(people))


@pytest.fixture(scope="module")
def server() -> Iterator[RehearsalServer]:
    """That world, running."""
    with RehearsalServer(professional(), people=50) as running:
        yield running


@pytest.fixture
def session(server: RehearsalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """An open session on it, as new."""
    server.reset()
    workspace = prepare_workspace(tmp_path / "acme", server, "robot")
    for name, value in secret_variables(server).items():
        monkeypatch.setenv(name, value)
    with open_session(workspace.path) as opened:
        yield opened


def walk(session: Session, name: str, upto: str = "prove") -> str:
    """A step, headless; what its beats show."""
    step = STEPS[name](session, interactive=False)
    told = ""
    for beat in ("look", "check", "decide", "do", "prove"):
        told += getattr(step, beat)().plain
        if beat == upto:
            break
    return told


def changed(session: Session) -> set[str]:
    """The kinds of changes that were begun."""
    return {str(entry.payload["kind"]) for entry in session.journal.entries() if "change" in entry.payload}


def test_01_and_02_make_no_permission_set(session: Session) -> None:
    """Fields and mapping are made, the layouts are told click by click; 02 finds an administrator."""
    told = walk(session, "01_marketo_fields")
    assert "This org is a Professional Edition" in told and "Page Layouts" in told
    assert "Email Opt Out" in told and "All-Day Event" in told and "API is an add-on" in told
    assert "could already read and edit them" not in told
    assert changed(session) == {"create-field", "map-conversion"}
    told = walk(session, "02_sync_user")
    assert "profile “System Administrator” is an administrator profile" in told
    assert "cloning a profile only in Setup" not in told
    assert isinstance(session.collect((Part.PERMISSION_SET,)).permission_set, Absent)
    for name in ("01_marketo_fields", "02_sync_user"):
        assert history.proven(session.journal, name) is not None


def test_a_new_user_is_an_administrator(session: Session, server: RehearsalServer) -> None:
    """Another profile is refused before anybody is made; with an administrator's the user is made, alone."""
    change(session, "salesforce", sync_username=NEW)
    decided = SetupDecision(create_user=True, user_email="ada@acme.example", profile="Standard User")
    write_setup(session.workspace, decided)
    with pytest.raises(WaitsForPerson, match="needs an administrator's profile"):
        walk(session, "02_sync_user")
    assert users(server.org) == []
    write_setup(session.workspace, replace(decided, profile=ADMINISTRATOR))
    assert "has been created, and has no password yet" in walk(session, "02_sync_user")
    assert changed(session) == {"create-user"} and len(users(server.org)) == 1


def test_an_existing_user_who_is_none(session: Session) -> None:
    """An existing user with another profile is no sync user there; the page to change it is named."""
    change(session, "salesforce", sync_username="sofia.rossi@acme.example")
    with pytest.raises(WaitsForPerson, match="choose the profile, tick Marketing User"):
        walk(session, "02_sync_user")


def test_04_names_the_layouts_and_looks(session: Session, server: RehearsalServer) -> None:
    """What is to be hidden is told with its layout, until the sync user does not see it any more."""
    seen = session.collect((Part.VISIBLE,))
    custom = [field for field in seen.visible_fields() if field.custom]
    write_setup(session.workspace, SetupDecision(marketo_fields=()))
    write_fields(
        session.workspace,
        [
            FieldDecision(
                field.object, field.name, Visibility.HIDE if field.full_name == KEY else Visibility.KEEP
            )
            for field in custom
        ],
    )
    with pytest.raises(WaitsForPerson) as stop:
        walk(session, "04_field_visibility")
    assert "Object Manager → Lead → Page Layouts: remove from every layout" in str(stop.value)
    assert "Old_Import_Key__c" in str(stop.value) and changed(session) == set()
    server.org.database.sql('DELETE FROM org."FieldPermissions" WHERE "Field" = $1', [KEY])
    walk(session, "04_field_visibility")
    assert history.proven(session.journal, "04_field_visibility") is not None


def test_without_the_add_on_no_login_works(session: Session, server: RehearsalServer) -> None:
    """An edition without the API says so at the first login, with whom to ask."""
    server.org.switches.api = False
    with pytest.raises(SystemRefused, match="Professional with an add-on") as stop:
        walk(session, "01_marketo_fields")
    assert stop.value.exit_code == 4
