"""A folder of describe files, as any client saved them from a real org, as the schema of the rehearsal org.

An Organization record gives the org its name. What a trimmed describe leaves out and nothing works without is
added, and said so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from runbook_lib.rehearsal.org.faults import SchemaFault
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.compound_parts import joined
from runbook_lib.rehearsal.org.schema.describe_files import Described, read_folder
from runbook_lib.rehearsal.org.schema.field_describe import FIELD_KEYS, FieldDescribe, describe_field
from runbook_lib.rehearsal.org.schema.object_describe import describe_object

AUDIT = (
    "Id",
    "IsDeleted",
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
)
ALSO_NEEDED = (
    "AccountId",
    "Amount",
    "CampaignId",
    "Company",
    "ContactId",
    "ConvertedAccountId",
    "ConvertedContactId",
    "ConvertedDate",
    "ConvertedOpportunityId",
    "Email",
    "FirstName",
    "IsActive",
    "IsClosed",
    "IsConverted",
    "IsPrivate",
    "IsWon",
    "LeadId",
    "MasterRecordId",
    "Name",
    "OwnerId",
    "ParentId",
    "Probability",
    "Status",
    "Type",
    "WhatId",
    "WhoId",
)
"""Fields that may be empty, and that Marketo or the generated people still need the org to have.
Source: "Required fields" for the sync in Marketo's community (what Marketo reads of each object)."""
API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
FIELD_TYPES = frozenset(
    "address anyType base64 boolean combobox complexvalue currency datacategorygroupreference date datetime "
    "double email encryptedstring id int json location long multipicklist percent phone picklist reference "
    "string textarea time url".split()
)
"""Source: Object Reference for the Salesforce Platform, "Primitive Data Types" and "Field Types"."""
KEEPS = ("name", "fields", "childRelationships", "urls", "recordTypeInfos")


@dataclass(frozen=True)
class Recorded:
    """What a folder held."""

    objects: tuple[str, ...] = ()
    """Objects whose schema comes from the folder."""
    organization: Mapping[str, Any] | None = None
    """The Organization record, if there was one."""
    notices: tuple[str, ...] = ()
    """What was made of the files, in sentences."""


def overlay(catalog: Catalog, folder: Path | None) -> Recorded:
    """Put the objects of a folder into the catalog; SchemaFault for a file that is no describe.

    Setup objects (profiles, permission sets …) stay as the rehearsal has them.
    """
    if folder is None:
        return Recorded()
    if not folder.is_dir():
        raise SchemaFault(str(folder), "folder", "there is no such folder")
    notices: list[str] = []
    organization: Mapping[str, Any] | None = None
    chosen: dict[str, Described] = {}
    for described in read_folder(folder, notices):
        if described.is_organization:
            organization = described.content
            continue
        name = str(_checked(described.file, described.content)["name"])
        chosen[name] = _fuller(name, described, chosen.get(name), notices)
    if not chosen and organization is None:
        raise SchemaFault(str(folder), "folder", "there is no describe file in it")
    prefixes = _KeyPrefixes(catalog, (described.content for described in chosen.values()))
    used = [name for name, described in chosen.items() if _put(catalog, described, prefixes, notices)]
    return Recorded(tuple(used), organization, tuple(notices))


def _fuller(name: str, described: Described, rival: Described | None, notices: list[str]) -> Described:
    """Of two describes of an object the one with more fields."""
    if rival is None:
        return described
    more, less = sorted((rival, described), key=lambda described: -len(described.content["fields"]))
    notices.append(
        f"{more.file} and {less.file} both describe {name}; {more.file} is used, because it has more fields."
    )
    return more


class _KeyPrefixes:
    """The first three characters of an object's ids, where its describe gives none.

    Made-up ones never meet one that is given, and there are enough for any number of objects. Source: objects
    such as History, Share and Feed have no prefix in a describe; those of custom objects begin with a letter.
    """

    def __init__(self, catalog: Catalog, describes: Iterable[Mapping[str, Any]]) -> None:
        self._taken = {sobject.key_prefix for sobject in catalog}
        given = Counter(str(describe.get("keyPrefix")) for describe in describes)
        self._given = {prefix for prefix, count in given.items() if count == 1}
        signs = digits + ascii_uppercase + ascii_lowercase
        spare = ("".join(three) for three in product(ascii_lowercase, signs, signs))
        self._spare = (prefix for prefix in spare if prefix not in self._taken and prefix not in given)

    def of(self, describe: Mapping[str, Any], own: SObject | None) -> str:
        """The given one where it is this object's alone, else the rehearsal's own, else a new one."""
        if own is not None:
            return own.key_prefix
        prefix = describe.get("keyPrefix")
        if prefix in self._given and prefix not in self._taken:
            return str(prefix)
        return next(self._spare)


def _short(value: object) -> str:
    return f"{value!r:.60}"


