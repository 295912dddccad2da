"""Where the proof of a step stands: proven, and not taken away since. The one answer that everybody asks.

A run asks it before it passes a step over, the gates ask it for what they stand on, and the count of proven
steps is made of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from runbook_lib.change.gate.predecessors import Ground, Predecessor
from runbook_lib.change.plan import click_from_json
from runbook_lib.guide.state import history
from runbook_lib.guide.state.agreed_fields import agreed_fields, seen_besides
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing.basis import basis_of
from runbook_lib.guide.state.standing.logins import lapsed_with_secret
from runbook_lib.guide.state.standing.scope import still_stands
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.road import FIELD_VISIBILITY, SYNC_FIELDS, StepSpec
from runbook_lib.text import Message, say


def standing_of(session: Session, spec: StepSpec) -> Predecessor:
    """Where the proof of ``spec`` stands now, by the journal, connection.toml and the decisions on file."""
    entries = session.journal.entries(step=spec.name)
    proof = history.last_proof(entries)
    if proof is None:
        return Predecessor(spec, lapsed=_never(entries))
    under = history.entries_of_proof(entries)
    word = history.attested(under)
    besides = seen_besides(session) if spec in (FIELD_VISIBILITY, SYNC_FIELDS) else ()
    if besides:
        return Predecessor(spec, datetime.fromisoformat(proof.at), _sees_more(besides), fix=_hide_or_agree())
    return Predecessor(
        spec,
        proven_at=datetime.fromisoformat(proof.at),
        lapsed=_lapsed(session, spec, proof),
        is_adopted=bool(proof.payload.get("adopted")),
        by=word.by if word else "",
        clicks=tuple(click_from_json(entry.payload) for entry in history.clicks_of(under)),
    )


def predecessors_of(session: Session, spec: StepSpec) -> tuple[Predecessor, ...]:
    """Where each step stands that ``spec`` stands on; a login also by whether its secrets are there now."""
    return tuple(_with_its_secrets(session, standing_of(session, earlier)) for earlier in spec.stands_on)


def _with_its_secrets(session: Session, where: Predecessor) -> Predecessor:
    lapsed = lapsed_with_secret(session, where.spec) if where.stands else None
    return replace(where, lapsed=lapsed) if lapsed is not None else where


def ground_of(session: Session, spec: StepSpec) -> Ground:
    """All that a plan of ``spec`` stands on."""
    return Ground(predecessors_of(session, spec), agreed_fields(session))


def stands(session: Session, spec: StepSpec) -> bool:
    """Whether the step is proven, and its proof still stands."""
    return standing_of(session, spec).stands


def _never(entries: list[Entry]) -> Message:
    """Why there is no proof at all."""
    if not entries:
        return say("it was never begun.")
    return say("it was begun, but never proven.")


def _sees_more(besides: tuple[str, ...]) -> Message:
    return say("the sync user sees more than was agreed to: {fields}.", fields=", ".join(besides))


def _hide_or_agree() -> Message:
    return say(
        "Decide on them in {step}: hide them again, or agree there that Marketo creates them permanently.",
        step=FIELD_VISIBILITY.name,
    )


def _lapsed(session: Session, spec: StepSpec, proof: Entry) -> Message | None:
    """What took the proof away; ``None``: nothing."""
    entries = session.journal.entries(step=spec.name)
    after = [entry for entry in entries if entry.sequence > proof.sequence]
    if any(entry.kind is Kind.ended and entry.payload.get("outcome") == Outcome.UNDONE for entry in after):
        return say("it was undone after it was proven.")
    if not spec.repeats and history.proven(session.journal, spec.name) is None:
        return say("it was begun again after it was proven, and has not finished.")
    if not still_stands(session, proof):
        return say("it was proven for a different org, instance or user than connection.toml names now.")
    if proof.payload.get("basis", "") != basis_of(session, spec):
        return say("what was decided in it was changed after it was proven.")
    return None
