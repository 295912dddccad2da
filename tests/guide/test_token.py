"""03 asks for a security token where Marketo needs one; where it does not, the password is enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.guide.state.session import Session, now, open_session
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.sync_fields import SyncFields
from runbook_lib.guide.views.blocks import Card
from runbook_lib.guide.widgets.form import Person
from runbook_lib.guide.widgets.forms.choice import Chosen
from runbook_lib.systems.connection import read_connection, write_connection
from runbook_lib.systems.salesforce.login import Account
from tests.org_by_hand import ORG, small_org, visible


@pytest.mark.parametrize(
    ("authentication", "needed", "told"),
    [
        (
            "basic",
            ["salesforce_sync_password", "salesforce_sync_token"],
            "If you have the token already",
        ),
        ("oauth", ["salesforce_sync_password"], "Marketo needs no security token here"),
    ],
)
def test_which_secrets_are_asked_for(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch, authentication: str, needed: list[str], told: str
) -> None:
    """By Marketo's own form; a token that was given is used with either."""
    path, connection = (
        rehearsed.workspace.connection_file,
        read_connection(rehearsed.workspace.connection_file),
    )
    marketo = connection.marketo.model_copy(update={"authentication": authentication})
    write_connection(path, connection.model_copy(update={"marketo": marketo}))
    rehearsed.close()
    with open_session(rehearsed.workspace.path) as session:
        assert len(session.login_secrets(Account.SYNC)) == 2
        monkeypatch.delenv("RUNBOOK_ACME_SALESFORCE_SYNC_TOKEN")
        assert list(session.login_secrets(Account.SYNC)) == needed
        assert session.may_be_sync_user() is (authentication == "oauth")
        step = SecurityToken(session, interactive=True)
        assert told in str(step.about()) and len(step.secrets) == 2


def test_a_sandbox_org_is_asked_about_first(rehearsed: Session) -> None:
    """In 05 a person says what this Marketo is before there is anything to agree to; a robot is not asked."""
    sandbox = small_org(organization=replace(ORG, is_sandbox=True), visible=visible("Lead.Email"))
    step = SyncFields(rehearsed, interactive=True)
    (card,) = step.settle(replace(sandbox, taken_at=now()))
    assert isinstance(card, Card) and "Is the Marketo instance 123-ABC-456 one, too?" in str(card.title)
    (ask,) = step.asks
    assert step.waits_for is not None
    assert ask.form.build(Person(), lambda _: ()).children[0].options
    silent = SyncFields(rehearsed, interactive=False)
    assert all("Is the Marketo" not in str(getattr(block, "title", "")) for block in silent.settle(sandbox))


def test_what_a_person_says_of_marketo_is_on_file(rehearsed: Session) -> None:
    """The answer of 05's form stands in setup.toml, beside what was decided before."""
    step = SyncFields(rehearsed, interactive=True)
    step.keep_environment(Chosen("sandbox", "Ada", "our test instance"))
    setup = step.decisions.setup
    assert setup is not None and setup.marketo_environment == "sandbox"
    assert setup.marketo_fields
