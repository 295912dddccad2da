"""``runbook audit``: whether the record is as it was written, and where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.errors import EvidenceMissing
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.views.view import Block, Card, Tone, View
from runbook_lib.journal import Kind
from runbook_lib.road import step_named
from runbook_lib.text import Message, joined, say


def audit_workspace(folder: Path) -> View:
    """Verifies the chain of the journal, and that each plan agreed to is on file as it was.

    ``EvidenceMissing`` naming the first entry that is not as it was written, or the plans that are gone or
    were edited.
    """
    with open_session(folder) as session:
        if lost := tuple(_lost_plans(session)):
            raise EvidenceMissing(
                say("A plan that was agreed to is no longer on file unchanged."),
                where=joined(lost, "\n"),
                why=say(
                    "The details of what was agreed to can no longer be told; its text is in the journal."
                ),
                fix=say("Restore the file from a copy."),
            )
        return View(session.language, "", tuple(_whole(session)))


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