def _checked(file: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    name, fields = content.get("name"), content.get("fields")
    if not isinstance(name, str) or not name:
        raise SchemaFault(file, "name", "a describe names its object here")
    if not API_NAME.fullmatch(name):
        raise SchemaFault(file, "name", "{name} is not the API name of an object", name=_short(name))
    if not isinstance(content.get("label", ""), str):
        raise SchemaFault(file, "label", "a label is a text")
    if not isinstance(fields, list) or not fields:
        raise SchemaFault(file, "fields", "a describe lists the fields of its object here")
    for place, field in enumerate(fields):
        if not isinstance(field, dict):
            raise SchemaFault(file, f"fields[{place}]", "a field is a JSON object, this is not one")
        for key in ("name", "type"):
            if not isinstance(field.get(key), str) or not field[key]:
                raise SchemaFault(file, f"fields[{place}].{key}", "every field has a name and a type as text")
        if not API_NAME.fullmatch(field["name"]):
            key = f"fields[{place}].name"
            raise SchemaFault(file, key, "{name} is not the API name of a field", name=_short(field["name"]))
        if field["type"] not in FIELD_TYPES:
            key = f"fields[{place}].type"
            raise SchemaFault(
                file, key, "{type} is not a type of Salesforce's fields", type=_short(field["type"])
            )
        usual = describe_field(field["name"], field["type"])
        for key, value in field.items():
            wanted = usual.get(key)
            if (
                key != "defaultValue"
                and isinstance(wanted, bool | int | list)
                and type(value) is not type(wanted)
            ):
                raise SchemaFault(
                    file,
                    f"fields[{place}].{key}",
                    "{field}: {wanted} expected, found {found}",
                    field=field["name"],
                    wanted=type(wanted).__name__,
                    found=_short(value),
                )
        _check_values(file, f"fields[{place}]", field)
    return content


def _check_values(file: str, place: str, field: Mapping[str, Any]) -> None:
    """Numbers that count something, texts, and what is in the lists."""
    for key in ("length", "byteLength", "precision", "scale", "digits"):
        if field.get(key, 0) < 0:
            raise SchemaFault(
                file,
                f"{place}.{key}",
                "{field}: less than nothing, {number}",
                field=field["name"],
                number=field[key],
            )
    if not isinstance(field.get("label", ""), str):
        raise SchemaFault(file, f"{place}.label", "{field}: a label is a text", field=field["name"])
    for number, entry in enumerate(field.get("picklistValues", ())):
        if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
            key = f"{place}.picklistValues[{number}]"
            raise SchemaFault(
                file, key, "{field}: a JSON object with a value is expected", field=field["name"]
            )
    for number, target in enumerate(field.get("referenceTo", ())):
        if not isinstance(target, str):
            key = f"{place}.referenceTo[{number}]"
            raise SchemaFault(file, key, "{field}: the name of an object is expected", field=field["name"])


def _put(catalog: Catalog, described: Described, prefixes: _KeyPrefixes, notices: list[str]) -> bool:
    """Take one described object into the catalog; False when the rehearsal keeps its own."""
    name = str(described.content["name"])
    own = catalog.find(name)
    if own is not None and _is_setup(own):
        notices.append(
            f"{described.file}: {name} stays as the rehearsal has it, because it is part of Setup."
        )
        return False
    fields = {str(field["name"]).lower(): _completed(field) for field in described.content["fields"]}
    added = [field for field in _needed(name, own) if field["name"].lower() not in fields]
    if added:
        names = ", ".join(field["name"] for field in added)
        notices.append(f"{described.file}: {names} added to {name}, because nothing works without.")
    whole = fields | {field["name"].lower(): field for field in added}
    fields = joined(whole)
    if lost := [whole[key]["name"] for key in whole if key not in fields]:
        notices.append(f"{described.file}: {', '.join(lost)} left out of {name}: no part of it is described.")
    known = {key: value for key, value in described.content.items() if key not in KEEPS}
    known["custom"] = name.endswith("__c")
    known["keyPrefix"] = prefixes.of(described.content, own)
    sobject = SObject(name, describe_object(name, (), **known), fields)
    if own is not None:
        sobject.read, sobject.write = own.read, own.write
    catalog.put(sobject)
    return True


def _is_setup(sobject: SObject) -> bool:
    return sobject.kind != "table" or (
        sobject.permission_object is None and sobject.name not in ("Task", "Event", "User")
    )


def _completed(field: Mapping[str, Any]) -> FieldDescribe:
    """A recorded field with all 57 keys, those it lacks as is usual for its type."""
    known = {key: value for key, value in field.items() if key in FIELD_KEYS and key not in ("name", "type")}
    return describe_field(field["name"], field["type"], **known)


def _needed(name: str, own: SObject | None) -> list[FieldDescribe]:
    if own is None:
        audit = {"createable": False, "updateable": False, "permissionable": False, "nillable": False}
        types = {
            "Id": "id",
            "IsDeleted": "boolean",
            "CreatedById": "reference",
            "LastModifiedById": "reference",
        }
        return [describe_field(field, types.get(field, "datetime"), **audit) for field in AUDIT]
    if name == "User":
        return list(own.fields.values())
    return [
        field
        for field in own.fields.values()
        if field["name"] in (*AUDIT, *ALSO_NEEDED) or (not field["nillable"] and field["type"] != "boolean")
    ]
