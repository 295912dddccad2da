"""Metadata API over SOAP: CustomField and LeadConvertSettings, read and written; Profile, SecuritySettings
and ProfilePasswordPolicy, read; which ProfilePasswordPolicies there are.

Source: Metadata API Developer Guide, "CRUD-Based Calls"; Metadata API WSDL 63.0.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial

from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.profile_settings import (
    passwords_expire,
    profile_access,
    profile_policies,
)
from runbook_lib.rehearsal.org.schema.custom_field_types import CustomField
from runbook_lib.rehearsal.salesforce.soap import envelope
from runbook_lib.rehearsal.salesforce.soap.metadata_values import (
    custom_field_xml,
    data_of,
    file_properties_xml,
    lead_convert_mappings,
    lead_convert_xml,
    profile_policy_xml,
    profile_xml,
    security_settings_xml,
    type_of,
)

MOST_COMPONENTS = 10
"""Components per call."""


def answer_metadata_api(org: Org, body: bytes) -> tuple[int, str]:
    """HTTP status and XML for one request to `/services/Soap/m/{version}`."""
    try:
        call = envelope.read_envelope(body, envelope.METADATA_HEADERS)
        user_id = org.session(call.session_id).user_id
        org.count_call()
        operation = OPERATIONS.get(call.operation)
        if operation is None:
            raise envelope.not_imitated(f"the Metadata API call {call.operation}")
        inner = operation(org, user_id, call.element)
        name = f"{call.operation}Response"
        return 200, envelope.answer_envelope(envelope.METADATA, f"<{name}>{inner}</{name}>")
    except OrgFault as fault:
        return 500, envelope.fault_envelope(envelope.SoapFault(fault.code, fault.message), envelope.METADATA)
    except envelope.SoapFault as fault:
        return fault.status, envelope.fault_envelope(fault, envelope.METADATA)


def _read(org: Org, user_id: str, request: ET.Element) -> str:
    kind = envelope.text_of(request, "type")
    names = [name.text or "" for name in envelope.children(request, "fullNames")]
    _refuse_too_many(len(names))
    return f"<result>{''.join(_record(org, user_id, kind, name) for name in names)}</result>"


def _record(org: Org, user_id: str, kind: str, full_name: str) -> str:
    """One component, or an empty `records` where there is none of that name."""
    if kind == "LeadConvertSettings":
        inner = lead_convert_xml(org.lead_convert_settings(user_id))
    elif kind == "Profile":
        profile = profile_access(org, user_id, full_name)
        if profile is None:
            return '<records xsi:nil="true"/>'
        inner = profile_xml(full_name, profile)
    elif kind == "SecuritySettings":
        if full_name != "Security":
            return '<records xsi:nil="true"/>'
        inner = security_settings_xml(passwords_expire(org, user_id))
    elif kind == "ProfilePasswordPolicy":
        policy = profile_policies(org, user_id).get(full_name)
        if policy is None:
            return '<records xsi:nil="true"/>'
        inner = profile_policy_xml(full_name, *policy)
    elif kind == "CustomField":
        field = _field(org, user_id, full_name)
        if field is None:
            return '<records xsi:nil="true"/>'
        inner = custom_field_xml(full_name, field.metadata)
    else:
        raise envelope.not_imitated(f"the metadata type {kind}")
    return f'<records xsi:type="{kind}">{inner}</records>'


def _list(org: Org, user_id: str, request: ET.Element) -> str:
    """What there is of one kind: FileProperties, without what stands in the files."""
    kinds = [envelope.text_of(query, "type") for query in envelope.children(request, "queries")]
    if kinds != ["ProfilePasswordPolicy"]:
        raise envelope.not_imitated(f"listing the metadata types {kinds}")
    names = profile_policies(org, user_id)
    return "".join(f"<result>{file_properties_xml(kinds[0], name)}</result>" for name in names)


def _create(org: Org, user_id: str, request: ET.Element) -> str:
    return _each(request, partial(_create_one, org, user_id))


def _update(org: Org, user_id: str, request: ET.Element) -> str:
    return _each(request, partial(_update_one, org, user_id))


def _upsert(org: Org, user_id: str, request: ET.Element) -> str:
    results = []
    for component in _components(request):
        name = _name_of(component)
        exists = type_of(component) == "LeadConvertSettings" or _field(org, user_id, name) is not None
        write = _update_one if exists else _create_one
        created = envelope.element("created", not exists)
        results.append(_outcome(name, partial(write, org, user_id, component), created))
    return "".join(results)


def _delete(org: Org, user_id: str, request: ET.Element) -> str:
    if envelope.text_of(request, "type") != "CustomField":
        raise envelope.not_imitated(f"deleting the metadata type {envelope.text_of(request, 'type')}")
    names = [name.text or "" for name in envelope.children(request, "fullNames")]
    _refuse_too_many(len(names))
    return "".join(_outcome(name, partial(org.delete_custom_field, user_id, name), "") for name in names)


OPERATIONS: dict[str, Callable[[Org, str, ET.Element], str]] = {
    "readMetadata": _read,
    "listMetadata": _list,
    "createMetadata": _create,
    "updateMetadata": _update,
    "upsertMetadata": _upsert,
    "deleteMetadata": _delete,
}


def _create_one(org: Org, user_id: str, component: ET.Element) -> None:
    if type_of(component) != "CustomField":
        raise envelope.not_imitated(f"creating the metadata type {type_of(component)}")
    org.create_custom_field(user_id, _name_of(component), data_of(component))


def _update_one(org: Org, user_id: str, component: ET.Element) -> None:
    if type_of(component) == "LeadConvertSettings":
        org.update_lead_convert_settings(user_id, lead_convert_mappings(component))
    elif type_of(component) == "CustomField":
        org.update_custom_field(user_id, _name_of(component), data_of(component))
    else:
        raise envelope.not_imitated(f"updating the metadata type {type_of(component)}")


def _each(request: ET.Element, write: Callable[[ET.Element], None]) -> str:
    return "".join(
        _outcome(_name_of(component), partial(write, component), "") for component in _components(request)
    )


def _outcome(full_name: str, write: Callable[[], object], created: str) -> str:
    """One SaveResult (or UpsertResult, DeleteResult): a refused component does not stop the others."""
    errors, success = "", True
    try:
        write()
    except OrgFault as fault:
        inner = "".join(envelope.element("fields", name) for name in fault.fields)
        inner += envelope.elements({"message": fault.message, "statusCode": fault.code})
        errors, success = f"<errors>{inner}</errors>", False
        created = created and envelope.element("created", False)
    rest = envelope.elements({"fullName": full_name, "success": success})
    return f"<result>{created}{errors}{rest}</result>"


def _components(request: ET.Element) -> list[ET.Element]:
    components = envelope.children(request, "metadata")
    _refuse_too_many(len(components))
    return components


def _refuse_too_many(count: int) -> None:
    if count > MOST_COMPONENTS:
        message = f"Can't specify more than {MOST_COMPONENTS} components per call"
        raise envelope.SoapFault("LIMIT_EXCEEDED", message)


def _name_of(component: ET.Element) -> str:
    return envelope.text_of(component, "fullName")


def _field(org: Org, user_id: str, full_name: str) -> CustomField | None:
    try:
        return org.read_custom_field(user_id, full_name)
    except OrgFault as fault:
        if fault.status != 404:
            raise
        return None
