"""What was stored can be given again: a login's proof stands as long as its secrets are there and not
refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ipywidgets
import pytest

from runbook_lib.errors import LoginRefused, RunbookError, SecretMissing, WaitsForPerson
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing import predecessors_of
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.start_here import StartHere
from runbook_lib.guide.views.view import View
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import SYNC_FIELDS
from runbook_lib.systems.secrets.vault import SECRET_NAMES
from runbook_lib.systems.secrets.words import SECRET_WORDS
from tests.guide.walking import ORG, walk

WRONG = "Canary-Wrong-1"
STEPS_WITH_SECRETS = [
    (StartHere, "salesforce_admin_password"),
    (StartHere, "marketo_client_secret"),
    (SecurityToken, "salesforce_sync_token"),
]


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Iterator[None]:
    """Widgets of one test do not live on in another."""
    yield
    ipywidgets.Widget.close_all()


def variable(name: str) -> str:
    """The environment variable of a secret."""
    return f"RUNBOOK_ACME_{name}".upper()


def named(session: Session) -> dict[str, str]:
    """Step → why its proof does not stand for 05."""
    return {
        where.spec.name: str(where.lapsed)
        for where in predecessors_of(session, SYNC_FIELDS)
        if not where.stands
    }


@pytest.mark.parametrize(("kind", "name"), STEPS_WITH_SECRETS)
def test_a_missing_secret_is_asked_for_again(
    copy_before_05: Session, monkeypatch: pytest.MonkeyPatch, kind: type[StartHere | SecurityToken], name: str
) -> None:
    """A proven notebook asks for a secret that is gone, in whatever session; given again, all is as
    before."""
    session = copy_before_05
    value = session.vault.get(name).reveal()
    assert kind(session, interactive=True).proof_on_file() is not None
    monkeypatch.delenv(variable(name))
    assert kind(session, interactive=True).proof_on_file() is None
    assert kind.spec.name in named(session) and str(SECRET_WORDS[name]) in named(session)[kind.spec.name]
    step = kind(session, interactive=True)
    step.look()
    assert step.asks
    monkeypatch.setenv(variable(name), value)
    assert named(session) == {} or kind.spec.name not in named(session) or step.waits_for is not None


def test_a_changed_password_is_asked_for_again(
    copy_before_05: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal that is on file takes the proof away, until another secret is given."""
    session = copy_before_05
    right = session.vault.get("salesforce_admin_password").reveal()
    monkeypatch.setenv(variable("salesforce_admin_password"), WRONG)
    with pytest.raises(LoginRefused):
        session.admin()
    step = StartHere(session, interactive=True)
    assert step.proof_on_file() is None
    assert "refused" in step.look().plain and step.asks
    monkeypatch.setenv(variable("salesforce_admin_password"), right)
    session.admin.forget()
    assert session.refusal_on_file is not None and session.admin().session.org_id


@pytest.mark.parametrize("kind", [StartHere, SecurityToken])
def test_passwords_are_always_within_reach(
    copy_before_05: Session, kind: type[StartHere | SecurityToken]
) -> None:
    """A proven 00 or 03 shows its form still, and when its secrets were typed, worked and were refused
    last."""
    view = kind(copy_before_05, interactive=True).look()
    assert view.form is not None and "Passwords" in view.plain
    for words in ("entered here", "Worked last", "Refused last", "already proven"):
        assert words in view.plain
    headless = kind(copy_before_05, interactive=False).look()
    assert headless.form is None


def test_approve_names_the_reason_that_is_true(
    copy_before_05: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a secret is missing, approve says so, and not that 03 was never proven."""
    monkeypatch.delenv(variable("salesforce_sync_password"))
    with pytest.raises((WaitsForPerson, SecretMissing)) as stop:
        approve_plan(copy_before_05.workspace.path, SYNC_FIELDS, "Ada", "go-live", ORG)
    assert "The sync user's password" in str(stop.value) and "never" not in str(stop.value)


LOGIN = "/services/Soap/u"
AT_LOGIN = [kind for kind in FaultKind if kind is not FaultKind.SLOW]


@pytest.mark.parametrize("kind", AT_LOGIN)
def test_an_outage_at_login_is_no_wrong_password(
    rehearsed: Session, rehearsal_server: RehearsalServer, kind: FaultKind
) -> None:
    """Whatever strikes the SOAP login: told truthfully (4), nothing is remembered, and the next try logs in,
    in the same session and in notebook 00, which asks nobody to type anything."""
    rehearsal_server.faults.add(Fault(LOGIN, kind, times=1))
    with pytest.raises(RunbookError) as stop:
        walk(rehearsed, "00_start_here")
    assert stop.value.exit_code == 4
    assert "wrong" not in str(stop.value).lower() and "type" not in str(stop.value.fix).lower()
    step = StartHere(rehearsed, interactive=True)
    step.look()
    assert step.waits_for is None
    walk(rehearsed, "00_start_here")
    assert not [name for name in SECRET_NAMES if not rehearsed.vault.has(name)]


def test_what_marketo_refused_is_told_in_the_reader_s_language(
    copy_before_05: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong client secret alone has a card of its own above the form, and no English word in German."""
    monkeypatch.setenv(variable("marketo_client_secret"), WRONG)
    step = StartHere(copy_before_05, interactive=True)
    view = View("de", "", tuple(step._look()))  # noqa: SLF001 - as if it were not proven
    assert "✖ Marketo nimmt diese Client-ID" in view.plain
    assert [word for word in ("does not", "accept") if word in view.plain] == []
    assert step.waits_for is not None and "refused" in str(step.waits_for)


def test_03_before_02_warns_of_a_refusal(rehearsed: Session) -> None:
    """A login that is tried before its rights are there is refused, and counts toward a lock."""
    view = SecurityToken(rehearsed, interactive=True).look()
    assert "Notebook 02 is not proven yet" in view.plain
    with pytest.raises(LoginRefused):
        rehearsed.sync()
    view = SecurityToken(rehearsed, interactive=True).look()
    assert "Enter below what was wrong; or tick" in view.plain and "run “1 Look”" not in view.plain


def test_00_tells_its_two_tables_apart(rehearsed: Session) -> None:
    """What was entered and what the systems say both have a row "Salesforce": a line before each tells."""
    plain = StartHere(rehearsed, interactive=False).look().plain
    entered, seen = [found.start() for found in re.finditer(r"^ *Salesforce:", plain, re.MULTILINE)][:2]
    assert plain.index("What you entered") < entered < plain.index("say about themselves") < seen
