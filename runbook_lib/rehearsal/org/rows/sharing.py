"""Record sharing: which rows of an object a user sees where the org-wide default is private.

A private object shows users their own records, unless View All Data or View All Records opens all of them;
contacts may go with their account. Role hierarchy, sharing rules, teams and manual shares are not imitated:
who depends on them sees less here than in a real org.
Source: Salesforce Help, "Organization-Wide Sharing Defaults"; Object Reference, Organization, Default…Access.
"""

from __future__ import annotations

from runbook_lib.rehearsal.database import literal
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.tables import table_of
from runbook_lib.rehearsal.org.schema.catalog import SObject

SHARED = ("Lead", "Contact", "Account", "Opportunity")
"""Objects whose rows may be private, each with an owner."""
PRIVATE, BY_PARENT = "None", "ControlledByParent"
"""Values of Organization.Default…Access that keep rows back."""


def shared_rows(permissions: Permissions, user_id: str, sobject: SObject, table: str) -> list[str]:
    """SQL conditions on the rows of `table` that keep to what is shared with the user; none: they see all."""
    name = sobject.name
    if name not in SHARED:
        return []
    default = permissions.default_access(name)
    is_by_account = name == "Contact" and default == BY_PARENT
    decides = "Account" if is_by_account else name
    if permissions.default_access(decides) != PRIVATE or permissions.sees_all_rows(user_id, decides):
        return []
    own = f'{table}."OwnerId" = {literal(user_id)}'
    if not is_by_account:
        return [own]
    accounts = f'SELECT "Id" FROM {table_of("Account")} WHERE "OwnerId" = {literal(user_id)}'
    return [f'coalesce({table}."AccountId" IN ({accounts}), {own})']
