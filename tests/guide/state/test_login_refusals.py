"""No wrong password is ever sent twice, also not by a new kernel; what was mended can be said."""

from __future__ import annotations

import pytest

from runbook_lib.errors import LoginRefused
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.marketo_fields import MarketoFields
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.start_here import StartHere
from runbook_lib.guide.widgets.form import Person
from runbook_lib.guide.widgets.forms.credentials import Typed
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.text import say

WRONG = "Canary-Wrong-1"
VARIABLE = "RUNBOOK_ACME_SALESFORCE_ADMIN_PASSWORD"


def _logins(server: RehearsalServer) -> int:
    return sum("/services/Soap/u/" in entry.path for entry in server.log.entries())


def test_a_refused_password_is_sent_once(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second session with the same password tells the refusal without a call; another password is tried."""
    right = rehearsed.vault.get("salesforce_admin_password").reveal()
    monkeypatch.setenv(VARIABLE, WRONG)
    before = _logins(rehearsal_server)
    with pytest.raises(LoginRefused):
        rehearsed.admin()
    with open_session(rehearsed.workspace.path) as again, pytest.raises(LoginRefused, match="before"):
        again.admin()
    assert _logins(rehearsal_server) == before + 1
    monkeypatch.setenv(VARIABLE, right)
    with open_session(rehearsed.workspace.path) as mended:
        assert mended.admin().session.org_id
    assert WRONG.encode() not in rehearsed.workspace.journal_file.read_bytes()


def test_the_form_asks_anew(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was refused is not taken again, unless a person says that the cause was mended."""
    monkeypatch.setenv(VARIABLE, WRONG)
    with pytest.raises(LoginRefused):
        rehearsed.admin()
    step = StartHere(rehearsed, interactive=True)
    assert "mended" in [box.name for box in step.secret_form(step.secrets).inputs(Person())]
    with pytest.raises(LoginRefused, match="before"):
        list(step.store(Typed({}), lambda: say("tried")))
    assert list(step.store(Typed({}, is_mended=True), lambda: say("tried")))
    assert rehearsed.mended == {Account.ADMIN}


def test_the_sync_users_form_stays_after_a_refusal(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new kernel shows the form of 03 again, and makes no login of its own with the refused secret."""
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD", WRONG)
    with pytest.raises(LoginRefused):
        rehearsed.sync()
    before = _logins(rehearsal_server)
    with open_session(rehearsed.workspace.path) as again:
        shown = SecurityToken(again, interactive=True).look()
    assert shown.form is not None and "refused this before" in shown.plain
    assert _logins(rehearsal_server) == before + 1, "the administrator's own login only"


def test_the_first_page_asks_again(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal 00 shows its form, in this kernel and in the next; 01 stops instead of guessing."""
    monkeypatch.setenv(VARIABLE, WRONG)
    step = StartHere(rehearsed, interactive=True)
    assert step.look().form is not None
    assert "First finish" in step.check().plain
    with open_session(rehearsed.workspace.path) as again:
        first, second = StartHere(again, interactive=True), MarketoFields(again, interactive=True)
        assert first.look().form is not None
        shown = second.look().plain
    assert "refused this before" in shown and "missing" not in shown
