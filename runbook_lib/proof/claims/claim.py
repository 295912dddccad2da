"""Claims and evidence as data: what was measured, before and now, and whether it proves the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import place_of
from runbook_lib.change.plan import Change, ChangeKind, Plan
from runbook_lib.review.findings import Status, not_told
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, from_json, say

MOVED_BY_CLICKS = frozenset({"fields-appeared", "started"})
"""Claims about what the clicks of 05 and 08 set in motion: where one is an error, nobody has clicked."""


@dataclass(frozen=True)
class Claim:
    """One statement that was measured. ``before`` and ``now`` are short JSON-ready values for people.

    ``ok``: it is so. ``error``: it is not. ``unknown``: nobody could tell. ``warn``: worth knowing, no
    obstacle. ``skip``: told by a person, not measured.
    """

    id: str
    status: Status
    what: Message
    before: Any = None
    now: Any = None

    def to_json(self) -> dict[str, Any]:
        """The claim as JSON."""
        return {
            "id": self.id,
            "status": self.status.value,
            "what": self.what.to_json(),
            "before": self.before,
            "now": self.now,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Claim:
        """The inverse of :meth:`to_json`."""
        what = from_json(data["what"])
        if not isinstance(what, Message):
            raise ValueError("not a claim")
        return cls(data["id"], Status(data["status"]), what, data["before"], data["now"])


@dataclass(frozen=True)
class Attested:
    """What a person says they did and what the screen then showed (``status``, word for word)."""

    by: str
    at: datetime
    status: str = ""


@dataclass(frozen=True)
class Evidence:
    """All claims of a step at one moment."""

    step: str
    claims: tuple[Claim, ...]
    at: datetime

    @property
    def proven(self) -> bool:
        """At least one claim is ok, and none is an error or cannot be told."""
        statuses = {claim.status for claim in self.claims}
        return Status.OK in statuses and not statuses & {Status.ERROR, Status.UNKNOWN}

    @property
    def contradicts_clicks(self) -> bool:
        """What the clicks set in motion has not moved, whatever a person said."""
        return any(claim.id in MOVED_BY_CLICKS and claim.status is Status.ERROR for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        """The evidence as JSON: what the journal keeps as payload of kind ``evidence``."""
        return {
            "step": self.step,
            "at": self.at.isoformat(),
            "proven": self.proven,
            "claims": [claim.to_json() for claim in self.claims],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The inverse of :meth:`to_json`."""
        claims = tuple(Claim.from_json(claim) for claim in data["claims"])
        return cls(data["step"], claims, datetime.fromisoformat(data["at"]))


@dataclass(frozen=True)
class Measured:
    """What a claim is made from: the baseline, the look just taken, the plan and what a person told.

    ``refused``: records of which Marketo's Sync Errors says why they are not there, by the first 15
    characters of their Ids. ``ends``: when the first sync ends, as far as its speed was measured.
    """

    before: Snapshot | None
    now: Snapshot
    plan: Plan | None
    attested: Attested | None = None
    refused: frozenset[str] = frozenset()
    ends: datetime | None = None

    def changes(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """The planned changes of these kinds."""
        return tuple(change for change in self.plan.changes if change.kind in kinds) if self.plan else ()


def made(claim: str, changes: Sequence[Change], measured: Measured, what: Message, nothing: Message) -> Claim:
    """A claim that all these changes stand in the org now. ``what`` may name ``{made}`` and ``{planned}``;
    ``nothing`` is said where there was nothing to change."""
    if not changes:
        return Claim(claim, Status.OK, nothing)
    places = {change.id: place_of(change, measured.now) for change in changes}
    missing = sorted(name for name, place in places.items() if place is not Place.MADE)
    count = len(changes) - len(missing)
    status = Status.OK
    if missing:
        unknown = any(place is Place.UNKNOWN for place in places.values())
        status = Status.UNKNOWN if unknown else Status.ERROR
    filled = Message(what.template, {**what.values, "made": count, "planned": len(changes)})
    return Claim(
        claim, status, filled, before=0, now={"made": count, "missing": missing} if missing else count
    )


def cannot_tell(claim: str, value: object) -> Claim:
    """The claim of a part that could not be read (``Unknown``) or that nobody looked at."""
    if not isinstance(value, Unknown):
        return Claim(claim, Status.UNKNOWN, not_told(say("nobody looked")))
    return Claim(claim, Status.UNKNOWN, not_told(value.words, value.message("fix")))


def judged(claim: str, holds: bool, yes: Message, no: Message) -> Claim:
    """A claim that holds or does not."""
    return Claim(claim, Status.OK if holds else Status.ERROR, yes if holds else no)
