"""The shape of a describe: 57 keys for each field, and the keys of an object around them.

Source: recorded describes of API v48 to v65, which agree in the keys of a field; the defaults by type
below are those that nearly all recorded fields of that type have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

FieldDescribe: TypeAlias = dict[str, Any]
ObjectDescribe: TypeAlias = dict[str, Any]

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


OBJECT_FLAGS = (
    "activateable",
    "compactLayoutable",
    "createable",
    "custom",
    "customSetting",
    "deepCloneable",
    "deletable",
    "deprecatedAndHidden",
    "feedEnabled",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
    "layoutable",
    "mergeable",
    "mruEnabled",
    "queryable",
    "replicateable",
    "retrieveable",
    "searchLayoutable",
    "searchable",
    "triggerable",
    "undeletable",
    "updateable",
)
OBJECT_ABSENT = (
    "associateEntityType",
    "associateParentEntity",
    "defaultImplementation",
    "extendedBy",
    "extendsInterfaces",
    "implementedBy",
    "implementsInterfaces",
    "listviewable",
    "lookupLayoutable",
    "networkScopeFieldName",
)
GLOBAL_KEYS = (
    "activateable",
    "associateEntityType",
    "associateParentEntity",
    "createable",
    "custom",
    "customSetting",
    "deepCloneable",
    "deletable",
    "deprecatedAndHidden",
    "feedEnabled",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
    "keyPrefix",
    "label",
    "labelPlural",
    "layoutable",
    "mergeable",
    "mruEnabled",
    "name",
    "queryable",
    "replicateable",
    "retrieveable",
    "searchable",
    "triggerable",
    "undeletable",
    "updateable",
    "urls",
)
"""The keys of one object in the global describe."""


def describe_object(name: str, fields: Iterable[FieldDescribe], **known: Any) -> ObjectDescribe:
    """The describe of one object: every flag true but those that are rare, then what is `known` of it."""
    rare = (
        "activateable",
        "custom",
        "customSetting",
        "deepCloneable",
        "deprecatedAndHidden",
        "hasSubtypes",
        "isInterface",
        "isSubtype",
        "mergeable",
    )
    whole: ObjectDescribe = dict.fromkeys(OBJECT_ABSENT) | {flag: flag not in rare for flag in OBJECT_FLAGS}
    whole |= {
        "actionOverrides": [],
        "childRelationships": [],
        "fields": list(fields),
        "keyPrefix": None,
        "label": name,
        "labelPlural": f"{name}s",
        "name": name,
        "namedLayoutInfos": [],
        "sobjectDescribeOption": "FULL",
        "recordTypeInfos": [master_record_type(name)],
        "urls": urls_of(name),
        "supportedScopes": [{"label": f"All {known.get('labelPlural', name).lower()}", "name": "everything"}],
    }
    return dict(sorted((whole | known).items()))


def master_record_type(name: str) -> dict[str, Any]:
    """The record type every object has."""
    layout = f"/services/data/v{{version}}/sobjects/{name}/describe/layouts/012000000000000AAA"
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": "012000000000000AAA",
        "urls": {"layout": layout},
    }


def urls_of(name: str) -> dict[str, str]:
    """The addresses of an object; `{version}` stands for the API version of the call."""
    base = f"/services/data/v{{version}}/sobjects/{name}"
    return {
        "approvalLayouts": f"{base}/describe/approvalLayouts",
        "compactLayouts": f"{base}/describe/compactLayouts",
        "describe": f"{base}/describe",
        "layouts": f"{base}/describe/layouts",
        "listviews": f"{base}/listviews",
        "quickActions": f"{base}/quickActions",
        "rowTemplate": f"{base}/{{ID}}",
        "sobject": base,
    }


def describe_child(child: str, field: FieldDescribe, relationship: str | None) -> dict[str, Any]:
    """One entry of `childRelationships`: the lookup `field` of `child` points here."""
    return {
        "cascadeDelete": field["cascadeDelete"],
        "childSObject": child,
        "deprecatedAndHidden": False,
        "field": field["name"],
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": relationship,
        "restrictedDelete": field["restrictedDelete"],
    }


def stamp_version(describe: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The same describe with the addresses of one API version ("62.0")."""

    def stamped(urls: Mapping[str, str]) -> dict[str, str]:
        return {key: url.replace("{version}", version) for key, url in urls.items()}

    result = dict(describe) | {"urls": stamped(describe["urls"])}
    if "recordTypeInfos" in describe:
        result["recordTypeInfos"] = [
            info | {"urls": stamped(info.get("urls", {}))} for info in describe["recordTypeInfos"]
        ]
    return result
