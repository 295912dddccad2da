"""The sync user that 02 makes, and how it stands in the org."""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.org import Org

NEW = "marketo.new@acme.example"
SMALLEST = "Minimum Access - Salesforce"


def users(org: Org, username: str = NEW) -> list[dict[str, Any]]:
    """The users of that name in the org."""
    columns = (
        "Username", "Email", "LastName", "Alias", "LanguageLocaleKey", "LocaleSidKey", "TimeZoneSidKey",
        "EmailEncodingKey", "UserPermissionsMarketingUser",
    )  # fmt: skip
    named = ", ".join(f'"{column}"' for column in columns)
    found = org.database.sql(f'SELECT {named} FROM org."User" WHERE "Username" = $1', [username])
    return [dict(zip(columns, row, strict=True)) for row in found]
