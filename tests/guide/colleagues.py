"""What other people do in the org while the road is walked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook_lib.rehearsal.server import RehearsalServer


def somebody_makes(server: RehearsalServer, name: str, metadata: Mapping[str, Any] | None = None) -> None:
    """A colleague makes a text field, or another one, that the sync user sees at once."""
    org = server.org
    admin = org.user_id(server.world.admin_username)
    text = {"type": "Text", "label": name, "length": 80}
    number = {"type": "Number", "label": name}
    wanted = metadata or {}
    org.create_custom_field(admin, name, {**(number if wanted.get("type") == "Number" else text), **wanted})
    own = org.query(
        admin,
        "SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = "
        f"'{server.world.sync_username}' AND PermissionSet.Name = 'Marketo_Sync'",
    )
    rights = {"PermissionsRead": True, "PermissionsEdit": True}
    parent = own.rows[0]["PermissionSetId"]
    org.create(
        admin, "FieldPermissions",
        {"ParentId": parent, "SobjectType": name.split(".")[0], "Field": name, **rights},
    )  # fmt: skip
