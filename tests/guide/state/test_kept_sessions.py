"""What notebooks of one run opened is used by the next ones: only with the same secrets, only in memory."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.guide.state.kept_sessions import KeptSessions, SessionStore, mark_of
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.rehearsal.fault_injection import fault_from_json
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.snapshot import MarketoState, Organization, Part, Unknown
from runbook_lib.systems.marketo.access_token import AccessToken
from runbook_lib.systems.salesforce.login import login_place
from runbook_lib.systems.salesforce.session import Account
from runbook_lib.systems.secrets.vault import Secret

MARK = mark_of("ada @ login.salesforce.com", ["one", "two"])


@contextmanager
def handed(store: SessionStore) -> Iterator[KeptSessions]:
    """A kernel's side, with what the run keeps; afterwards the run takes back what was opened there."""
    ours, theirs = socket.socketpair()
    with theirs:
        store.hand_over(ours)
        yield KeptSessions(theirs)
    store.take_back(ours)


@contextmanager
def notebook(folder: Path, store: SessionStore) -> Iterator[Session]:
    """A session as the next notebook of that run opens it."""
    with handed(store) as kept, open_session(folder) as session:
        session.kept = kept
        yield session


def logins(session: Session) -> int:
    """How many logins were sent."""
    return sum("/Soap/u/" in call.path or "/oauth/token" in call.path for call in session.transport.log)


def test_the_next_notebook_does_not_log_in(rehearsed: Session) -> None:
    """Salesforce and Marketo are asked with what the notebook before opened, and tell the same."""
    store, folder = SessionStore(), rehearsed.workspace.path
    parts = (Part.ORGANIZATION, Part.MARKETO)
    with notebook(folder, store) as first:
        before = first.collect(parts)
        assert logins(first) == 2
    with notebook(folder, store) as second:
        after = second.collect(parts)
        assert logins(second) == 0
    assert isinstance(after.organization, Organization)
    assert isinstance(after.marketo, MarketoState) and isinstance(before.marketo, MarketoState)
    assert (after.organization, after.marketo.fields) == (before.organization, before.marketo.fields)


def test_a_login_that_is_a_proof_is_made(rehearsed: Session) -> None:
    """Whether the sync user can log in now is tried: here they no longer can, and a kept session of theirs
    would hide it."""
    store, folder, account = SessionStore(), rehearsed.workspace.path, Account.SYNC
    with notebook(folder, store) as first:
        first.collect([Part.ORGANIZATION])
        given = [first.vault.get(name).reveal() for name in first.login_secrets(account)]
        mark = mark_of(login_place(first.connection, account), given)
        first.kept.keep_salesforce(mark, replace(first.admin().session, account=account))
    with notebook(folder, store) as second:
        assert isinstance(second.collect([Part.VISIBLE]).visible, dict)
        assert logins(second) == 0
    with notebook(folder, store) as third:
        assert isinstance(third.collect([Part.SYNC_LOGIN]).sync_login, Unknown)
        assert logins(third) == 1


def test_a_wrong_password_does_not_pass_with_a_kept_session(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session is for the secrets that opened it: where another one is given now, that one is tried."""
    store, folder = SessionStore(), rehearsed.workspace.path
    with notebook(folder, store) as first:
        first.collect([Part.ORGANIZATION])
    name = next(name for name in os.environ if name.endswith("SALESFORCE_ADMIN_PASSWORD"))
    monkeypatch.setenv(name, "Wrong-password-9")
    with notebook(folder, store) as second:
        seen = second.collect([Part.ORGANIZATION])
        assert not isinstance(seen.organization, Organization)
        assert logins(second) == 1


def test_a_session_that_ended_meanwhile_is_opened_anew(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """A session that Salesforce ended between two notebooks stops nobody: the next one logs in."""
    store, folder = SessionStore(), rehearsed.workspace.path
    with notebook(folder, store) as first:
        first.collect([Part.ORGANIZATION])
    rehearsal_server.faults.add(
        fault_from_json({"kind": "expired_session", "path": "/services/data", "times": 1})
    )
    with notebook(folder, store) as second:
        seen = second.collect([Part.ORGANIZATION])
        assert isinstance(seen.organization, Organization)
        assert logins(second) == 1


def test_what_is_kept_is_masked_and_never_printed(rehearsed: Session) -> None:
    """A kernel masks a session that it was handed, and nothing that holds one shows it."""
    store, folder = SessionStore(), rehearsed.workspace.path
    with notebook(folder, store) as first:
        first.collect([Part.ORGANIZATION])
    (secret,) = store.secrets()
    assert secret.reveal() not in repr(vars(store))
    with notebook(folder, store) as second:
        second.collect([Part.ORGANIZATION])
        assert secret.reveal() not in second.vault.mask(f"a log that tells {secret.reveal()}")
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert not any(secret.reveal().encode() in content for content in files)


def test_another_mark_and_an_ended_token_are_not_handed_out() -> None:
    """Nothing is given for other secrets; a token of Marketo that has ended is bought anew."""
    store = SessionStore()
    with handed(store) as kept:
        kept.keep_marketo(MARK)(AccessToken(Secret("T" * 20), time.time() - 1, "api@acme"))
    with handed(store) as kept:
        assert kept.marketo(MARK) is None
        kept.keep_marketo(MARK)(AccessToken(Secret("T" * 20), time.time() + 600, "api@acme"))
    with handed(store) as kept:
        assert kept.marketo(mark_of("ada @ login.salesforce.com", ["one", "2"])) is None
        token = kept.marketo(MARK)
        assert token is not None and token.api_user == "api@acme"


@pytest.mark.parametrize("told", [b"", b"{", b"[]\n", b'{"admin": 1}\n', b'{"admin": "{}"}\n'])
def test_nonsense_at_the_other_end_is_no_session(told: bytes) -> None:
    """Whatever arrives, or nothing: the kernel logs in as ever."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(told)
        ours.shutdown(socket.SHUT_WR)
        assert KeptSessions(theirs).salesforce(Account.ADMIN, MARK) is None


def test_a_kernel_that_died_while_telling_leaves_what_was_whole() -> None:
    """Half a line is left out; the lines before it count."""
    store = SessionStore()
    ours, theirs = socket.socketpair()
    with theirs, suppress(OSError):
        KeptSessions(theirs).keep_marketo(MARK)(AccessToken(Secret("T" * 20), time.time() + 600, "api"))
        theirs.sendall(b'{"admin": "{')
        theirs.shutdown(socket.SHUT_WR)
    store.take_back(ours)
    assert [secret.reveal() for secret in store.secrets()] == ["T" * 20]
