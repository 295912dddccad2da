"""Metadata components between XML and the JSON-like data of the org. Source: Metadata API WSDL 63.0."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runbook_lib.rehearsal.org.custom_fields import LeadMapping
from runbook_lib.rehearsal.org.switches import ProfileAccess
from runbook_lib.rehearsal.salesforce.soap import envelope

TEXTS = {"defaultValue", "description", "formula", "fullName", "inlineHelpText", "label", "valueName"}
"""Elements that stay text even when they read "true" or "10"."""
NUMBERS = {"length", "precision", "relationshipOrder", "scale", "startingNumber", "visibleLines"}
DAYS = ("friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday")
"""In the order of the WSDL."""
LISTS = {"summaryFilterItems", "value", "valueSettings"}


def data_of(element: ET.Element) -> Any:
    """The value of an element: a dictionary of its children, or its text as text, number or boolean."""
    if len(element) == 0:
        return _simple(envelope.local_name(element.tag), element.text or "")
    data: dict[str, Any] = {}
    for child in element:
        name = envelope.local_name(child.tag)
        if child.get(f"{{{envelope.SCHEMA_INSTANCE}}}nil") == "true":
            continue
        if name in LISTS:
            data.setdefault(name, []).append(data_of(child))
        else:
            data[name] = data_of(child)
    return data


def xml_of(data: Mapping[str, Any]) -> str:
    """The children of an element for a dictionary, in the WSDL's alphabetical order; None is left out."""
    parts = []
    for name in sorted(data):
        for value in data[name] if isinstance(data[name], list) else [data[name]]:
            if isinstance(value, Mapping):
                parts.append(f"<{name}>{xml_of(value)}</{name}>")
            elif value is not None:
                parts.append(envelope.element(name, value))
    return "".join(parts)


def custom_field_xml(full_name: str, metadata: Mapping[str, Any]) -> str:
    """The children of a `records` element of type CustomField."""
    inner = {name: value for name, value in metadata.items() if name != "fullName"}
    return envelope.element("fullName", full_name) + xml_of(inner)


def lead_convert_xml(mappings: Iterable[LeadMapping]) -> str:
    """The children of a `records` element of type LeadConvertSettings: one block per target object."""
    blocks: dict[str, list[str]] = {}
    for input_field, output_object, output_field in mappings:
        pair = envelope.elements({"inputField": input_field, "outputField": output_field})
        blocks.setdefault(output_object, []).append(f"<mappingFields>{pair}</mappingFields>")
    body = "".join(
        "<objectMapping>"
        + envelope.element("inputObject", "Lead")
        + "".join(pairs)
        + envelope.element("outputObject", output_object)
        + "</objectMapping>"
        for output_object, pairs in blocks.items()
    )
    return envelope.element("fullName", "LeadConvertSettings") + body


def lead_convert_mappings(component: ET.Element) -> Sequence[LeadMapping]:
    """The mappings that a posted LeadConvertSettings holds."""
    return [
        (
            envelope.text_of(pair, "inputField"),
            envelope.text_of(block, "outputObject"),
            envelope.text_of(pair, "outputField"),
        )
        for block in envelope.children(component, "objectMapping")
        for pair in envelope.children(block, "mappingFields")
    ]


def type_of(component: ET.Element) -> str:
    """The metadata type a component says it is by `xsi:type`."""
    return envelope.local_name(component.get(f"{{{envelope.SCHEMA_INSTANCE}}}type", ""))


def _simple(name: str, text: str) -> Any:
    if name in TEXTS:
        return text
    if name in NUMBERS:
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def profile_xml(full_name: str, access: ProfileAccess) -> str:
    """The children of a `records` element of type Profile: what says when and from where its users get in."""
    hours = ""
    if access.hours:
        minutes = {"Start": access.hours[0] * 60, "End": access.hours[1] * 60}
        days = {f"{day}{end}": minutes[end] for day in DAYS for end in ("End", "Start")}
        hours = f"<loginHours>{envelope.elements(days)}</loginHours>"
    ranges = "".join(
        f"<loginIpRanges>{envelope.elements({'endAddress': last, 'startAddress': first})}</loginIpRanges>"
        for first, last in access.ranges
    )
    named = envelope.elements({"fullName": full_name, "custom": full_name not in ("Admin", "Standard")})
    return named + hours + ranges


def security_settings_xml(expiration: str) -> str:
    """The children of a `records` element of type SecuritySettings: when passwords expire."""
    return envelope.element("fullName", "Security") + xml_of({"passwordPolicies": {"expiration": expiration}})


def profile_policy_xml(full_name: str, profile: str, days: int) -> str:
    """The children of a `records` element of type ProfilePasswordPolicy. Real ones write the profile in lower
    case. Source: Metadata API Developer Guide, sample definition of ProfilePasswordPolicy."""
    rules = {
        "lockoutInterval": 15, "maxLoginAttempts": 10, "minimumPasswordLength": 8, "passwordComplexity": 1,
        "passwordExpiration": days, "passwordHistory": 3 if days else 0, "passwordQuestion": 1,
    }  # fmt: skip
    return envelope.element("fullName", full_name) + xml_of(rules | {"profile": profile.lower()})


def file_properties_xml(kind: str, full_name: str) -> str:
    """The children of a `result` element of listMetadata, in the order of the WSDL."""
    who = {"Id": "005000000000000AAA", "Name": "Automated Process", "Date": "2026-01-01T00:00:00.000Z"}
    return envelope.elements(
        {f"createdBy{end}": who[end] for end in ("Id", "Name")}
        | {
            "createdDate": who["Date"],
            "fileName": f"profilePasswordPolicies/{full_name}",
            "fullName": full_name,
        }
        | {"id": "", **{f"lastModifiedBy{end}": who[end] for end in ("Id", "Name")}}
        | {"lastModifiedDate": who["Date"], "type": kind}
    )
