"""The describe of an object: the keys around its fields, and its entry in the global describe.

Source: recorded describes of API v53 to v65.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe

ObjectDescribe: TypeAlias = dict[str, Any]

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
