"""What a login as the sync user tells: that it works, their effective rights, and every field they see.

Calls: the login one; permissions and counts three; describes two. A refused login costs the admin's
session two calls that tell its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import LoginRefused, RunbookError, TimedOut, Unreachable
from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.describe import fields_of
from runbook_lib.survey.probes.org.facts import union_of_columns
from runbook_lib.survey.probes.org.queries import ALL_COLUMNS, YOUNG_COLUMNS
from runbook_lib.survey.probes.people import count_rows
from runbook_lib.survey.probes.query import (
    Question,
    as_documented,
    ask,
    describe_each,
    guarded,
    unknown,
)
from runbook_lib.survey.requirements import OBJECT_PERMISSIONS
from runbook_lib.survey.snapshot import Absent, ObjectAccess, Part, SyncLogin, SyncUser, Unknown
from runbook_lib.systems.reach import CANNOT_TELL, Reach
from runbook_lib.systems.salesforce.login_errors import passes
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

LOGS_IN = frozenset({Part.SYNC_LOGIN, Part.VISIBLE, Part.PEOPLE_SEEN, Part.RECORDS_SEEN})
"""The parts that are worth a login as the sync user; the others use that session only where it is open."""

OWN_PERMISSIONS = Question("own", f"SELECT {', '.join(ALL_COLUMNS)} FROM UserPermissionAccess", YOUNG_COLUMNS)  # noqa: S608 - our own columns


def look_as_sync_user(
    reader: SalesforceReader, wanted: frozenset[Part], now: datetime, objects: Sequence[str]
) -> dict[Part, Any]:
    """The parts of ``wanted`` that their own session tells best; what it cannot tell is left to the admin's.

    ``objects``: whose fields are looked at.
    """
    answers: dict[Part, Any] = {}
    if Part.SYNC_LOGIN in wanted:
        session = reader.session
        answers[Part.SYNC_LOGIN] = SyncLogin(
            session.user_id, session.org_id, session.password_expired, now, session.by_client
        )
    if Part.SYSTEM_PERMISSIONS in wanted:
        answers[Part.SYSTEM_PERMISSIONS] = _system_permissions(reader)
    if Part.ROWS in wanted:
        answers[Part.ROWS] = guarded(lambda: count_rows(reader))
    if Part.VISIBLE in wanted:
        answers |= _describes(reader, wanted, objects)
    left_to_admin = (Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS)
    return {
        part: value
        for part, value in answers.items()
        if not (part in left_to_admin and isinstance(value, Unknown))
    }


def without_login(refusal: RunbookError, wanted: frozenset[Part]) -> dict[Part, Any]:
    """Every part that needs their session, as ``Unknown``: the login with its reason, the others after it."""
    if isinstance(refusal, Unreachable | TimedOut) or passes(refusal.code):
        return without_try(refusal, wanted)
    answers: dict[Part, Any] = {}
    if Part.SYNC_LOGIN in wanted:
        answers[Part.SYNC_LOGIN] = unknown(refusal)
    for part in (Part.VISIBLE, Part.PEOPLE_SEEN, Part.RECORDS_SEEN):
        if part in wanted:
            answers[part] = _after_refusal(refusal)
    return answers


def without_try(refusal: RunbookError, wanted: frozenset[Part]) -> dict[Part, Any]:
    """Every part that needs their session, as ``Unknown`` for the reason why the admin has none: nobody
    tried, so that nobody was refused."""
    why = replace(unknown(refusal), refused=False)
    return {part: why for part in wanted if part in LOGS_IN}


def _known_of(user: object, admin: Reach[SalesforceReader]) -> dict[str, Any]:
    """What the admin sees of the user, as evidence for why a login was refused."""
    if isinstance(user, Absent):
        return {"user_exists": False}
    if not isinstance(user, SyncUser):
        return {}
    return {
        "user_exists": True,
        "is_active": user.is_active,
        "is_frozen": user.is_frozen,
        "is_password_locked": user.is_locked,
        **_history(admin, user),
    }


def explained(
    refusal: LoginRefused, admin: Reach[SalesforceReader], collected: Mapping[Part, Any]
) -> LoginRefused:
    """The refusal, narrowed by what the admin sees of the user; the same where they see no more."""
    from runbook_lib.systems.salesforce.login import explain  # lazy: loaded with the transport
    from runbook_lib.systems.salesforce.login_errors import LoginEvidence  # lazy: loaded with the login

    known = _known_of(collected.get(Part.SYNC_USER), admin)
    known["login_host"] = str(refusal.where).rpartition(" @ ")[2]
    try:
        known["org_is_sandbox"] = admin().session.sandbox
    except CANNOT_TELL:
        return refusal
    return explain(refusal, LoginEvidence(**known))


def _history(admin: Reach[SalesforceReader], user: SyncUser) -> dict[str, Any]:
    """How the newest login ended, and whether they may use the API; one call."""
    newest = (
        "SELECT Status, LoginTime FROM LoginHistory WHERE UserId = {user} ORDER BY LoginTime DESC LIMIT 1"
    )
    api = (
        "SELECT Id FROM PermissionSetAssignment "
        "WHERE AssigneeId = {user} AND PermissionSet.PermissionsApiEnabled = {yes} LIMIT 1"
    )
    questions = [
        Question("newest", soql(newest, user=user.id)),
        Question("api", soql(api, user=user.id, yes=True)),
    ]
    try:
        answers = ask(admin(), questions)
    except CANNOT_TELL:
        return {}
    logins, allowed = answers["newest"], answers["api"]
    return {
        "newest_status": None if isinstance(logins, Unknown) or not logins else logins[0]["Status"],
        "api_enabled": None if isinstance(allowed, Unknown) else bool(allowed),
    }


def _system_permissions(reader: SalesforceReader) -> dict[str, bool] | Unknown:
    """The effective permissions in one row; one call. Source: object reference, UserPermissionAccess."""
    answer = ask(reader, [OWN_PERMISSIONS])[OWN_PERMISSIONS.name]
    if isinstance(answer, Unknown):
        return answer
    nothing = untold(say("Salesforce names no permissions of this user."))
    return union_of_columns(answer) if answer else nothing


def _describes(reader: SalesforceReader, wanted: frozenset[Part], objects: Sequence[str]) -> dict[Part, Any]:
    """Fields they see, and from the same describes what they may do with the records."""
    try:
        seen = {describe["name"]: describe for describe in describe_each(reader, objects)}
    except CANNOT_TELL as fault:
        return {Part.VISIBLE: unknown(fault)}
    fields = as_documented(lambda: {name: fields_of(describe) for name, describe in seen.items()}, "describe")
    answers: dict[Part, Any] = {Part.VISIBLE: fields}
    if Part.OBJECT_ACCESS in wanted:
        answers[Part.OBJECT_ACCESS] = {name: _access(seen.get(name)) for name in OBJECT_PERMISSIONS}
    return answers


def _access(describe: Mapping[str, Any] | None) -> ObjectAccess:
    if describe is None:
        return ObjectAccess(read=False, create=False, edit=False, delete=False)
    return ObjectAccess(
        read=bool(describe["queryable"]),
        create=bool(describe["createable"]),
        edit=bool(describe["updateable"]),
        delete=bool(describe["deletable"]),
    )


def _after_refusal(refusal: RunbookError) -> Unknown:
    if not isinstance(refusal, LoginRefused):  # a secret that nobody gave is told as that
        return unknown(refusal)
    what = say("nobody could look as the sync user, because the login did not work.")
    fix = say("Fix the sync user's login first, in notebook 03.")
    return replace(untold(what, fix), code=refusal.code or "")
