"""What Salesforce itself says of the sync user's account: frozen, locked, and what they may do with records.

UserEntityAccess is the effective access, whatever gives it (View All Data, a group, a profile); the union of
ObjectPermissions tells it where Salesforce does not. An administrator was seen whose rows deny what their
profile grants: such a contradiction is settled for neither side. One call.

Sources: object reference, UserLogin (needs Manage Users) and UserEntityAccess (its id is written into the
query: it takes no other filter).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.query import Question, Rows, ask
from runbook_lib.survey.requirements import OBJECT_DEPENDENCIES, OBJECT_PERMISSIONS
from runbook_lib.survey.snapshot import NO_ACCESS, ObjectAccess, SyncUser, Unknown
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

_OBJECTS = (*OBJECT_PERMISSIONS, *OBJECT_DEPENDENCIES)
_LOGIN = "SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = {user}"
_ACCESS = (
    "SELECT EntityDefinitionId, IsReadable, IsCreatable, IsEditable, IsDeletable FROM UserEntityAccess "
    "WHERE UserId = {user} AND EntityDefinitionId IN {objects}"
)


def account_state(
    reader: SalesforceReader, user: SyncUser, union: object
) -> tuple[SyncUser, Mapping[str, ObjectAccess | Unknown] | Unknown | None]:
    """The user with their flags, and their access to objects. ``union``: what the permission tables say of
    it; ``None``: nobody asked, and it is not asked for here. A flag that cannot be read stays ``None``."""
    answers = ask(reader, account_questions(user.id, union is not None))
    login, access = answers["login"], answers.get("access")
    if not isinstance(login, Unknown) and login:
        user = replace(user, is_frozen=login[0]["IsFrozen"], is_locked=login[0]["IsPasswordLocked"])
    if access is None or isinstance(access, Unknown):
        return user, union  # type: ignore[return-value]
    return user, effective_access(access, union)


def account_questions(user_id: str, with_access: bool) -> list[Question]:
    """The queries of :func:`account_state`."""
    questions = [Question("login", soql(_LOGIN, user=user_id))]
    if with_access:
        questions.append(Question("access", soql(_ACCESS, user=user_id, objects=list(_OBJECTS))))
    return questions


def effective_access(rows: Rows, union: object) -> dict[str, ObjectAccess | Unknown]:
    """Object → their access: what UserEntityAccess says of it, unless that is less than the tables
    (``union``) grant. An object of which it says nothing has what these grant; where nobody can read them,
    it is unknown."""
    effective = _effective(rows)
    if not isinstance(union, Mapping):
        return {name: effective.get(name) or _untold(name) for name in _OBJECTS}
    agreed = {name: _agreed(name, access, union.get(name)) for name, access in effective.items()}
    return {**union, **agreed}


def _agreed(name: str, effective: ObjectAccess, granted: ObjectAccess | None) -> ObjectAccess | Unknown:
    denied = [
        right for right, has in asdict(granted or NO_ACCESS).items() if has and not asdict(effective)[right]
    ]
    if not denied:
        return effective
    return untold(
        say(
            "Salesforce contradicts itself about {object}: the sync user's permission sets grant "
            "{rights}, but UserEntityAccess denies it.",
            object=name,
            rights=", ".join(denied),
        ),
        say(
            "In Setup → Users, open the sync user and click View Summary, then Object Permissions. Or "
            "try the login in notebook 03: what Salesforce tells the sync user is what counts."
        ),
    )


def _untold(name: str) -> Unknown:
    return untold(
        say("Salesforce does not say what the sync user may do with {object}.", object=name),
        say("The logged-in admin needs “View Setup and Configuration”."),
    )


def _effective(rows: Rows) -> dict[str, ObjectAccess]:
    """Object → their access; an object that Salesforce does not name is not named here either."""
    letters = ("IsReadable", "IsCreatable", "IsEditable", "IsDeletable")
    return {
        str(row["EntityDefinitionId"]): ObjectAccess(*(bool(row[letter]) for letter in letters))
        for row in sorted(rows, key=lambda row: str(row["EntityDefinitionId"]))
    }
