"""The board says what the journal says: proven, lapsed, stopped and by whom it can go on."""

from __future__ import annotations

from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.journal import Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.board import BoardState
from runbook_lib.review.findings import Finding, Status, Who
from runbook_lib.road import MARKETO_FIELDS, ROAD, START_HERE, SYNC_FIELDS, SYNC_USER
from runbook_lib.text import say
from tests.guide.walking import count_as_proven


def ended(session: Session, outcome: Outcome, what: object) -> dict[str, object]:
    """The payload of an end."""
    return journal_payloads.ended(outcome, session.calls(), 1.0, what)


def test_every_kind_of_state_is_told(rehearsed: Session) -> None:
    """Proven, blocked with whoever can mend it, begun without an end, waiting for the clicks agreed to."""
    note, (_, second, third, *_) = rehearsed.journal.append, ROAD
    count_as_proven(rehearsed, START_HERE.name)
    finding = Finding(
        "budget", MARKETO_FIELDS.name, Status.ERROR, say("bad"), fix=say("mend"), who=Who.SALESFORCE_ADMIN
    )
    note(second.name, "check", Kind.finding, journal_payloads.finding(finding))
    note(second.name, "stop", Kind.ended, ended(rehearsed, Outcome.BLOCKED, say("One check shuts it.")))
    note(third.name, "look", Kind.started, {})
    note(SYNC_FIELDS.name, "do", Kind.consent, {"plan_digest": "1"})
    note(SYNC_FIELDS.name, "stop", Kind.ended, ended(rehearsed, Outcome.WAITS, say("Clicks.")))
    steps = {step.spec: step for step in board_of(rehearsed).steps}
    assert steps[START_HERE].state is BoardState.PROVEN and steps[START_HERE].who is None
    blocked = steps[MARKETO_FIELDS]
    assert (blocked.state, blocked.who) == ("blocked", Who.SALESFORCE_ADMIN)
    assert [str(part) for part in blocked.what] == ["One check shuts it."]
    assert steps[SYNC_USER].state is BoardState.UNFINISHED and steps[SYNC_USER].who is Who.YOU
    assert steps[SYNC_FIELDS].who is Who.MARKETO_ADMIN
    assert steps[ROAD[-1]].state is BoardState.OPEN and steps[ROAD[-1]].seconds == 0


def test_a_proof_that_lapsed_is_not_proven(rehearsed: Session) -> None:
    """It was proven for another user: the board brings one back to it and says why."""
    count_as_proven(rehearsed, START_HERE.name)
    rehearsed.journal.append(SYNC_FIELDS.name, "do", Kind.consent, {"plan_digest": "1"})
    waits = ended(rehearsed, Outcome.WAITS, say("Clicks."))
    rehearsed.journal.append(SYNC_FIELDS.name, "stop", Kind.ended, waits)
    assert board_of(rehearsed).proven == 1
    rename_sync_user(rehearsed)
    with open_session(rehearsed.workspace.path) as session:
        board = board_of(session)
    assert board.here is board.steps[0] and board.proven == 0
    assert board.steps[ROAD.index(SYNC_FIELDS)].who is Who.YOU, (
        "no click is due while an earlier proof lapsed"
    )
    assert board.steps[0].state is BoardState.CHANGED and "a different org" in str(board.steps[0].what[0])


def rename_sync_user(session: Session) -> None:
    """Somebody edits connection.toml: another user is meant now."""
    file, name = session.workspace.connection_file, session.connection.salesforce.sync_username
    file.write_text(file.read_text(encoding="utf-8").replace(name, f"other.{name}"), encoding="utf-8")
