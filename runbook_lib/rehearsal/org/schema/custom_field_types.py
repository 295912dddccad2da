"""From the Metadata API's words for a custom field to its describe, and back.

Source: Metadata API Developer Guide, CustomField and FieldType (WSDL v63); field type limits from
"Custom Field Types" of Salesforce Help.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault, not_imitated
from runbook_lib.rehearsal.org.schema.custom_field_keys import unread_key
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe, describe_field, picklist_value

NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c\Z")
FIELD_TYPES = {
    "AutoNumber": "string",
    "Checkbox": "boolean",
    "Currency": "currency",
    "Date": "date",
    "DateTime": "datetime",
    "Email": "email",
    "EncryptedText": "encryptedstring",
    "Html": "textarea",
    "LongTextArea": "textarea",
    "Lookup": "reference",
    "MasterDetail": "reference",
    "MultiselectPicklist": "multipicklist",
    "Number": "double",
    "Percent": "percent",
    "Phone": "phone",
    "Picklist": "picklist",
    "Text": "string",
    "TextArea": "textarea",
    "Time": "time",
    "Url": "url",
}
"""FieldType of the Metadata API → type of the describe."""

NEEDED = {
    "Text": ("length",),
    "EncryptedText": ("length",),
    "LongTextArea": ("length", "visibleLines"),
    "Html": ("length", "visibleLines"),
    "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"),
    "Percent": ("precision", "scale"),
    "Checkbox": ("defaultValue",),
    "Lookup": ("referenceTo",),
    "MasterDetail": ("referenceTo",),
    "Picklist": ("valueSet",),
    "MultiselectPicklist": ("valueSet", "visibleLines"),
}
LENGTHS = {
    "Text": (1, 255),
    "EncryptedText": (1, 175),
    "LongTextArea": (256, 131_072),
    "Html": (256, 131_072),
}
FORMULA_TYPES = ("Checkbox", "Currency", "Date", "DateTime", "Number", "Percent", "Text", "Time")
MOST_DIGITS = 18
ACTIVITY, ACTIVITIES = "Activity", ("Task", "Event")
"""The object that holds the custom fields of tasks and events. Source: Tooling API, CustomField."""


@dataclass(frozen=True)
class CustomField:
    """A custom field as Setup knows it, beside its describe."""

    id: str
    object_name: str
    name: str
    metadata: Mapping[str, Any]
    created_at: datetime
    created_by: str
    modified_at: datetime
    modified_by: str

    @property
    def full_name(self) -> str:
        """`Lead.mkto71_Lead_Score__c`."""
        return f"{self.object_name}.{self.name}"

    @property
    def setup_object(self) -> str:
        """The object that Setup keeps it on: fields of tasks and events are fields of Activity."""
        return ACTIVITY if self.object_name in ACTIVITIES else self.object_name

    @property
    def developer_name(self) -> str:
        """The name without namespace and `__c`."""
        return self.name.removesuffix("__c").rpartition("__")[2]

    @property
    def namespace(self) -> str | None:
        """The prefix of the managed package the field belongs to."""
        return self.name.removesuffix("__c").rpartition("__")[0] or None


def check_metadata(name: str, metadata: Mapping[str, Any]) -> None:
    """Raise OrgFault when Salesforce would not make this field, or the rehearsal cannot make it so."""
    if (key := unread_key(metadata)) is not None:
        raise not_imitated(f"{key} of a custom field")
    if not NAME.match(name) or len(name) > 43:
        raise _refused(
            f"The field name {name} can only contain alphanumeric characters, must begin with a "
            "letter, cannot end with an underscore or contain two in a row, and must end with __c"
        )
    if not metadata.get("label"):
        raise OrgFault(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [label]", ("label",))
    field_type = metadata.get("type")
    if field_type not in FIELD_TYPES:
        raise _refused(f"'{field_type}' is not a valid value for the enum 'FieldType'", "type")
    if "formula" in metadata:
        if field_type not in FORMULA_TYPES:
            raise _refused(f"A formula cannot have the type {field_type}", "type")
        return
    for key in NEEDED.get(field_type, ()):
        if metadata.get(key) in (None, ""):
            raise _refused(f"Must specify '{key}' for a CustomField of type {field_type}", key)
    _check_numbers(str(field_type), metadata)


def _check_numbers(field_type: str, metadata: Mapping[str, Any]) -> None:
    if field_type in LENGTHS:
        least, most = LENGTHS[field_type]
        if not least <= int(metadata["length"]) <= most:
            raise _refused(f"{field_type} field length must be between {least} and {most}", "length")
    if "precision" in NEEDED.get(field_type, ()):
        precision, scale = int(metadata["precision"]), int(metadata["scale"])
        if not 1 <= precision <= MOST_DIGITS:
            raise _refused("Precision must be between 1 and 18", "precision")
        if not 0 <= scale <= precision:
            raise _refused("Scale must be between 0 and the precision", "scale")


def _refused(message: str, *fields: str) -> OrgFault:
    return OrgFault(400, "FIELD_INTEGRITY_EXCEPTION", message, fields)


def describe_custom_field(name: str, metadata: Mapping[str, Any]) -> FieldDescribe:
    """The describe of a custom field with that metadata."""
    field_type = str(metadata["type"])
    is_required = bool(metadata.get("required")) or field_type == "MasterDetail"
    known: dict[str, Any] = {
        "label": metadata["label"],
        "custom": True,
        "inlineHelpText": metadata.get("inlineHelpText"),
        "externalId": bool(metadata.get("externalId")),
        "unique": bool(metadata.get("unique")),
    } | _measures(field_type, metadata)
    if metadata.get("unique") or metadata.get("externalId"):
        known["idLookup"] = True
    if is_required:
        known |= {"nillable": False, "permissionable": False}
    if field_type in ("Picklist", "MultiselectPicklist"):
        known |= _picklist(metadata)
    if FIELD_TYPES[field_type] == "reference":
        known |= {
            "referenceTo": [metadata["referenceTo"]],
            "relationshipName": name.removesuffix("__c") + "__r",
        }
    if field_type == "Html":
        known |= {"htmlFormatted": True, "extraTypeInfo": "richtextarea"}
    if field_type == "EncryptedText":
        known |= {"encrypted": True, "mask": metadata.get("maskChar", "asterisk"), "maskType": "all"}
    if field_type == "AutoNumber":
        known |= {"autoNumber": True, "createable": False, "updateable": False, "nillable": False}
    if "formula" in metadata:
        known |= {
            "calculated": True,
            "calculatedFormula": metadata["formula"],
            "createable": False,
            "updateable": False,
            "groupable": False,
            "nillable": True,
            "permissionable": True,
            "formulaTreatNullNumberAsZero": metadata.get("formulaTreatBlanksAs") == "BlankAsZero",
        }
    return describe_field(name, FIELD_TYPES[field_type], **known)


def _measures(field_type: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    if FIELD_TYPES[field_type] in ("double", "currency", "percent"):
        return {"precision": int(metadata.get("precision", 18)), "scale": int(metadata.get("scale", 0))}
    if "formula" in metadata and field_type == "Text":
        return {"length": 1300}
    if field_type in LENGTHS:
        return {"length": int(metadata["length"])}
    return {}


def _picklist(metadata: Mapping[str, Any]) -> dict[str, Any]:
    value_set = metadata["valueSet"]
    values = (value_set.get("valueSetDefinition") or {}).get("value", [])
    return {
        "picklistValues": [
            picklist_value(
                value.get("fullName") or value["valueName"],
                label=value.get("label"),
                is_default=bool(value.get("default")),
            )
            for value in values
        ],
        "restrictedPicklist": bool(value_set.get("restricted")),
    }


def metadata_of(field: FieldDescribe) -> dict[str, Any]:
    """The metadata of a custom field that is known by its describe alone."""
    metadata: dict[str, Any] = {"label": field["label"], "type": _metadata_type(field), "required": False}
    if field["calculatedFormula"]:
        metadata["formula"] = field["calculatedFormula"]
    if field["type"] in ("double", "currency", "percent"):
        metadata |= {"precision": field["precision"], "scale": field["scale"]}
    elif field["length"] and field["type"] in ("string", "textarea", "encryptedstring"):
        metadata["length"] = field["length"]
    if field["picklistValues"]:
        values = [
            {
                "fullName": choice["value"],
                "label": choice["label"],
                "default": choice["defaultValue"],
            }
            for choice in field["picklistValues"]
        ]
        metadata["valueSet"] = {
            "restricted": field["restrictedPicklist"],
            "valueSetDefinition": {"sorted": False, "value": values},
        }
    if field["type"] == "reference":
        metadata["referenceTo"] = field["referenceTo"][0] if field["referenceTo"] else None
    return metadata


def _metadata_type(field: FieldDescribe) -> str:
    if field["type"] == "textarea":
        if field["htmlFormatted"]:
            return "Html"
        return "LongTextArea" if field["length"] > 255 else "TextArea"
    if field["autoNumber"]:
        return "AutoNumber"
    by_describe = {describe: metadata for metadata, describe in reversed(FIELD_TYPES.items())}
    by_describe |= {"string": "Text", "reference": "Lookup", "int": "Number", "combobox": "Picklist"}
    return by_describe.get(field["type"], "Text")
