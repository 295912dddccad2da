"""SOAP envelopes, as plain as the two SOAP APIs need them: read a request, write an answer, write a fault."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from runbook_lib.rehearsal.declared import unread

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
PARTNER = "urn:partner.soap.sforce.com"
PARTNER_FAULT = "urn:fault.partner.soap.sforce.com"
ENTERPRISE = "urn:enterprise.soap.sforce.com"
ENTERPRISE_FAULT = "urn:fault.enterprise.soap.sforce.com"
METADATA = "http://soap.sforce.com/2006/04/metadata"


class SoapFault(Exception):
    """A refused SOAP call: `code` without prefix, and the text that follows it in `faultstring`."""

    def __init__(self, code: str, message: str, status: int = 500) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


Headers = Mapping[str, tuple[str, ...]]
"""Header of the envelope → the elements in it that are read, or say nothing here."""
SESSION: Headers = {"SessionHeader": ("sessionId",)}
METADATA_HEADERS: Headers = {**SESSION, "CallOptions": ("client",)}
LOGIN_HEADERS: Headers = {
    **SESSION,
    "CallOptions": ("client", "defaultNamespace"),
    "LoginScopeHeader": ("organizationId",),
}
"""As simple-salesforce and jsforce send them. No name is in the default namespace, and the scope is the one
org there is. Source: SOAP API Developer Guide, "SOAP Headers"."""


def not_imitated(what: str) -> SoapFault:
    """501 for what the rehearsal does not play: it never pretends."""
    return SoapFault("NOT_IMPLEMENTED_BY_THE_REHEARSAL", f"The rehearsal does not imitate {what}.", 501)


@dataclass(frozen=True)
class SoapCall:
    """One SOAP request."""

    operation: str
    """Local name of the body's first element."""
    element: ET.Element
    """That element."""
    session_id: str
    """From the SessionHeader, or empty."""


def read_envelope(body: bytes, headers: Headers) -> SoapCall:
    """Take a SOAP request apart. SoapFault for anything that is not one, and for a header nobody reads."""
    try:
        envelope = ET.fromstring(body)
    except ET.ParseError as broken:
        raise SoapFault("soapenv:Client", f"unable to parse the request: {broken}") from broken
    content = envelope.find(f"{{{ENVELOPE}}}Body")
    if content is None or len(content) == 0:
        raise SoapFault("soapenv:Client", "No SOAP body found")
    session_id = ""
    for header in envelope.findall(f"{{{ENVELOPE}}}Header/*"):
        _refuse_unread(header, headers)
        session_id = text_of(header, "sessionId").strip() or session_id
    return SoapCall(local_name(content[0].tag), content[0], session_id)


def _refuse_unread(header: ET.Element, headers: Headers) -> None:
    name = local_name(header.tag)
    if unread([name], headers) is not None:
        raise not_imitated(f"the SOAP header {name}")
    if (inner := unread([local_name(child.tag) for child in header], headers[name])) is not None:
        raise not_imitated(f"{inner} of the SOAP header {name}")


def local_name(tag: str) -> str:
    """The name of an element or type without namespace or prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def children(element: ET.Element, name: str) -> list[ET.Element]:
    """The direct children of that local name."""
    return [child for child in element if local_name(child.tag) == name]


def text_of(element: ET.Element, name: str) -> str:
    """The text of the first child of that local name, or empty; passwords keep their blanks."""
    named = children(element, name)
    return (named[0].text or "") if named else ""


def element(name: str, value: object) -> str:
    """One XML element; None becomes `xsi:nil`, booleans true and false."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"


def elements(values: Mapping[str, object]) -> str:
    """The entries of a mapping as elements, in its order."""
    return "".join(element(name, value) for name, value in values.items())


def answer_envelope(namespace: str, inner: str) -> str:
    """A SOAP answer whose default namespace is the API's; simple clients look for unprefixed names."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns="{namespace}"'
        f' xmlns:xsi="{SCHEMA_INSTANCE}"><soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>'
    )


def fault_envelope(fault: SoapFault, namespace: str, detail_type: str = "") -> str:
    """A SOAP fault as Salesforce words it: `faultstring` is "CODE: message", details repeat both.

    `namespace` is the one of prefix sf; `detail_type` ("LoginFault") adds the detail element.
    """
    code = fault.code if ":" in fault.code else f"sf:{fault.code}"
    detail = ""
    if detail_type:
        detail = (
            f'<detail><sf:{detail_type} xsi:type="sf:{detail_type}">'
            f"<sf:exceptionCode>{escape(fault.code)}</sf:exceptionCode>"
            f"<sf:exceptionMessage>{escape(fault.message)}</sf:exceptionMessage>"
            f"</sf:{detail_type}></detail>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns:sf="{namespace}"'
        f' xmlns:xsi="{SCHEMA_INSTANCE}"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>{escape(code)}</faultcode>"
        f"<faultstring>{escape(fault.code)}: {escape(fault.message)}</faultstring>"
        f"{detail}</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
