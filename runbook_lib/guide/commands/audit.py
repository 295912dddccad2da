"""``runbook audit``: whether the record is as it was written, and where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.errors import EvidenceMissing
from runbook_lib.guide.engine.watched import JSON_FILE
from runbook_lib.guide.state.history import STAMP
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.views.view import Block, Card, Tone, View
from runbook_lib.journal import Kind
from runbook_lib.road import step_named
from runbook_lib.text import Message, joined, say


def audit_workspace(folder: Path) -> View:
    """Verifies the chain of the journal, that nothing was made of entries which it does not hold, and that
    each plan agreed to is on file as it was.

    ``EvidenceMissing`` naming the first entry that is not as it was written, what is newer than the record,
    or the plans that are gone or were edited.
    """
    with open_session(folder) as session:
        if newer := tuple(_newer_than_the_record(session)):
            raise EvidenceMissing(
                say("The journal ends too early: entries are missing at its end."),
                where=joined(newer, "\n"),
                why=say(
                    "The chain is whole up to there, as where an older copy of the journal was put back; but "
                    "the workspace holds what was made later."
                ),
                fix=say("Restore the journal from its newest copy, or keep these files as evidence."),
            )
        if lost := tuple(_lost_plans(session)):
            raise EvidenceMissing(
                say("A plan that was agreed to is no longer on file unchanged."),
                where=joined(lost, "\n"),
                why=say(
                    "The details of what was agreed to are no longer available; "
                    "the wording is in the journal."
                ),
                fix=say("Restore the file from a copy."),
            )
        return View(session.language, "", tuple(_whole(session)))


def _newer_than_the_record(session: Session) -> Iterator[Message]:
    """What was made of entries that the journal does not hold."""
    workspace, entries = session.workspace, session.journal.entries()
    counted = _member(workspace.report_json, "journal_entries")
    if isinstance(counted, int) and counted > len(entries):
        yield say("{file} was made of {counted} entries; the journal holds {count}.",
                  file=workspace.report_json.name, counted=counted, count=len(entries))  # fmt: skip
    looked = str(_member(workspace.path / JSON_FILE, "at") or "")
    if entries and looked > entries[-1].at:
        yield say("{file} was made later than the last entry.", file=JSON_FILE)
    known = "\n".join(json.dumps(entry.payload) for entry in entries)
    last = f"{datetime.fromisoformat(entries[-1].at):{STAMP}}" if entries else ""
    names = sorted(path.name for path in workspace.snapshots.glob("*.json"))
    unknown = [name for name in names if name > last and name not in known]
    if len(unknown) > 1:  # a run that is killed leaves one, for which there is no entry yet
        yield say("No entry knows these snapshots: {names}.", names=", ".join(unknown[-3:]))


def _member(file: Path, name: str) -> object:
    """One value of a published record; ``None`` where there is none."""
    try:
        return json.loads(file.read_text(encoding="utf-8")).get(name)
    except (OSError, ValueError, AttributeError):
        return None


def _lost_plans(session: Session) -> Iterator[Message]:
    for consent in session.journal.entries(kind=Kind.consent):
        digest = consent.payload["plan_digest"]
        if read_plan(session.workspace, consent.step, digest) is None:
            yield say("{step}, plan {digest}", step=step_named(consent.step).numbered, digest=digest[:16])


def _whole(session: Session) -> Iterable[Block]:
    entries = session.journal.entries()
    count = say("{count} entries, each linked to the one before; none was altered.", count=len(entries))
    agreed = say(
        "{count} consents, each with its plan on file unchanged.",
        count=sum(entry.kind is Kind.consent for entry in entries),
    )
    yield Card(Tone.OK, count, (agreed,))
