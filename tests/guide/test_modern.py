"""The road in an org as Salesforce makes them now: apps with client credentials are the only way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runbook_lib.errors import LoginRefused
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.start_here import StartHere
from runbook_lib.guide.widgets.forms.credentials import CredentialForm
from runbook_lib.rehearsal.org.controls import turn_oauth_client
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.text import translate
from tests.guide.walking import answer, walk_on

ADMIN_APP, SYNC_APP = "3MVG9Rehearsal.Runbook.Admin.0002", "3MVG9Rehearsal.Runbook.Sync.0003"


@pytest.fixture(scope="module")
def modern() -> Iterator[RehearsalServer]:
    """World modern."""
    with RehearsalServer("modern", people=200) as server:
        yield server


@pytest.fixture
def session(modern: RehearsalServer, tmp_path: Path) -> Iterator[Session]:
    """A session of a person, whose secrets are in the environment."""
    workspace = prepare_workspace(tmp_path / "acme", modern, "person")
    with environment(secret_variables(modern)), open_session(workspace.path) as opened:
        yield opened


@pytest.fixture
def mended(modern: RehearsalServer) -> Iterator[None]:
    """The apps as the world declares them, after the test."""
    yield
    modern.org.apps.clients = {client.client_id: client for client in modern.world.oauth_clients}


def test_the_forms_ask_for_nothing_that_opens_no_door(session: Session) -> None:
    """00 asks for the app's secret instead of password and token, and 03 for that of the sync user's app."""
    asked = [secret.name for secret in StartHere(session, interactive=True).secrets]
    assert asked == ["salesforce_admin_client_secret", "marketo_client_secret"]
    step = SecurityToken(session, interactive=True)
    assert [secret.name for secret in step.secrets] == ["salesforce_sync_client_secret"]
    assert "External Client App" in str(step.about())


@pytest.mark.usefixtures("mended")
def test_a_mended_app_is_tried_again_with_the_same_secret(session: Session, modern: RehearsalServer) -> None:
    """No secret of an app locks anybody out: what was mended in Salesforce needs no secret typed anew."""
    turn_oauth_client(modern.org, {"client_id": ADMIN_APP, "run_as": ""})
    with pytest.raises(LoginRefused, match="no user to run as"):
        session.admin()
    assert session.refusal_on_file(Account.ADMIN) is None
    turn_oauth_client(modern.org, {"client_id": ADMIN_APP, "run_as": modern.world.admin_username})
    session.admin.forget()
    assert session.admin().session.username == modern.world.admin_username


@pytest.mark.usefixtures("mended")
def test_an_app_that_runs_as_somebody_else_is_told(session: Session, modern: RehearsalServer) -> None:
    """The sync user's app with another Run As user would show what that user sees."""
    other = "sofia.rossi@acme.example"
    turn_oauth_client(modern.org, {"client_id": SYNC_APP, "run_as": other, "approved_users": [other]})
    with pytest.raises(LoginRefused, match=other) as fault:
        session.sync()
    assert "Run As" in translate(fault.value.fix, "de")


def test_a_person_brings_the_secrets_and_goes_on(session: Session, modern: RehearsalServer) -> None:
    """By hand: the boxes of 00 and 03 are all that is typed, and both notebooks are proven by them."""
    secrets = modern.world.secrets()
    outside = dict.fromkeys(secret_variables(modern), "")
    with environment({name: "" for name in outside if "CLIENT_SECRET" in name}):
        first = StartHere(session, interactive=True)
        first.look()
        answer(first, CredentialForm, **secrets)
        _go_through(first)
        walk_on(session, "01_marketo_fields", "02_sync_user")
        third = SecurityToken(session, interactive=True)
        third.look()
        assert "The login works" in answer(third, CredentialForm, **secrets)
        _go_through(third)
    assert count_proven(session) == 4


def _go_through(step: Step) -> None:
    for beat in BEATS:
        getattr(step, beat)()


def test_the_whole_road_is_proven(start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path) -> None:
    """Nobody logs in by SOAP, and Marketo is let in by “Login with Salesforce”."""
    server = start_rehearsal("modern")
    folder = prepare_workspace(tmp_path / "acme", server, "robot").path
    with environment(secret_variables(server)), open_session(folder) as opened:
        walk_on(opened, ROAD[0].name, ROAD[-1].name)
        assert count_proven(opened) == len(ROAD)
        assert opened.calls()["salesforce"] <= 150
        assert opened.expected.login_host.endswith(".my.salesforce.com")
    assert not [entry for entry in server.log.entries() if "/services/Soap/u/" in entry.path]
