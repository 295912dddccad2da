"""One connection of a fleet: where it stands, what waits for whom, what drifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from runbook_lib.errors import RunbookError
from runbook_lib.guide.engine.next_command import next_command
from runbook_lib.guide.engine.reasons import reasons
from runbook_lib.guide.state import acknowledged
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.session import Session, open_unverified
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.journal import Entry, Kind
from runbook_lib.journal_store import gone
from runbook_lib.proof import acceptance
from runbook_lib.proof.board import BoardStep
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.concluded import reported_status
from runbook_lib.published import Published
from runbook_lib.review.findings import Finding
from runbook_lib.road import ROAD, WATCH
from runbook_lib.systems.connection import Connection, read_connection
from runbook_lib.text import printable, say, translate
from runbook_lib.workspace import Workspace


class ConnectionState(StrEnum):
    """Where a connection stands, in one word."""

    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    WAITS = "waits"
    BLOCKED = "blocked"
    FAILED = "failed"
    LIVE = "live"
    DRIFTED = "drifted"
    ALTERED = "altered"
    BROKEN = "broken"


_STATES: Mapping[str, ConnectionState] = {
    **dict.fromkeys(("open", "unfinished", "undone", "changed"), ConnectionState.UNDER_WAY),
    "waits": ConnectionState.WAITS,
    "blocked": ConnectionState.BLOCKED,
}
"""What a step's own state makes of the connection; every other one failed."""
MOST_REASONS = 5
"""So many are told of one connection; ``runbook status`` has them all."""


@dataclass(frozen=True)
class Connected(Published):
    """One connection of the fleet."""

    folder: str
    """Below the folder of the fleet."""
    name: str
    """As connection.toml has it; empty where that cannot be read."""
    place: str
    """production, sandbox or rehearsal."""
    state: str
    """not-begun, under-way, waits, blocked, failed, live, drifted, altered (its journal is not as it was
    written) or broken (it cannot be read)."""
    step: str
    """The first step that is not proven; empty where all are."""
    proven: int
    """How many of the steps are proven."""
    steps: int
    whom: str
    """Who has to act: you, salesforce-admin, marketo-admin, support or approver; empty: nobody."""
    reasons: tuple[str, ...]
    """Why it stands where it stands; at most five."""
    drifts: tuple[str, ...]
    """What the last watch found changed, and nobody has mended or acknowledged."""
    status: str
    """What somebody read last on Marketo's page, word for word; empty: nobody reported."""
    last_at: str
    """When something was written into the journal last: ISO 8601, UTC; empty: never."""
    watched_at: str
    """When 10 was run last; empty: never."""
    held_by: str
    """Who runs it at this moment; empty: nobody."""
    next: str
    """The command with which to go on; empty where nothing is left to do or nobody can tell."""


_NOTHING: Mapping[str, Any] = {
    "name": "", "place": "", "state": ConnectionState.BROKEN, "step": "", "proven": 0, "steps": len(ROAD),
    "whom": "", "reasons": (), "drifts": (), "status": "", "last_at": "", "watched_at": "", "held_by": "",
    "next": "",
}  # fmt: skip
"""What is told of a workspace before anything of it was read."""


def look_at(path: Path, fleet: Path, language: str) -> Connected:
    """The row of the workspace in ``path``, whatever state it is in. No exception leaves it."""
    empty = Connected(str(path.relative_to(fleet)), **_NOTHING)
    try:
        return _look(path, empty, language)
    except RunbookError as error:
        reasons = [printable(translate(part, language)) for part in (error.what, error.fix) if str(part)]
        return replace(empty, reasons=tuple(reasons), whom="you")
    except Exception as fault:  # a row that says so is worth more than the table that is not shown
        what = say("The workspace cannot be read: {reason}.", reason=type(fault).__name__)
        return replace(empty, reasons=(translate(what, language),), whom="you")


