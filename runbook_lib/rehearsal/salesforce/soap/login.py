"""SOAP login(), partner and enterprise flavour. Source: partner WSDL, LoginResult and LoginFault."""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.rehearsal.org import Org, OrgSession
from runbook_lib.rehearsal.org.api_versions import OLDEST
from runbook_lib.rehearsal.org.faults import LoginFault, OrgFault
from runbook_lib.rehearsal.salesforce.hosts import home_url, login_host
from runbook_lib.rehearsal.salesforce.soap import envelope
from runbook_lib.rehearsal.salesforce.user_info import user_info
from runbook_lib.rehearsal.salesforce.versions import is_version, soap_version

NAMESPACES = {
    "u": (envelope.PARTNER, envelope.PARTNER_FAULT, "SOAP Partner"),
    "c": (envelope.ENTERPRISE, envelope.ENTERPRISE_FAULT, "SOAP Enterprise"),
}


@dataclass(frozen=True)
class Doorbell:
    """Who rings at which door."""

    flavour: str
    """"u" for the partner API, "c" for the enterprise API."""
    version: str
    """As in the URL; may be nonsense."""
    host: str
    """The Host header."""
    source_ip: str


def answer_login_api(org: Org, door: Doorbell, body: bytes) -> tuple[int, str]:
    """HTTP status and XML for one request to `/services/Soap/{u|c}/{version}`."""
    namespace, fault_namespace, _ = NAMESPACES[door.flavour]
    try:
        call = envelope.read_envelope(body, envelope.LOGIN_HEADERS)
        if call.operation == "login":
            return 200, envelope.answer_envelope(namespace, _login(org, door, call))
        return 200, envelope.answer_envelope(namespace, _after_login(org, call))
    except LoginFault as fault:
        refused = envelope.SoapFault(fault.code, fault.message)
        return 500, envelope.fault_envelope(refused, fault_namespace, "LoginFault")
    except OrgFault as fault:
        refused = envelope.SoapFault(fault.code, fault.message)
        return 500, envelope.fault_envelope(refused, fault_namespace, "UnexpectedErrorFault")
    except envelope.SoapFault as fault:
        return fault.status, envelope.fault_envelope(fault, fault_namespace)


def _login(org: Org, door: Doorbell, call: envelope.SoapCall) -> str:
    if not is_version(door.version) or soap_version(door.version) < OLDEST:
        raise LoginFault("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
    session = org.log_in(
        envelope.text_of(call.element, "username"),
        envelope.text_of(call.element, "password"),
        login_host(door.host, org),
        soap_version(door.version),
        door.source_ip,
        NAMESPACES[door.flavour][2],
    )
    return f"<loginResponse><result>{_login_result(org, door, session)}</result></loginResponse>"


def _login_result(org: Org, door: Doorbell, session: OrgSession) -> str:
    home = home_url(door.host, org)
    short_org_id = org.org_id[:15]
    before = {
        "metadataServerUrl": f"{home}/services/Soap/m/{door.version}/{short_org_id}",
        "passwordExpired": session.password_expired,
        "sandbox": org.world.organization.is_sandbox,
        "serverUrl": f"{home}/services/Soap/{door.flavour}/{door.version}/{short_org_id}",
        "sessionId": session.session_id,
        "userId": session.user_id,
    }
    return f"{envelope.elements(before)}<userInfo>{envelope.elements(user_info(org, session))}</userInfo>"


def _after_login(org: Org, call: envelope.SoapCall) -> str:
    """The two small calls that clients make right after a login to see whether it holds."""
    session = org.session(call.session_id)
    if call.operation == "getUserInfo":
        result = envelope.elements(user_info(org, session))
    elif call.operation == "getServerTimestamp":
        result = envelope.element("timestamp", org.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    else:
        raise envelope.not_imitated(f"the SOAP call {call.operation}")
    return f"<{call.operation}Response><result>{result}</result></{call.operation}Response>"
