"""From readers to a snapshot: each part is asked for once; a refusal becomes ``Unknown``, never a "no".

Nothing here writes. What each part costs in calls stands with the probes, and
:mod:`runbook_lib.survey.forecast` adds it up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import LoginRefused, RunbookError
from runbook_lib.survey.forecast import ADMIN_ALONE
from runbook_lib.survey.model.org_settings import PasswordPolicy
from runbook_lib.survey.people.columns import PEOPLE
from runbook_lib.survey.probes.activities import newest_activity
from runbook_lib.survey.probes.ahead import as_admin, as_sync_user
from runbook_lib.survey.probes.arrival import COUNTED, Look, look_for, with_everybody
from runbook_lib.survey.probes.fill_rates import fill_rates
from runbook_lib.survey.probes.logins import app_tokens, logins_and_counts, user_id
from runbook_lib.survey.probes.marketo import look_at_marketo
from runbook_lib.survey.probes.org import look_at_org
from runbook_lib.survey.probes.org.password_policy import NEVER_EXPIRES, password_policy
from runbook_lib.survey.probes.people import count_rows, shared_emails
from runbook_lib.survey.probes.query import asked_together, describe_each, guarded, unknown
from runbook_lib.survey.probes.sync_user import (
    LOGS_IN,
    explained,
    look_as_sync_user,
    without_login,
    without_try,
)
from runbook_lib.survey.requirements import SYNCED_OBJECTS, objects_of
from runbook_lib.survey.snapshot import Expected, Field, Inventory, Part, Snapshot, SyncUser, Unknown
from runbook_lib.systems.reach import CANNOT_TELL, Reach

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader
    from runbook_lib.systems.salesforce.client import SalesforceReader


@dataclass
class Systems:
    """The two systems, reached when first asked for: each callable logs in once and returns its reader."""

    expected: Expected
    admin: Callable[[], SalesforceReader]
    sync: Callable[[], SalesforceReader]
    marketo: Callable[[], MarketoReader]


@dataclass
class _Reached:
    """The same three, each asked once within one collection, also where it refuses."""

    admin: Reach[SalesforceReader]
    sync: Reach[SalesforceReader]
    marketo: Reach[MarketoReader]


def collect(
    systems: Systems, parts: Iterable[Part], now: datetime, before: Snapshot | None = None
) -> Snapshot:
    """What both systems look like at ``now``; only ``parts`` are asked for, the others come from ``before``.

    A probe that a system refuses gives ``Unknown`` with the vendor's code; nothing is raised for it. A login
    as the sync user is made only for a part that needs one, never twice, and not where the admin's own was
    refused just before: most of what refuses one refuses everybody, and wrong logins lock a user.
    """
    wanted = frozenset(parts)
    reached = _Reached(Reach(systems.admin), Reach(systems.sync), Reach(systems.marketo))
    collected, refusal = _as_sync_user(reached, wanted, now, objects_of(systems.expected))
    collected |= _as_admin(reached, wanted - collected.keys(), systems.expected, before)
    if isinstance(refusal, LoginRefused) and Part.SYNC_LOGIN in wanted:
        collected[Part.SYNC_LOGIN] = unknown(explained(refusal, reached.admin, collected))
    if Part.FILL in wanted:
        collected[Part.FILL] = guarded(lambda: fill_rates(reached.admin(), _to_measure(collected, before)))
    if Part.PASSWORD_POLICY in wanted:
        collected[Part.PASSWORD_POLICY] = guarded(lambda: _policy(reached, collected, before))
    if Part.MARKETO in wanted:
        collected[Part.MARKETO] = guarded(
            lambda: look_at_marketo(reached.marketo(), systems.expected.munchkin_id)
        )
    if Part.MARKETO_CALLS in wanted:
        collected[Part.MARKETO_CALLS] = guarded(lambda: reached.marketo().usage())
    if Part.PARTITIONS in wanted:
        collected[Part.PARTITIONS] = guarded(lambda: tuple(sorted(reached.marketo().partitions())))
    collected |= _arrived(reached, wanted - collected.keys(), collected, before, now)
    if Part.ACTIVITY in wanted:
        collected[Part.ACTIVITY] = guarded(lambda: newest_activity(reached.marketo(), now))
    if of_user := wanted & {Part.LOGINS, Part.APP_TOKENS}:
        user = collected.get(Part.SYNC_USER, before.sync_user if before else None)
        collected |= _of_sync_user(reached, of_user, user, systems.expected, now, collected)
    kept = {part: getattr(before, part.value) for part in Part} if before else {}
    values: dict[str, Any] = {part.value: value for part, value in {**kept, **collected}.items()}
    return Snapshot(taken_at=now, expected=systems.expected, **values)


def save_describes(
    reader: SalesforceReader, folder: Path, objects: Sequence[str] = SYNCED_OBJECTS
) -> list[Path]:
    """Salesforce's own describe of each of ``objects`` as ``folder/<Object>.json``, five a call.

    Raises ``SalesforceRefused`` where an object cannot be described; nothing is written then.
    """
    describes = list(describe_each(reader, objects))
    folder.mkdir(parents=True, exist_ok=True)
    saved = []
    for describe in describes:
        path = folder / f"{describe['name']}.json"
        path.write_text(json.dumps(describe, indent=1, ensure_ascii=False), encoding="utf-8")
        saved.append(path)
    return saved


def _to_measure(collected: dict[Part, Any], before: Snapshot | None) -> list[Field] | Unknown | None:
    """The fields that the sync user sees, as the admin sees them: what Salesforce lets one count may differ.

    Where nobody could look as one of the two, there is nothing that could be measured.
    """
    visible, present = (
        collected.get(part, getattr(before, part.value) if before else None)
        for part in (Part.VISIBLE, Part.PRESENT)
    )
    if not isinstance(visible, Mapping) or not isinstance(present, Mapping):
        return next((part for part in (visible, present) if isinstance(part, Unknown)), None)
    seen = {field.full_name for fields in visible.values() for field in fields}
    return [field for fields in present.values() for field in fields if field.full_name in seen]


def _policy(
    reached: _Reached, collected: Mapping[Part, Any], before: Snapshot | None
) -> PasswordPolicy | Unknown | None:
    """When passwords expire; not asked where the sync user's does not, whatever the policy."""
    permissions, user = (
        collected.get(part, getattr(before, part.value) if before else None)
        for part in (Part.SYSTEM_PERMISSIONS, Part.SYNC_USER)
    )
    if isinstance(permissions, Mapping) and permissions.get(NEVER_EXPIRES):
        return None
    if not isinstance(user, SyncUser):
        return user if isinstance(user, Unknown) else None
    return password_policy(reached.admin(), user.profile_id)


