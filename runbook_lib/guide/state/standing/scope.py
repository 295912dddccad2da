"""What every proof rests on: the org, the Marketo instance and the users that connection.toml names.

A proof says for which it was made. Where connection.toml names others now, the step is not proven any more;
only what cannot be made twice stands as long as the same org and the same instance are meant, however the
org is reached or whoever logs in.
"""

from __future__ import annotations

from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing.basis import basis_of
from runbook_lib.journal import Entry
from runbook_lib.road import GATES, SECURITY_TOKEN, START_HERE, START_SYNC, StepSpec
from runbook_lib.survey.snapshot import Organization, Snapshot


def footing(session: Session, step: str) -> dict[str, str]:
    """What the proof of ``step`` rests on, as connection.toml has it now."""
    salesforce, marketo = session.connection.salesforce, session.connection.marketo
    rests_on = {
        "environment": salesforce.environment,
        "my_domain": salesforce.my_domain or "",
        "sync_username": salesforce.sync_username,
        "munchkin_id": marketo.munchkin_id,
    }
    return rests_on | ({"admin_username": salesforce.admin_username} if step == START_HERE.name else {})


def footing_of(session: Session, spec: StepSpec, seen: Snapshot | None) -> dict[str, object]:
    """The part of an ``ended`` payload that says what the proof rests on: what was decided, the connection,
    and which org it was."""
    organization = seen.organization if seen is not None else None
    org = organization.id if isinstance(organization, Organization) else ""
    return {"basis": basis_of(session, spec), "footing": footing(session, spec.name), "org": org}


def still_stands(session: Session, proof: Entry) -> bool:
    """Whether ``proof`` was made for what connection.toml names now; one that does not say so stands."""
    recorded = proof.payload.get("footing")
    if recorded is None or recorded == footing(session, proof.step):
        return True
    first = history.proven(session.journal, START_HERE.name)
    if proof.step not in GATES or first is None:
        return False
    if first.payload.get("footing") != footing(session, START_HERE.name):
        return False
    return _is_of(proof, str(first.payload.get("org")), session.connection.marketo.munchkin_id)


def may_be_sync_user(session: Session) -> bool:
    """Whether a command may log in as the sync user: only after 03 has proven that the login works.

    Before that, the login can only be refused, and refusals lock a user out.
    """
    proof = history.proven(session.journal, SECURITY_TOKEN.name)
    return session.may_be_sync_user() and proof is not None and still_stands(session, proof)


def went_live_here(session: Session, seen: Snapshot) -> bool:
    """Whether the sync of this very org and instance was started by this road."""
    proof = history.proven(session.journal, START_SYNC.name)
    if proof is None or not isinstance(seen.organization, Organization):
        return False
    return _is_of(proof, seen.organization.id, session.connection.marketo.munchkin_id)


def _is_of(proof: Entry, org: str, munchkin_id: str) -> bool:
    rests_on = proof.payload.get("footing") or {}
    return bool(org) and (proof.payload.get("org"), rests_on.get("munchkin_id")) == (org, munchkin_id)
