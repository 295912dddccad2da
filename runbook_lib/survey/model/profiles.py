"""What the profiles of an org may do with Marketo's own fields: everybody's view of them, not the sync
user's. Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ProfileFields:
    """A profile. ``id``: of the permission set that it owns, on which its field permissions hang.

    ``fields``: ``Lead.mkto71_Lead_Score__c`` → may edit; a field that the profile does not see is absent.
    """

    id: str
    name: str
    fields: Mapping[str, bool] = field(default_factory=dict)


def profiles_of(
    sets: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> tuple[ProfileFields, ...]:
    """Every profile by name, from the rows of PermissionSet and of FieldPermissions."""
    fields: dict[str, dict[str, bool]] = {}
    for row in rows:
        fields.setdefault(row["ParentId"], {})[row["Field"]] = bool(row["PermissionsEdit"])
    profiles = [
        ProfileFields(row["Id"], (row["Profile"] or {}).get("Name") or "", fields.get(row["Id"], {}))
        for row in sets
    ]
    return tuple(sorted(profiles, key=lambda profile: (profile.name, profile.id)))
