"""Objects that have no table: their rows are made when somebody asks, from what is true at that moment.

Source: Object Reference, UserPermissionAccess and UserEntityAccess; Tooling API, EntityDefinition,
FieldDefinition, EntityParticle and CustomField.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.ids import record_id
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.custom_field_types import CustomField
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.switches import Switches

TYPE_NAMES = {
    "id": "Lookup()",
    "boolean": "Checkbox",
    "datetime": "Date/Time",
    "date": "Date",
    "email": "Email",
    "phone": "Phone",
    "url": "URL",
    "picklist": "Picklist",
    "multipicklist": "Picklist (Multi-Select)",
    "address": "Address",
    "combobox": "Picklist",
    "encryptedstring": "Text (Encrypted)",
    "time": "Time",
}


class ComputedRows:
    """Makes the rows of computed objects."""

    def __init__(
        self, database: Database, catalog: Catalog, permissions: Permissions, switches: Switches
    ) -> None:
        self._switches = switches
        self._database = database
        self._catalog = catalog
        self._permissions = permissions

    def rows(self, user_id: str, object_name: str) -> list[dict[str, Any]]:
        """The rows of that object as the user sees them; an object that nobody fills has none."""
        match object_name:
            case "UserPermissionAccess":
                held = self._permissions.system(user_id)
                return [{"Id": record_id("0up", 1)} | {f"Permissions{name}": held[name] for name in held}]
            case "UserEntityAccess":
                return list(self._entity_access())
            case "EntityDefinition":
                return [_entity(sobject) for sobject in self._tables()]
            case "FieldDefinition":
                return [_definition(sobject, field) for sobject, field in self._listed_fields(user_id)]
            case "EntityParticle":
                return [_particle(sobject, field) for sobject, field in self._listed_fields(user_id)]
            case "CustomField":
                rows = [
                    _custom_field(sobject, custom)
                    for sobject in self._tables()
                    for custom in sobject.custom_fields.values()
                ]
                return list({row["FullName"]: row for row in reversed(rows)}.values())[::-1]
        return []

    def _tables(self) -> Iterator[SObject]:
        return (sobject for sobject in self._catalog if not sobject.is_tooling)

    def _listed_fields(self, user_id: str) -> Iterator[tuple[SObject, FieldDescribe]]:
        """The fields that the catalog names: all, or those that a describe would show that user."""
        for sobject in self._tables():
            readable = self._permissions.fields(user_id, sobject).readable
            for name, field in sobject.fields.items():
                if self._switches.catalog_shows_hidden_fields or name in readable:
                    yield sobject, field

    def _entity_access(self) -> Iterator[dict[str, Any]]:
        for (user_id,) in self._database.sql('SELECT "Id" FROM org."User"'):
            for sobject, access in self._permissions.accesses(user_id):
                describe = sobject.describe
                yield {
                    "DurableId": f"{sobject.name}.{user_id[:15]}",
                    "UserId": user_id,
                    "EntityDefinitionId": sobject.name,
                    "IsReadable": access.read,
                    "IsCreatable": access.create and describe["createable"],
                    "IsEditable": access.edit and describe["updateable"],
                    "IsUpdatable": access.edit and describe["updateable"],
                    "IsDeletable": access.delete and describe["deletable"],
                    "IsMergeable": access.delete and describe["mergeable"],
                    "IsUndeletable": access.delete and describe["undeletable"],
                    "IsActivateable": False,
                    "IsFlsUpdatable": False,
                }


def _entity(sobject: SObject) -> dict[str, Any]:
    describe = sobject.describe
    return {
        "DurableId": sobject.name,
        "QualifiedApiName": sobject.name,
        "DeveloperName": sobject.name.removesuffix("__c"),
        "Label": describe["label"],
        "PluralLabel": describe["labelPlural"],
        "KeyPrefix": describe["keyPrefix"],
        "IsCustomizable": sobject.read == "object",
        "IsQueryable": describe["queryable"],
        "IsTriggerable": describe["triggerable"],
        "IsApexTriggerable": describe["triggerable"],
        "IsCustomSetting": describe["customSetting"],
        "IsWorkflowEnabled": sobject.read == "object",
    }


def _shared(sobject: SObject, field: FieldDescribe) -> dict[str, Any]:
    """What FieldDefinition and EntityParticle have in common."""
    custom = sobject.custom_fields.get(field["name"].lower())
    return {
        "DurableId": f"{sobject.name}.{custom.id[:15] if custom else field['name']}",
        "QualifiedApiName": field["name"],
        "EntityDefinitionId": sobject.name,
        "DeveloperName": custom.developer_name if custom else field["name"],
        "NamespacePrefix": custom.namespace if custom else None,
        "MasterLabel": field["label"],
        "Label": field["label"],
        "Length": field["length"],
        "Precision": field["precision"],
        "Scale": field["scale"],
        "IsCalculated": field["calculated"],
        "IsNillable": field["nillable"],
        "IsCompound": field["type"] == "address",
        "IsApiFilterable": field["filterable"],
        "IsApiGroupable": field["groupable"],
        "IsApiSortable": field["sortable"],
        "IsNameField": field["nameField"],
    }


def _definition(sobject: SObject, field: FieldDescribe) -> dict[str, Any]:
    custom = sobject.custom_fields.get(field["name"].lower())
    return _shared(sobject, field) | {
        "DataType": _type_name(field),
        "IsIndexed": field["idLookup"] or field["externalId"],
        "IsHighScaleNumber": False,
        "IsHtmlFormatted": field["htmlFormatted"],
        "IsFieldHistoryTracked": False,
        "Description": custom.metadata.get("description") if custom else None,
        "LastModifiedDate": custom.modified_at if custom else None,
        "ReferenceTo": json.dumps({"referenceTo": field["referenceTo"] or None}),
    }


def _particle(sobject: SObject, field: FieldDescribe) -> dict[str, Any]:
    shared = _shared(sobject, field)
    return shared | {
        "DataType": field["type"],
        "FieldDefinitionId": shared["DurableId"],
        "IsComponent": field["compoundFieldName"] is not None,
        "IsCreatable": field["createable"],
        "IsUpdatable": field["updateable"],
        "IsPermissionable": field["permissionable"],
        "IsEncrypted": field["encrypted"],
        "IsUnique": field["unique"],
        "IsIdLookup": field["idLookup"],
        "IsAutonumber": field["autoNumber"],
        "IsDependentPicklist": field["dependentPicklist"],
    }


def _type_name(field: FieldDescribe) -> str:
    """A field type in the words of Setup: `Text(255)`, `Number(10, 0)`."""
    if field["calculated"]:
        return f"Formula ({field['type'].capitalize()})"
    match field["type"]:
        case "string":
            return "Auto Number" if field["autoNumber"] else f"Text({field['length']})"
        case "textarea":
            return f"Long Text Area({field['length']})" if field["length"] > 255 else "Text Area(255)"
        case "double" | "int":
            return f"Number({field['precision'] or field['digits']}, {field['scale']})"
        case "currency" | "percent":
            return f"{field['type'].capitalize()}({field['precision']}, {field['scale']})"
        case "reference":
            return f"Lookup({','.join(field['referenceTo'])})"
    return TYPE_NAMES.get(field["type"], str(field["type"]))


def _custom_field(sobject: SObject, custom: CustomField) -> dict[str, Any]:
    field = sobject.find(custom.name)
    measures = (
        {"Length": field["length"] or None, "Precision": field["precision"] or None, "Scale": field["scale"]}
        if field
        else {}
    )
    return {
        "Id": custom.id,
        "TableEnumOrId": custom.setup_object,
        "DeveloperName": custom.developer_name,
        "NamespacePrefix": custom.namespace,
        "FullName": f"{custom.setup_object}.{custom.name}",
        "ManageableState": "installed" if custom.namespace else "unmanaged",
        "InlineHelpText": custom.metadata.get("inlineHelpText"),
        "Metadata": json.dumps(dict(custom.metadata)),
        "CreatedDate": custom.created_at,
        "CreatedById": custom.created_by,
        "LastModifiedDate": custom.modified_at,
        "LastModifiedById": custom.modified_by,
    } | measures
