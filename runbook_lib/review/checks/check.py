"""How a check answers: a status and the words, before it is known which check is speaking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from runbook_lib.review.findings import Finding, Status, Who, not_told
from runbook_lib.road import GATES, UNDOABLE
from runbook_lib.survey.snapshot import Part, Snapshot, Unknown
from runbook_lib.text import Message, say

BEFORE_FOR_EVER = GATES
"""The two steps that cannot be undone."""
BEFORE_WRITING = UNDOABLE
"""The steps that change the Salesforce org, reversibly."""


Value = TypeVar("Value")


@dataclass(frozen=True)
class Answer:
    """What a check found: the status, what was found, why it matters, how to mend it and who can."""

    status: Status
    what: Message
    why: Message | None = None
    fix: Message | None = None
    who: Who = Who.YOU


@dataclass(frozen=True)
class Check:
    """One question about a snapshot.

    ``step``: the notebook that repairs it, and shows it first. ``gates``: the steps that stay shut while it
    blocks. ``needs``: the parts that must have a value before ``judge`` is asked. ``reads``: parts that
    ``judge`` understands also where they are unknown or absent, but somebody must have looked.
    """

    id: str
    step: str
    title: Message
    source: str
    judge: Callable[[Snapshot], Answer]
    needs: tuple[Part, ...] = ()
    reads: tuple[Part, ...] = ()
    gates: tuple[str, ...] = BEFORE_FOR_EVER

    def finding(self, answer: Answer) -> Finding:
        """``answer`` as the finding of this check."""
        return Finding(
            check=self.id,
            step=self.step,
            status=answer.status,
            what=answer.what,
            why=answer.why,
            fix=answer.fix,
            who=answer.who,
            source=self.source,
        )


def ok(what: Message) -> Answer:
    """All is well, and this is what was seen."""
    return Answer(Status.OK, what)


def cannot_tell(unknown: Unknown) -> Answer:
    """The honest answer where a part could not be read, in the system's words and with its fix, if any."""
    return Answer(
        Status.UNKNOWN,
        not_told(unknown.words),
        unknown.message("why")
        or say("While this cannot be told, the steps that cannot be undone stay blocked."),
        unknown.message("fix") or say("Fix the access to this system and check again."),
    )


def unless_none(value: Value | Unknown, none: Message, some: Callable[[Value], Answer]) -> Answer:
    """``some`` says what was found; where nothing was, all is well with ``none``, and what could not be read
    is never taken for nothing."""
    if isinstance(value, Unknown):
        return cannot_tell(value)
    return some(value) if value else ok(none)


def listed(names: list[str], most: int = 12) -> str:
    """Names in one line, with the number of those left out: ``Lead.A, Lead.B (+3)``."""
    more = f" (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
