"""What was looked for in Marketo and found there. Pure data; Ids and numbers only, never a person's value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FieldSeen:
    """One field of the sampled people, compared in both systems.

    ``field``: ``Lead.Email``; ``marketo``: what Marketo's API calls it. ``compared``: people who have a value
    of it in Salesforce; ``empty``: those of them who have none in Marketo; ``different``: the Ids of all
    whose values are not the same. ``true``: of a checkbox, how many have it ticked in Salesforce; ``lost``:
    how many of these have it not in Marketo.
    """

    field: str
    marketo: str
    compared: int
    empty: int = 0
    different: tuple[str, ...] = ()
    true: int | None = None
    lost: int = 0


@dataclass(frozen=True)
class NewRecord:
    """One of the newest records of an object, and whether Marketo has it."""

    id: str
    created: datetime
    found: bool = False


@dataclass(frozen=True)
class PeopleSeen:
    """A sample of Salesforce records looked up in Marketo: how many of them are there, and which are not.

    ``population``: of how many records it was drawn, as the sync user sees them; ``everybody``: as the admin
    sees them (``None`` of both: not counted). ``seed`` and the records decide who is drawn: the same again.
    ``ids``: the sample. ``compared``: of how many the values were compared, ``different``: the Ids of those
    whose e-mail, name or opt-out is not the same in both; ``fields``: each field by itself.
    """

    object: str
    sampled: int
    found: int
    missing: tuple[str, ...] = ()
    compared: int = 0
    different: tuple[str, ...] = ()
    population: int | None = None
    everybody: int | None = None
    seed: int = 0
    ids: tuple[str, ...] = ()
    fields: tuple[FieldSeen, ...] = ()
    newest: tuple[NewRecord, ...] = ()
    written: int = 0
    written_at: datetime | None = None


@dataclass(frozen=True)
class AppToken:
    """An app that the sync user let in by OAuth. ``last_used``: ``None`` where Salesforce does not say."""

    app: str
    uses: int
    last_used: datetime | None = None


@dataclass(frozen=True)
class Activity:
    """The newest activity of its kind in Marketo. ``at``: ``None`` where there was none since ``since``."""

    since: datetime
    at: datetime | None = None
    count: int = 0


@dataclass(frozen=True)
class Login:
    """A login of the sync user. ``elsewhere``: from another address than this computer's; ``None``: cannot
    tell."""

    at: datetime
    status: str
    elsewhere: bool | None = None
