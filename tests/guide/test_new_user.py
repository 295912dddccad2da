"""02 makes the sync user where he is missing: asked in a form, or as decisions/setup.toml says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.change.decisions import SetupDecision, read_decisions, write_setup
from runbook_lib.change.plan import ChangeKind
from runbook_lib.errors import UsageFault, WaitsForPerson
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.setup.new_sync_user import how_rights_are_given
from runbook_lib.guide.steps.sync_user import SyncUserStep
from runbook_lib.guide.widgets.forms.sync_user import CREATE, EXISTING, WhoForm
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.snapshot import Absent
from runbook_lib.systems.connection import read_connection
from tests.guide.new_users import NEW, SMALLEST, users
from tests.guide.proofs_by_hand import change
from tests.guide.walking import answer

TYPED = {
    "who": CREATE, "username": NEW, "email": "ada@acme.example", "last_name": "Marketo", "alias": "mkto",
    "profile": SMALLEST, "by": "Ada",
}  # fmt: skip


def decided(session: Session, **values: Any) -> None:
    """A decision on file to make NEW, as automation brings it."""
    change(session, "salesforce", sync_username=NEW)
    made = {"create_user": True, "profile": SMALLEST, "user_email": "ada@acme.example", "username": NEW}
    write_setup(session.workspace, SetupDecision(**{**made, **values}))


def walk(session: Session) -> None:
    """02, headless, to its end."""
    step = SyncUserStep(session, interactive=False)
    for beat in (step.look, step.check, step.decide, step.do, step.prove):
        beat()


def test_cloning_is_explained_where_it_matters(rehearsed: Session) -> None:
    """Who has a sync user already is not told why no profile is cloned; who has none is."""
    seen = SyncUserStep(rehearsed, interactive=True).snapshot
    assert list(how_rights_are_given(seen)) == []
    assert list(how_rights_are_given(replace(seen, sync_user=Absent("marketo.sync@acme.example")))) != []


def test_the_form_makes_the_user(rehearsed: Session, rehearsal_server: RehearsalServer) -> None:
    """Decided in the form, confirmed, made: once, with the org's defaults, and the person is told what is
    next."""
    rehearsal_server.org.database.sql(
        'UPDATE org."Organization" SET "LanguageLocaleKey" = \'de\', "DefaultLocaleSidKey" = \'de_DE\', '
        "\"TimeZoneSidKey\" = 'Europe/Berlin'"
    )
    step = SyncUserStep(rehearsed, interactive=True)
    step.look(), step.check()
    shown = step.decide()
    assert shown.form is not None and "cloning a profile" not in shown.plain  # this one is there
    answer(step, WhoForm, **TYPED)
    connection = read_connection(rehearsed.workspace.connection_file)
    assert connection.salesforce.sync_username == NEW
    step.look(), step.check()
    assert "no Salesforce user" in step.check().plain and step.check().form is None
    assert f"Create the sync user {NEW}" in step.decide().plain
    told = step.do().plain
    assert "Reset Password(s)" in told and "ada@acme.example" in told and "Secrets to type in" in told
    assert "Proven" in step.prove().plain
    assert step.plan().is_empty, "nothing is left that could only be planned once he was there"
    assert users(rehearsal_server.org) == [
        {
            "Username": NEW, "Email": "ada@acme.example", "LastName": "Marketo", "Alias": "mkto",
            "LanguageLocaleKey": "de", "LocaleSidKey": "de_DE", "TimeZoneSidKey": "Europe/Berlin",
            "EmailEncodingKey": "UTF-8", "UserPermissionsMarketingUser": True,
        }
    ]  # fmt: skip


def test_the_file_makes_the_user(rehearsed: Session, rehearsal_server: RehearsalServer) -> None:
    """Headless the same from decisions/setup.toml, in at most twenty calls; a second run changes nothing."""
    decided(rehearsed)
    walk(rehearsed)
    assert len(users(rehearsal_server.org)) == 1
    assert rehearsed.calls()["salesforce"] <= 20
    before = rehearsed.calls()["salesforce"]
    walk(rehearsed)
    assert rehearsed.calls()["salesforce"] == before


def test_another_user_who_is_there(rehearsed: Session) -> None:
    """Somebody else of this org can be chosen: connection.toml names him, he is looked at, nobody is made."""
    step = SyncUserStep(rehearsed, interactive=True)
    step.look(), step.check(), step.decide()
    other = "sofia.rossi@acme.example"
    answer(step, WhoForm, **{**TYPED, "who": EXISTING, "username": other})
    assert read_connection(rehearsed.workspace.connection_file).salesforce.sync_username == other
    setup = read_decisions(rehearsed.workspace).setup
    assert setup is not None and (setup.create_user, setup.username) == (False, other)
    assert other in step.look().plain
    kinds = {change.kind for change in step.plan().changes}
    assert ChangeKind.ASSIGN_PERMISSION_SET in kinds and ChangeKind.CREATE_USER not in kinds


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"by": " "}, "No name was given"),
        ({"email": "nobody"}, "not an e-mail address"),
        ({"alias": "too long an alias"}, "at most 8"),
        ({"username": "no mail"}, "cannot be the sync user"),
        ({"username": "admin@acme.example"}, "the same user"),
        ({"username": "marketo.sync@acme.example"}, "already exists in this org"),
        ({"who": EXISTING}, "Nobody in this org has that username"),
    ],
)
def test_the_form_takes_nothing_wrong(rehearsed: Session, wrong: dict[str, str], told: str) -> None:
    """Each wrong answer is refused with its reason, and neither file is touched."""
    step = SyncUserStep(rehearsed, interactive=True)
    step.look(), step.check(), step.decide()
    with pytest.raises(UsageFault, match=told):
        answer(step, WhoForm, **{**TYPED, **wrong})
    assert read_decisions(rehearsed.workspace).setup is None
    connection = read_connection(rehearsed.workspace.connection_file)
    assert connection.salesforce.sync_username == "marketo.sync@acme.example"


def test_only_fitting_profiles_are_offered(rehearsed: Session) -> None:
    """The smallest profile comes first, and an administrator's is not among them."""
    step = SyncUserStep(rehearsed, interactive=True)
    offered = [profile.name for profile in WhoForm(step.snapshot, SetupDecision())._profiles()]
    assert offered == ["Minimum Access - Marketo", SMALLEST, "Standard User"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"create_user": False}, "There is no user"),
        ({"profile": "Nobody's"}, "There is no profile “Nobody's”"),
        ({"username": "other@acme.example"}, "is about the user other@acme.example"),
    ],
)
def test_what_cannot_be_made_as_decided(
    rehearsed: Session, rehearsal_server: RehearsalServer, values: dict[str, Any], told: str
) -> None:
    """The file is read as it is: what cannot be done waits for a person, with the reason, and nothing is
    made."""
    decided(rehearsed, **values)
    with pytest.raises(WaitsForPerson, match=told):
        walk(rehearsed)
    assert users(rehearsal_server.org) == []


def test_he_logs_in_with_what_was_mailed(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """03 says what is still to do until password and token were brought; then the login is proven."""
    decided(rehearsed)
    walk(rehearsed)
    for name in ("PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"RUNBOOK_ACME_SALESFORCE_SYNC_{name}")
    assert "has no password yet" in SecurityToken(rehearsed, interactive=True).look().plain
    (mailed,) = rehearsal_server.org.newcomers()
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD", mailed.password)
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_SYNC_TOKEN", mailed.security_token)
    step = SecurityToken(rehearsed, interactive=False)
    for beat in (step.look, step.check, step.decide, step.do):
        beat()
    assert "Proven" in step.prove().plain
