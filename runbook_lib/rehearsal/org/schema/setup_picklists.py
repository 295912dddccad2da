"""Picklists of setup objects whose values are the org's own schema."""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe, picklist_value


def setup_picklist(catalog: Catalog, sobject: SObject, field: FieldDescribe) -> list[dict[str, Any]]:
    """The values of a field's picklist; for FieldPermissions and ObjectPermissions those that can be granted.

    FieldPermissions.Field is narrower than `permissionable`: parts of a compound field are not in it.
    """
    match sobject.name, field["name"]:
        case "FieldPermissions", "Field":
            return [
                picklist_value(f"{entry.name}.{name}") for entry in catalog for name in entry.grantable_fields
            ]
        case "FieldPermissions", "SobjectType":
            return [
                picklist_value(entry.name, label=entry.describe["label"])
                for entry in catalog
                if entry.grantable_fields
            ]
        case "ObjectPermissions", "SobjectType":
            return [
                picklist_value(entry.name, label=entry.describe["label"])
                for entry in catalog
                if entry.read == "object"
            ]
    return list(field["picklistValues"])