def _look(path: Path, empty: Connected, language: str) -> Connected:
    workspace = Workspace(path)
    connection = read_connection(workspace.connection_file)
    holder = workspace.holder()
    row = replace(empty, name=connection.name, place=_place(connection), held_by=holder.who if holder else "")
    if connection.journal_url is None and not workspace.journal_file.exists():
        if any(workspace.snapshots.glob("*.json")):
            raise gone(workspace)
        return replace(
            row, state=ConnectionState.NOT_BEGUN, step=ROAD[0].name, next=f"runbook run {shell_word(path)}"
        )
    with open_unverified(path) as session:
        altered = session.journal.verify()
        if altered is None:
            return _row_of(session, row, language)
    what = say("The journal was altered: entry {number} is not as it was written.", number=str(altered))
    return replace(row, state=ConnectionState.ALTERED, reasons=(translate(what, language),), whom="you")


def _row_of(session: Session, row: Connected, language: str) -> Connected:
    entries = session.journal.entries()
    board = board_of(session)
    reported = reported_status(session.journal)
    watched = [entry.at for entry in entries if entry.step == WATCH.name and entry.kind is Kind.ended]
    row = replace(
        row,
        proven=board.proven,
        status=printable(reported.status) if reported else "",
        last_at=entries[-1].at if entries else "",
        watched_at=watched[-1] if watched else "",
    )
    here, last, drifts = board.here, board.steps[-1], _open_drifts(session)
    if drifts and last.state == "waits":  # a change may have taken an earlier proof along
        here = last
    elif here is not None and here.spec is WATCH and here.state == "waits":
        here = None  # whatever changed was acknowledged since
    if here is None or (here.spec is WATCH and here.state == "open"):
        watch = f"runbook run {shell_word(session.workspace.path)} --from {WATCH.name}"
        return replace(row, state=ConnectionState.LIVE, next=watch)
    texts = tuple(printable(translate(claim.what, language)) for claim in drifts)
    return _standing_at(session, replace(row, drifts=texts if here is last else ()), here, language)


def _open_drifts(session: Session) -> list[Claim]:
    """What the last watch found changed, without what somebody acknowledged since."""
    known = acknowledged.claims(session.journal)
    drifts = acknowledged.open_drifts(session.journal)
    return [claim for claim in drifts if (claim.id, acceptance.mark(claim)) not in known]


def _standing_at(session: Session, row: Connected, here: BoardStep, language: str) -> Connected:
    """Where the first step stands that is not proven, and why."""
    state = _STATES.get(here.state, ConnectionState.FAILED)
    if not row.last_at:
        state = ConnectionState.NOT_BEGUN
    if row.drifts and state is ConnectionState.WAITS:
        state = ConnectionState.DRIFTED
    ended = session.journal.last(here.spec.name, Kind.ended)
    why = [translate(part, language) for part in here.what]
    if ended is not None and here.state in ("waits", "blocked"):
        why = reasons(session, ended, language)
    stops = ended is not None and state not in (ConnectionState.UNDER_WAY, ConnectionState.NOT_BEGUN)
    command = next_command(session, ended) if stops else f"runbook run {shell_word(session.workspace.path)}"
    return replace(
        row,
        state=state,
        step=here.spec.name,
        whom=_whom(session, ended, state, command) if ended is not None and stops else "",
        reasons=tuple(map(printable, why[:MOST_REASONS])),
        next=command,
    )


def _whom(session: Session, ended: Entry, state: ConnectionState, command: str) -> str:
    """Who can go on: of a blocked one, whoever can make the first fix."""
    if state is ConnectionState.BLOCKED:
        entries = session.journal.entries(step=ended.step, run=ended.run, kind=Kind.finding)
        blocking = (finding for entry in entries if (finding := Finding.from_json(entry.payload)).blocks)
        first = next(blocking, None)
        return first.who.value if first else "you"
    if command.startswith("runbook approve"):
        return "approver"
    return "marketo-admin" if command.startswith("runbook attest") else "you"


def _place(connection: Connection) -> str:
    return "rehearsal" if connection.is_rehearsal else connection.salesforce.environment
