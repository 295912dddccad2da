"""What Salesforce itself says of the sync user's account: frozen, locked, and what he may do with records.

UserEntityAccess is his effective access, whatever gives it (View All Data, a group, a profile); the union of
ObjectPermissions tells it where Salesforce does not. One call. Sources: object reference, UserLogin (needs
Manage Users) and UserEntityAccess (its id is written into the query: it takes no other filter).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook_lib.survey.probes.query import Question, Rows, ask
from runbook_lib.survey.requirements import OBJECT_DEPENDENCIES, OBJECT_PERMISSIONS
from runbook_lib.survey.snapshot import ObjectAccess, SyncUser, Unknown
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

_LOGIN = "SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = {user}"
_ACCESS = (
    "SELECT EntityDefinitionId, IsReadable, IsCreatable, IsEditable, IsDeletable FROM UserEntityAccess "
    "WHERE UserId = {user} AND EntityDefinitionId IN {objects}"
)


def account_state(
    reader: SalesforceReader, user: SyncUser, union: object
) -> tuple[SyncUser, Mapping[str, ObjectAccess] | Unknown | None]:
    """The user with his flags, and his access to objects. ``union``: what the permission tables say of it;
    ``None``: nobody asked, and it is not asked for here. A flag that cannot be read stays ``None``."""
    questions = [Question("login", soql(_LOGIN, user=user.id))]
    if union is not None:
        objects = [*OBJECT_PERMISSIONS, *OBJECT_DEPENDENCIES]
        questions.append(Question("access", soql(_ACCESS, user=user.id, objects=objects)))
    answers = ask(reader, questions)
    login, access = answers["login"], answers.get("access")
    if not isinstance(login, Unknown) and login:
        user = replace(user, is_frozen=login[0]["IsFrozen"], is_locked=login[0]["IsPasswordLocked"])
    told = _effective(access) if access is not None and not isinstance(access, Unknown) else {}
    if isinstance(union, Mapping):
        return user, {**union, **told}
    return user, (told or union)  # type: ignore[return-value]


def _effective(rows: Rows) -> dict[str, ObjectAccess]:
    """Object → his access; an object that Salesforce does not name is not named here either."""
    letters = ("IsReadable", "IsCreatable", "IsEditable", "IsDeletable")
    return {
        str(row["EntityDefinitionId"]): ObjectAccess(*(bool(row[letter]) for letter in letters))
        for row in sorted(rows, key=lambda each: str(each["EntityDefinitionId"]))
    }
