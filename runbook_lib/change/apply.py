"""The only module that writes to an org, and only with a Permit.

Every change is written to the journal before and after. Who resumes looks again before acting: what is
already as planned counts as done and is not written a second time. No write is ever repeated blindly: where
an answer was lost, both systems are looked at again, and what they show is what the journal says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from runbook_lib.change.apply_errors import changes_refused, fix_for
from runbook_lib.change.gate import CHECKS_LIFETIME, Permit
from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import KINDS, batches, needed_by, place_of
from runbook_lib.change.kinds.writes import Ids
from runbook_lib.change.plan import Change, Plan, change_from_json, change_json
from runbook_lib.errors import Defect, SalesforceBusy, SystemRefused, Unreachable
from runbook_lib.journal import Journal, Kind
from runbook_lib.survey.snapshot import PermissionSet, Snapshot, SyncUser
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.errors import SESSION_ENDED
from runbook_lib.systems.salesforce.shapes import SHAPE
from runbook_lib.systems.salesforce.writer import SalesforceWriter
from runbook_lib.text import Message, say

UNSURE = (
    "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "REQUEST_RUNNING_TOO_LONG", "UNABLE_TO_LOCK_ROW",
    SHAPE, "NOT_JSON", "NOT_READABLE", "500", "502", "503", "504", "HTTP_429", "HTTP_500", "HTTP_502",
    "HTTP_503", "HTTP_504",
)  # fmt: skip
"""Codes after which the write may have happened all the same, or which pass by themselves: looked at
again."""

SUPERFLUOUS = ("DUPLICATE", "ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY")
"""How codes begin that say that what was to be made is there, or what was to go is gone."""


@dataclass
class ApplyResult:
    """What became of each change, by its id. ``unchanged``: it was already so. ``unknown``: cannot tell."""

    done: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def apply(
    plan: Plan,
    permit: Permit,
    writer: SalesforceWriter,
    journal: Journal,
    now: Snapshot,
    look: Callable[[], Snapshot],
) -> ApplyResult:
    """Carry out the changes of ``plan``, in its order.

    ``now`` is the snapshot the gate was opened with. ``look`` collects the plan's parts (``parts_for(step)``)
    afresh; it is called only where an answer was lost, or where a change was tried since ``now``. ``Defect``
    where ``permit`` is not for this plan or not of this moment. ``SystemRefused`` at the end, naming every
    change that failed; what does not depend on a failed change is still made. Where nobody can tell what
    became of a write, or where the session has ended, nothing more is written.
    """
    _demand_permit(plan, permit, now)
    if _touched_since(journal, plan.step, now):
        now = look()
    work = _Work(plan, writer, journal, now, look, settle(plan.step, journal, now))
    for batch in batches(plan.changes):
        work.carry_out(batch)
        if work.outcome.unknown or work.session_ended:
            break
    if work.outcome.failed or work.outcome.unknown:
        raise work.refused()
    return work.outcome


def settle(step: str, journal: Journal, now: Snapshot) -> ApplyResult:
    """Close changes that an earlier run started and never ended, by looking at how things stand ``now``.

    What is there counts as done, what is not as failed; what cannot be told stays open (``unknown``). Nothing
    is written to the org. :func:`apply` begins with this; a step with nothing left to change calls it too.
    """
    outcome = ApplyResult()
    for entry in journal.unfinished_changes(step):
        change = change_from_json(entry.payload)
        place = place_of(change, now)
        if place is Place.MADE:
            outcome.done.append(change.id)
            journal.append(step, "do", Kind.change_done, _payload(change, found=True))
        elif place is not Place.UNKNOWN:
            reason = say("An earlier run was stopped before this change was made.")
            journal.append(step, "do", Kind.change_failed, _failure(change, reason, tried=True))
    return outcome


def writer_of(reader: SalesforceReader) -> SalesforceWriter:
    """The writer that :func:`apply` wants, over the admin's reader; nobody else makes one."""
    return SalesforceWriter(reader)


