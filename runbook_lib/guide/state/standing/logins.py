"""Whether the secrets that 00 and 03 proved are there still, and not refused since.

The journal says that they worked once. A new session on a machine without a keyring has none of them, and a
password that was changed in Salesforce is refused: then the proof says nothing about now, and the notebook
has to ask again. What is told of them here, for people: when they were typed, when they worked last, what was
refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import MARKETO_SECRET, Session
from runbook_lib.journal import Kind
from runbook_lib.road import SECURITY_TOKEN, START_HERE, StepSpec
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.systems.secrets.words import SECRET_WORDS, told_secrets
from runbook_lib.text import Message, Moment, say

TYPED = "secrets_typed"
"""Key of the entry that a form writes: the names of the secrets it was given, never more."""


def account_of(spec: StepSpec) -> Account | None:
    """Whose login a step proves; ``None``: nobody's."""
    return {START_HERE: Account.ADMIN, SECURITY_TOKEN: Account.SYNC}.get(spec)


def secrets_of(session: Session, spec: StepSpec) -> tuple[str, ...]:
    """Names of the secrets that a step proves; none where it proves none."""
    account = account_of(spec)
    if account is None:
        return ()
    return (*session.login_secrets(account), *((MARKETO_SECRET,) if account is Account.ADMIN else ()))


def lapsed_with_secret(session: Session, spec: StepSpec) -> Message | None:
    """What took the proof of a login away; ``None``: nothing, or the step proves no login."""
    account = account_of(spec)
    if account is None:
        return None
    missing = [name for name in secrets_of(session, spec) if not session.vault.has(name)]
    if missing:
        return say(
            "what it proved is no longer there and has to be entered again: {names}.",
            names=told_secrets(missing),
        )
    if (refusal := session.refusal_on_file(account)) is not None:
        return say("Salesforce has since refused its password or token: {reason}", reason=refusal.what)
    return None


def told_of_secrets(session: Session, spec: StepSpec) -> Iterator[tuple[object, object]]:
    """When each secret was typed in and worked last, and the refusal on file, for people."""
    entries = session.journal.entries(step=spec.name)
    for name in secrets_of(session, spec):
        typed = [entry.at for entry in entries if name in entry.payload.get(TYPED, ())]
        there = say("given") if session.vault.has(name) else say("missing")
        yield SECRET_WORDS[name], say("{there}, entered here: {at}", there=there, at=_moment(typed))
    proof = history.last_proof(entries)
    yield say("Worked last"), _moment([proof.at] if proof else [])
    account = account_of(spec)
    refusal = session.refusal_on_file(account) if account else None
    yield say("Refused last"), refusal.what if refusal else say("nothing that counts now")


def note_typed(session: Session, spec: StepSpec, names: tuple[str, ...]) -> None:
    """Writes down that secrets were typed in: their names and the moment."""
    what = say("Secrets were entered: {names}.", names=told_secrets(names))
    payload = {"what": what.to_json(), "calls": session.calls(), TYPED: list(names)}
    session.journal.append(spec.name, "look", Kind.read, payload)


def _moment(moments: list[str]) -> object:
    return Moment.of(moments[-1]) if moments else say("never")
