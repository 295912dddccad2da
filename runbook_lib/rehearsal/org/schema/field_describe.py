"""The describe of a field: 57 keys, always all of them.

Source: recorded describes of API v48 to v65, which agree in the keys of a field; the defaults by type
below are those that nearly all recorded fields of that type have.
"""

from __future__ import annotations

from typing import Any, TypeAlias

FieldDescribe: TypeAlias = dict[str, Any]

FALSE_FLAGS = (
    "aiPredictionField",
    "autoNumber",
    "calculated",
    "cascadeDelete",
    "caseSensitive",
    "custom",
    "defaultedOnCreate",
    "dependentPicklist",
    "deprecatedAndHidden",
    "displayLocationInDecimal",
    "encrypted",
    "externalId",
    "formulaTreatNullNumberAsZero",
    "highScaleNumber",
    "htmlFormatted",
    "idLookup",
    "nameField",
    "namePointing",
    "polymorphicForeignKey",
    "queryByDistance",
    "restrictedDelete",
    "restrictedPicklist",
    "searchPrefilterable",
    "unique",
    "writeRequiresMasterRead",
)
TRUE_FLAGS = (
    "aggregatable",
    "createable",
    "filterable",
    "groupable",
    "nillable",
    "permissionable",
    "sortable",
    "updateable",
)
ABSENT = (
    "calculatedFormula",
    "compoundFieldName",
    "controllerName",
    "defaultValue",
    "defaultValueFormula",
    "extraTypeInfo",
    "filteredLookupInfo",
    "inlineHelpText",
    "mask",
    "maskType",
    "referenceTargetField",
    "relationshipName",
    "relationshipOrder",
)
SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "address": "urn:address",
    "location": "urn:location",
    "base64": "xsd:base64Binary",
}
"""Field type → soapType where that is not xsd:string."""

NOT_GROUPABLE = {"double", "currency", "percent", "datetime", "multipicklist", "address", "combobox", "time"}
NOT_AGGREGATABLE = {"boolean", "address", "multipicklist", "encryptedstring", "base64", "time", "location"}
NOT_SORTABLE = {"address", "multipicklist", "encryptedstring", "base64", "location"}
LONG_TEXT = 256
"""A textarea of this length or more is long text: it can be neither filtered, grouped nor counted."""

FIELD_KEYS = tuple(
    sorted(
        (
            *FALSE_FLAGS,
            *TRUE_FLAGS,
            *ABSENT,
            "byteLength",
            "digits",
            "label",
            "length",
            "name",
            "picklistValues",
            "precision",
            "referenceTo",
            "scale",
            "soapType",
            "type",
        )
    )
)


def describe_field(name: str, field_type: str, **known: Any) -> FieldDescribe:
    """The describe of one field: the defaults of its type, and on top what is `known` of this field."""
    field: FieldDescribe = dict.fromkeys(FALSE_FLAGS, False) | dict.fromkeys(TRUE_FLAGS, True)
    field.update(dict.fromkeys(ABSENT))
    field |= {
        "name": name,
        "type": field_type,
        "label": name,
        "length": _usual_length(field_type),
        "precision": 0,
        "scale": 0,
        "digits": 8 if field_type == "int" else 0,
        "picklistValues": [],
        "referenceTo": [],
        "soapType": SOAP_TYPES.get(field_type, "xsd:string"),
    }
    length = int(known["length"] if "length" in known else field["length"] or 0)
    field |= _flags_of_type(field_type, length)
    field["byteLength"] = length if field_type in ("id", "reference", "base64") else 3 * length
    field |= known
    return {key: field[key] for key in FIELD_KEYS}


def _usual_length(field_type: str) -> int:
    if field_type in ("id", "reference"):
        return 18
    return (
        255
        if field_type in ("string", "picklist", "textarea", "url", "combobox")
        else {"email": 80, "phone": 40, "multipicklist": 4099, "encryptedstring": 175}.get(field_type, 0)
    )


def _flags_of_type(field_type: str, length: int) -> dict[str, Any]:
    """What a field can be used for, by its type. Source: salesforce describes, flags by type."""
    is_long_text = field_type == "textarea" and length >= LONG_TEXT
    flags: dict[str, Any] = {
        "aggregatable": field_type not in NOT_AGGREGATABLE and not is_long_text,
        "filterable": field_type not in ("encryptedstring", "base64") and not is_long_text,
        "groupable": field_type not in NOT_GROUPABLE | {"encryptedstring", "base64", "location"}
        and not is_long_text,
        "sortable": field_type not in NOT_SORTABLE and not is_long_text,
    }
    if field_type == "boolean":
        flags |= {"nillable": False, "defaultedOnCreate": True, "defaultValue": False}
    if field_type == "id":
        flags |= {
            "nillable": False,
            "defaultedOnCreate": True,
            "idLookup": True,
            "createable": False,
            "updateable": False,
            "permissionable": False,
        }
    if field_type == "address":
        flags |= {"createable": False, "updateable": False, "queryByDistance": True}
    if field_type == "textarea":
        flags |= {"extraTypeInfo": "plaintextarea"}
    return flags


def picklist_value(value: str, *, label: str | None = None, is_default: bool = False) -> dict[str, Any]:
    """One entry of `picklistValues`."""
    return {
        "active": True,
        "defaultValue": is_default,
        "label": label or value,
        "validFor": None,
        "value": value,
    }