def _arrived(
    reached: _Reached, wanted: frozenset[Part], collected: Mapping[Part, Any], before: Snapshot | None,
    now: datetime,
) -> dict[Part, Any]:  # fmt: skip
    """Samples of Salesforce, as the sync user sees it, looked up in Marketo."""
    asked = [part for part in (Part.PEOPLE_SEEN, Part.RECORDS_SEEN) if part in wanted]
    if not asked:
        return {}
    known = {
        part: collected.get(part, getattr(before, part.value) if before else None)
        for part in (Part.VISIBLE, Part.MARKETO)
    }
    try:
        look = Look(reached.sync(), reached.marketo(), now, known[Part.VISIBLE], known[Part.MARKETO], before)
        return look_for(look, asked)
    except CANNOT_TELL as fault:
        return dict.fromkeys(asked, unknown(fault))


def _of_sync_user(
    reached: _Reached, wanted: frozenset[Part], user: object, expected: Expected, now: datetime,
    collected: Mapping[Part, Any],
) -> dict[Part, Any]:  # fmt: skip
    """What the admin sees of the sync user's logins (their Id where it is known, else by username), and how
    many records the admin sees."""
    try:
        admin = reached.admin()
        known = _id_of(reached, user) or user_id(admin, expected.sync_username)
        if isinstance(known, Unknown):
            return dict.fromkeys(wanted, known)
        answers: dict[Part, Any] = {}
        if Part.LOGINS in wanted:
            pools = COUNTED if {Part.PEOPLE_SEEN, Part.RECORDS_SEEN} & collected.keys() else ()
            logins, counts = logins_and_counts(admin, known, now, pools)
            answers = {**with_everybody(collected, counts), Part.LOGINS: logins}
        if Part.APP_TOKENS in wanted:
            by_oauth = expected.authentication == "oauth"
            answers[Part.APP_TOKENS] = app_tokens(admin, known) if by_oauth else None
    except CANNOT_TELL as fault:
        return dict.fromkeys(wanted, unknown(fault))
    return answers


def _id_of(reached: _Reached, user: object) -> str | None:
    """The sync user's Id, where nobody has to ask for it."""
    if isinstance(user, SyncUser):
        return user.id
    return reached.sync().session.user_id if reached.sync.is_open else None


def _as_sync_user(
    reached: _Reached, wanted: frozenset[Part], now: datetime, objects: Sequence[str]
) -> tuple[dict[Part, Any], RunbookError | None]:
    """What the sync user's session tells, or why there is none."""
    if not wanted & LOGS_IN:
        return {}, None
    shut = _why_admin_is_out(reached) if wanted & ADMIN_ALONE else None
    if shut is not None:
        return without_try(shut, wanted), None
    try:
        reader = reached.sync()
    except CANNOT_TELL as refusal:
        return without_login(refusal, wanted), refusal
    with asked_together(reader, as_sync_user(wanted, objects)):
        seen = guarded(lambda: look_as_sync_user(reader, wanted, now, objects))
    return (seen if isinstance(seen, dict) else dict.fromkeys(wanted & LOGS_IN, seen)), None


def _why_admin_is_out(reached: _Reached) -> RunbookError | None:
    """Why the admin has no session; then what shuts one out may shut everybody out, and nobody else tries."""
    try:
        reached.admin()
    except CANNOT_TELL as refusal:
        return refusal
    return None


def _as_admin(
    reached: _Reached, wanted: frozenset[Part], expected: Expected, before: Snapshot | None
) -> dict[Part, Any]:
    """What the admin's session tells of what is still open."""
    open_parts = wanted & (ADMIN_ALONE | {Part.ROWS, Part.DUPLICATES})
    if not open_parts:
        return {}
    try:
        reader = reached.admin()
    except CANNOT_TELL as refusal:
        return dict.fromkeys(open_parts, unknown(refusal))
    known = _id_of(reached, before.sync_user if before else None)
    with asked_together(reader, as_admin(open_parts, expected, known)):
        seen = guarded(lambda: look_at_org(reader, open_parts, expected))
        answers: dict[Part, Any] = seen if isinstance(seen, dict) else dict.fromkeys(open_parts, seen)
        if Part.ROWS in open_parts:
            answers[Part.ROWS] = guarded(lambda: count_rows(reader))
        if Part.DUPLICATES in open_parts:
            most = _most_people(answers.get(Part.INVENTORY))
            answers[Part.DUPLICATES] = guarded(lambda: shared_emails(reader, most))
    return answers


def _most_people(there: object) -> int | None:
    """The leads or the contacts, whichever are more, where both were counted just before."""
    counts = [there.records.get(name) for name in PEOPLE] if isinstance(there, Inventory) else []
    known = [count for count in counts if isinstance(count, int)]
    return max(known) if len(known) == len(PEOPLE) else None
