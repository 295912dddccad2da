"""A folder of describe files, as any client saved them from a real org, as the schema of the rehearsal org.

One JSON file per object (`name`, `fields`); a global describe is passed over; an Organization record gives
the org its name. What a trimmed describe leaves out and nothing works without is added, and said so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.rehearsal.org.faults import SchemaFault
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
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
SPARE_PREFIXES = (f"a{number:02d}" for number in range(100))


@dataclass(frozen=True)
class Recorded:
    """What a folder held."""

    objects: tuple[str, ...] = ()
    """Objects whose schema comes from the folder."""
    organization: Mapping[str, Any] | None = None
    """The Organization record, if there was one."""
    notices: tuple[str, ...] = ()
    """What was made of the files, in sentences."""


@dataclass(frozen=True)
class DescribeFile:
    """One describe and the file it came from."""

    file: str
    describe: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The object's name."""
        return str(self.describe["name"])


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
    chosen: dict[str, DescribeFile] = {}
    for file, content in _json_files(folder):
        if "sobjects" in content:
            continue
        if _is_organization(content):
            organization = content
            continue
        one = DescribeFile(file, _checked(file, content))
        rival = chosen.get(one.name)
        if rival is not None:
            more, less = sorted((rival, one), key=lambda each: -len(each.describe["fields"]))
            notices.append(
                f"{more.file} and {less.file} both describe {one.name}; {more.file} is used, because it "
                "has more fields."
            )
            one = more
        chosen[one.name] = one
    if not chosen and organization is None:
        raise SchemaFault(str(folder), "folder", "there is no describe file in it")
    used = [one for one in chosen.values() if _put(catalog, one, notices)]
    return Recorded(tuple(one.name for one in used), organization, tuple(notices))


def _json_files(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".json" or not path.is_file():
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8-sig"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise SchemaFault(path.name, "file", f"this is not JSON ({error})") from None
        except RecursionError:
            raise SchemaFault(path.name, "file", "this is nested too deeply to be a describe") from None
        except OSError as error:
            raise SchemaFault(path.name, "file", f"this cannot be read ({error.strerror})") from None
        if not isinstance(content, dict):
            raise SchemaFault(path.name, "file", "a describe is a JSON object, this is not one")
        yield path.name, content


def _is_organization(content: Mapping[str, Any]) -> bool:
    attributes = content.get("attributes")
    return isinstance(attributes, Mapping) and attributes.get("type") == "Organization"


def _checked(file: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    name, fields = content.get("name"), content.get("fields")
    if not isinstance(name, str) or not name:
        raise SchemaFault(file, "name", "a describe names its object here")
    if not API_NAME.fullmatch(name):
        raise SchemaFault(file, "name", f"{name!r:.60} is not the API name of an object")
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
            raise SchemaFault(file, key, f"{field['name']!r:.60} is not the API name of a field")
        if field["type"] not in FIELD_TYPES:
            key = f"fields[{place}].type"
            raise SchemaFault(file, key, f"{field['type']!r:.60} is not a type of Salesforce's fields")
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
                    f"{field['name']}: {type(wanted).__name__} expected, found {value!r:.60}",
                )
        _check_values(file, f"fields[{place}]", field)
    return content


def _check_values(file: str, place: str, field: Mapping[str, Any]) -> None:
    """Numbers that count something, texts, and what is in the lists."""
    for key in ("length", "byteLength", "precision", "scale", "digits"):
        if field.get(key, 0) < 0:
            raise SchemaFault(file, f"{place}.{key}", f"{field['name']}: less than nothing, {field[key]}")
    if not isinstance(field.get("label", ""), str):
        raise SchemaFault(file, f"{place}.label", f"{field['name']}: a label is a text")
    for number, entry in enumerate(field.get("picklistValues", ())):
        if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
            key = f"{place}.picklistValues[{number}]"
            raise SchemaFault(file, key, f"{field['name']}: a JSON object with a value is expected")
    for number, target in enumerate(field.get("referenceTo", ())):
        if not isinstance(target, str):
            key = f"{place}.referenceTo[{number}]"
            raise SchemaFault(file, key, f"{field['name']}: the name of an object is expected")


def _put(catalog: Catalog, one: DescribeFile, notices: list[str]) -> bool:
    """Take one described object into the catalog; False when the rehearsal keeps its own."""
    own = catalog.find(one.name)
    if own is not None and _is_setup(own):
        notices.append(f"{one.file}: {one.name} stays as the rehearsal has it, because it is part of Setup.")
        return False
    fields = {str(field["name"]).lower(): _completed(field) for field in one.describe["fields"]}
    added = [field for field in _needed(one.name, own) if field["name"].lower() not in fields]
    if added:
        names = ", ".join(field["name"] for field in added)
        notices.append(f"{one.file}: {names} added to {one.name}, because nothing works without.")
    fields |= {field["name"].lower(): field for field in added}
    known = {key: value for key, value in one.describe.items() if key not in KEEPS}
    known["custom"] = one.name.endswith("__c")
    known["keyPrefix"] = known.get("keyPrefix") or (own.key_prefix if own else next(SPARE_PREFIXES))
    describe = describe_object(one.name, (), **known)
    sobject = SObject(one.name, describe, fields)
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
