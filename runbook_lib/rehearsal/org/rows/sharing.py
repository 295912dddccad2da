"""Record sharing: which rows of an object a user sees where the org-wide default is private.

A private object shows users their own records, unless View All Data or View All Records opens all of them;
contacts may go with their account. Role hierarchy, sharing rules, teams and manual shares are not imitated:
who depends on them sees less here than in a real org.
Source: Salesforce Help, "Organization-Wide Sharing Defaults"; Object Reference, Organization, Default…Access.
"""

from __future__ import annotations

from collections.abc import Callable

from runbook_lib.rehearsal.database import literal
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.tables import table_of
from runbook_lib.rehearsal.org.schema.catalog import SObject

SHARED = ("Lead", "Contact", "Account", "Opportunity")
"""Objects whose rows may be private, each with an owner."""
PRIVATE, BY_PARENT = "None", "ControlledByParent"
"""Values of Organization.Default…Access that keep rows back."""

READ_ONLY = "Read"
"""Value of Organization.Default…Access that lets everybody read, and only the owner write."""
Rows = Callable[[Permissions, str, SObject, str], list[str]]


def shared_rows(permissions: Permissions, user_id: str, sobject: SObject, table: str) -> list[str]:
    """SQL conditions on the rows of `table` that keep to what is shared with the user; none: they see all."""
    decides = _deciding(permissions, sobject)
    if permissions.default_access(decides) != PRIVATE or permissions.sees_all_rows(user_id, decides):
        return []
    return _own(user_id, sobject, decides, table)


def editable_rows(permissions: Permissions, user_id: str, sobject: SObject, table: str) -> list[str]:
    """The same for what the user may write: who sees all by View All may not for that write all."""
    decides = _deciding(permissions, sobject)
    is_kept = permissions.default_access(decides) in (PRIVATE, READ_ONLY)
    if not is_kept or permissions.edits_all_rows(user_id, decides):
        return []
    return _own(user_id, sobject, decides, table)


def _deciding(permissions: Permissions, sobject: SObject) -> str:
    """The object whose default decides: itself, or Account for contacts that go with theirs; "" for none."""
    name = sobject.name
    if name not in SHARED:
        return ""
    is_by_account = name == "Contact" and permissions.default_access(name) == BY_PARENT
    return "Account" if is_by_account else name


def _own(user_id: str, sobject: SObject, decides: str, table: str) -> list[str]:
    own = f'{table}."OwnerId" = {literal(user_id)}'
    if decides == sobject.name:
        return [own]
    accounts = f'SELECT "Id" FROM {table_of("Account")} WHERE "OwnerId" = {literal(user_id)}'
    return [f'coalesce({table}."AccountId" IN ({accounts}), {own})']