@dataclass
class _Work:
    """One run of a plan: what is known now and what became of each change so far."""

    plan: Plan
    writer: SalesforceWriter
    journal: Journal
    now: Snapshot
    look: Callable[[], Snapshot]
    outcome: ApplyResult
    ids: Ids = field(default_factory=Ids)
    reasons: dict[str, Message] = field(default_factory=dict)
    fixes: list[Message] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    @property
    def session_ended(self) -> bool:
        """Whether Salesforce does not know us any more: whatever was tried next would be refused, too."""
        return SESSION_ENDED in self.codes

    def refused(self) -> SystemRefused:
        """The stop that names what was not made, why, and what to do."""
        tried = {field.name: len(getattr(self.outcome, field.name)) for field in fields(self.outcome)}
        counts = tried | {"left": len(self.plan.changes) - sum(tried.values())}
        code = next(iter(self.codes)) if len(self.codes) == 1 else ""
        return changes_refused(self.plan.step, counts, self.reasons, self.fixes, code)

    def carry_out(self, batch: Sequence[Change]) -> None:
        """Make the changes of one kind that are still to be made and can be."""
        self._learn_ids()
        ready = [change for change in batch if self._is_ready(change)]
        if not ready:
            return
        self.journal.append_all(self.plan.step, "do", Kind.change_started, list(map(_payload, ready)))
        try:
            answers = KINDS[ready[0].kind].write(self.writer, ready, self.ids)
        except SystemRefused as refused:
            self._after_refusal(ready, refused)
            return
        self._done([answer.change for answer in answers if not answer.code])
        for answer in answers:
            if answer.code.startswith(SUPERFLUOUS):
                reason = say("{code}: {text}", code=answer.code, text=answer.message)
                self._look_again([answer.change], reason, answer.code)
            elif answer.code:
                reason = say("{code}: {text}", code=answer.code, text=answer.message or answer.code)
                self._fail(answer.change, reason, code=answer.code)

    def _is_ready(self, change: Change) -> bool:
        if change.id in self.outcome.done:
            return False
        match place_of(change, self.now):
            case Place.MADE:
                self.outcome.unchanged.append(change.id)
                return False
            case Place.OTHER:
                self._fail(
                    change, say("Somebody has changed it since the plan was made; nothing was overwritten.")
                )
                return False
            case Place.UNKNOWN:
                self._fail(change, say("Cannot tell the current state; nothing was written."))
                return False
        missing = [need for need in needed_by(change, self.plan.changes) if need.id in self.outcome.failed]
        if missing:
            names = ", ".join(need.id for need in missing)
            self._fail(
                change, say("Not attempted, because it needs what failed before: {names}.", names=names)
            )
        return not missing

    def _after_refusal(self, changes: Sequence[Change], refused: SystemRefused) -> None:
        reason = say("{refusal}", refusal=refused.what)
        code = refused.code or ""
        if (
            isinstance(refused, Unreachable | SalesforceBusy)
            or code in UNSURE
            or code.startswith(SUPERFLUOUS)
        ):
            self._look_again(changes, reason, code)
        else:
            for change in changes:
                self._fail(change, reason, code=code, tried=True)

    def _look_again(self, changes: Sequence[Change], reason: Message, code: str) -> None:
        """The answer was lost: what stands in the org now decides. What cannot be told stays open."""
        try:
            self.now = self.look()
        except SystemRefused:
            places = [Place.UNKNOWN for _ in changes]
        else:
            places = [place_of(change, self.now) for change in changes]
        for change, place in zip(changes, places, strict=True):
            if place is Place.MADE:
                self._done([change], found=True)
            elif place is Place.UNKNOWN:
                self.outcome.unknown.append(change.id)
                self.reasons[change.id] = reason
            else:
                self._fail(change, reason, code=code, tried=True)

    def _learn_ids(self) -> None:
        if isinstance(self.now.permission_set, PermissionSet):
            self.ids.permission_set = self.now.permission_set.id
        if isinstance(self.now.sync_user, SyncUser):
            self.ids.user = self.now.sync_user.id

    def _done(self, changes: Sequence[Change], **details: bool) -> None:
        payloads = [_payload(change, **details) for change in changes]
        self.journal.append_all(self.plan.step, "do", Kind.change_done, payloads)
        self.outcome.done += [change.id for change in changes]

    def _fail(self, change: Change, reason: Message, *, code: str = "", tried: bool = False) -> None:
        payload = _failure(change, reason, code=code, tried=tried or bool(code))
        self.journal.append(self.plan.step, "do", Kind.change_failed, payload)
        self.outcome.failed.append(change.id)
        self.reasons[change.id] = reason
        if code:
            self.codes.add(code)
            self.fixes += filter(None, [fix_for(change, code, str(reason))])


def _demand_permit(plan: Plan, permit: Permit, now: Snapshot) -> None:
    if (permit.step, permit.plan_digest) != (plan.step, plan.digest):
        raise Defect(say("The permit is for another plan."), where=f"{permit.step} {permit.plan_digest[:8]}")
    if abs(permit.given_at - now.taken_at) > CHECKS_LIFETIME:
        raise Defect(say("The permit is not of this moment."))


def _touched_since(journal: Journal, step: str, now: Snapshot) -> bool:
    """Whether a change was begun or ended after ``now`` was taken: then it does not show what is there."""
    kinds = (Kind.change_started, Kind.change_done)
    moments = [
        datetime.fromisoformat(entry.at) for entry in journal.entries(step=step) if entry.kind in kinds
    ]
    return any(moment >= now.taken_at for moment in moments)


def _payload(change: Change, **details: Any) -> dict[str, Any]:
    return {**change_json(change), "change": change.id, **details}


def _failure(change: Change, reason: Message, *, code: str = "", tried: bool) -> dict[str, Any]:
    return _payload(change, reason=reason.to_json(), code=code, tried=tried)
