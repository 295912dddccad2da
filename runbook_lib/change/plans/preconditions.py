"""What a plan must know before it can be made: a part that nobody could read blocks, it is never taken for
"no".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from runbook_lib.change.plan import Plan
from runbook_lib.errors import Blocked, SystemRefused
from runbook_lib.survey.snapshot import MarketoState, Organization, Part, Snapshot, Unknown
from runbook_lib.text import say

P = TypeVar("P")
Fact = TypeVar("Fact")


def draft(step: str, snapshot: Snapshot, now: datetime) -> Plan:
    """A plan of ``step`` that does nothing yet, for the org and the instance of ``snapshot``.

    ``Blocked`` where the org is not known: a plan is always for one org.
    """
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    marketo = snapshot.marketo
    munchkin = marketo.munchkin_id if isinstance(marketo, MarketoState) else snapshot.expected.munchkin_id
    return Plan(step, organization.id, organization.name, munchkin, now)


def known(snapshot: Snapshot, part: Part, kind: type[P]) -> P:
    """The value of ``part``, a ``kind``; ``Blocked`` or ``SystemRefused``, as :func:`demand`."""
    value = demand(snapshot, part)
    if isinstance(value, kind):
        return value
    raise blocked(part, value)


def fact(part: Part, answer: Fact | Unknown) -> Fact:
    """One fact of ``part``; ``Blocked`` or ``SystemRefused``, with the reason, where nobody can tell it."""
    if isinstance(answer, Unknown):
        raise out_of_reach(answer) if answer.unreached else blocked(part, answer)
    return answer


def demand(snapshot: Snapshot, part: Part) -> Any:
    """The value of ``part``; ``Blocked``, with the reason, where it is unknown or nobody looked;
    ``SystemRefused`` where the system could not be asked at all."""
    value: Any = getattr(snapshot, part.value)
    if isinstance(value, Unknown) and value.unreached:
        raise out_of_reach(value)
    if value is None or isinstance(value, Unknown):
        raise blocked(part, value)
    return value


def out_of_reach(unknown: Unknown) -> SystemRefused:
    """The stop for a system that nobody could ask, in its own words."""
    return SystemRefused(
        unknown.words,
        why=unknown.message("why") or "",
        fix=unknown.message("fix") or say("Wait a few minutes, then run again; what was done is on record."),
        code=unknown.code or None,
    )


def at_most(count: int) -> int:
    """``count`` rounded up to two digits, at least 10.

    A consent names this bound and not the count of the minute: a person agrees to "at most 1,100", and one
    more record tonight does not make the approval of the afternoon void.
    """
    step: int = 10 ** max(1, len(str(max(count - 1, 0))) - 2)
    return max(10, -(-count // step) * step)


def blocked(part: Part, value: Any) -> Blocked:
    """Why no plan can be made: ``part``, or something in it, is ``value``."""
    return Blocked(
        say("Cannot tell what needs to be done; not readable: {part}.", part=part.word),
        why=value.words if isinstance(value, Unknown) else say("Nobody has looked yet."),
        fix=say("Fix the login or the permission named here, then look again."),
        code=value.code or None if isinstance(value, Unknown) else None,
    )
