"""One login call, every answer understood, every reason told with its own fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from runbook_lib.errors import LoginRefused, SecretMissing, SystemRefused, Unreachable
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.salesforce.login import Account, LoginEvidence, explain, log_in, long_id
from runbook_lib.systems.salesforce.login_errors import narrow, refuse
from runbook_lib.systems.salesforce.login_reasons import REASONS
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)
RESULT = """<loginResponse><result>
<metadataServerUrl>https://acme.my.salesforce.com/services/Soap/m/64.0/00D5g000000Acme</metadataServerUrl>
<passwordExpired>{expired}</passwordExpired><sandbox>true</sandbox>
<serverUrl>https://acme.my.salesforce.com/services/Soap/u/64.0/00D5g000000Acme</serverUrl>
<sessionId>00D5g000000Acme!AQ.session</sessionId><userId>0055g000001Ada1AAA</userId>
<userInfo><organizationId>00D5g000000AcmeEAA</organizationId>
<organizationName>Acme &amp; Sons</organizationName><profileId>00e5g000000Adm1AAA</profileId>
<userFullName>Ada Admin</userFullName><userName>admin@acme.example</userName>
<userId>0055g000001Ada1AAA</userId></userInfo></result></loginResponse>"""
DETAIL = (
    '<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{0}</sf:exceptionCode>'
    "<sf:exceptionMessage>{1}</sf:exceptionMessage></sf:LoginFault></detail>"
)


def _success(expired: str = "false") -> str:
    return ENVELOPE.format(RESULT.format(expired=expired))


def _fault(code: str, message: str, detail: str = DETAIL, prefix: str = "") -> str:
    text = f"<soapenv:Fault><faultcode>{prefix}{code}</faultcode><faultstring>{code}: {message}</faultstring>"
    return ENVELOPE.format(f"{text}{detail.format(code, message)}</soapenv:Fault>")


@pytest.fixture
def vault(scripted_connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Passwords that XML has to escape."""
    for name, value in {"PASSWORD": "pass<&>word", "TOKEN": "token&1"}.items():
        for account in ("ADMIN", "SYNC"):
            monkeypatch.setenv(f"RUNBOOK_ACME_SALESFORCE_{account}_{name}", value)
    return Vault(scripted_connection)


@pytest.fixture
def log_in_as(
    transport: Transport, scripted_connection: Connection, vault: Vault
) -> Callable[[Account], Any]:
    """Logs in at the scripted server."""
    return lambda account: log_in(transport, scripted_connection, account, vault)


def test_the_answer_becomes_a_session(
    scripted: Any, log_in_as: Callable[[Account], Any], vault: Vault
) -> None:
    """Nothing that Salesforce tells at login is lost, and the session id is a secret."""
    scripted.script(_success())
    session = log_in_as(Account.ADMIN)
    assert session.instance == "acme.my.salesforce.com"
    assert session.session_id.reveal() == "00D5g000000Acme!AQ.session"
    assert session.org_id == "00D5g000000AcmeEAA"
    assert session.org_name == "Acme & Sons"
    assert session.user_full_name == "Ada Admin"
    assert session.profile_id == "00e5g000000Adm1AAA"
    assert session.sandbox
    assert "session" not in repr(session.session_id)
    assert vault.mask("x 00D5g000000Acme!AQ.session") == "x •••"


def test_the_request_is_what_marketo_sends_too(scripted: Any, log_in_as: Callable[[Account], Any]) -> None:
    """Username and password with token, escaped, at an API version that still has login()."""
    scripted.script(_success())
    log_in_as(Account.SYNC)
    (asked,) = scripted.asked
    root = etree.fromstring(asked.body.encode())
    texts = {etree.QName(element).localname: element.text for element in root.iter()}
    assert (texts["username"], texts["password"]) == ("marketo@acme.example", "pass<&>wordtoken&1")
    assert asked.target == "/services/Soap/u/64.0"
    assert asked.headers["Host"] == "login.salesforce.com"


@pytest.mark.parametrize(
    "body",
    [
        _fault("INVALID_LOGIN", "Invalid username"),
        _fault("INVALID_LOGIN", "Invalid username", prefix="sf:"),
        _fault("INVALID_LOGIN", "Invalid username", detail=""),
        _fault("INVALID_LOGIN", "Invalid username", prefix="x:", detail=DETAIL.replace("{0}", "sf:{0}")),
    ],
)
def test_a_fault_is_understood_however_it_is_written(
    scripted: Any, log_in_as: Callable[[Account], Any], body: str
) -> None:
    """With and without prefix, with and without detail: the code is the same, and one call was made."""
    scripted.script((500, body), _success())
    with pytest.raises(LoginRefused) as fault:
        log_in_as(Account.SYNC)
    assert fault.value.code == "INVALID_LOGIN"
    assert fault.value.where == "marketo@acme.example @ login.salesforce.com"
    assert "pass<&>word" not in str(fault.value)
    assert len(scripted.asked) == 1


def test_an_expired_password_is_no_success(scripted: Any, log_in_as: Callable[[Account], Any]) -> None:
    """Salesforce opens a session for an expired password; the login is refused all the same."""
    scripted.script(_success(expired="true"))
    with pytest.raises(LoginRefused, match="expired") as fault:
        log_in_as(Account.SYNC)
    assert fault.value.code == "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"


ELSEWHERE = re.sub("<serverUrl>[^<]*", "<serverUrl>https://evil.example/services/Soap/u/64.0", _success())
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + _success()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, "<html><body>Down for maintenance<br></body></html>"), Unreachable),
        ((503, "<html><body>Down</body></html>"), Unreachable),
        ((500, ""), Unreachable),
        (None, Unreachable),
        ((200, "<html><body>Please log in</body></html>", {"Content-Type": "text/html"}), Unreachable),
        ((200, "{}"), Unreachable),
        ((404, ""), Unreachable),
        ((302, "", {"Location": "https://acme.my.salesforce.com/"}), Unreachable),
        ((200, ENVELOPE.format("<loginResponse/>")), Unreachable),
        ((200, BOMB), Unreachable),
        ((200, ELSEWHERE), Unreachable),
    ],
)
def test_another_answer_is_told_and_never_tried_again(
    scripted: Any, log_in_as: Callable[[Account], Any], answer: Any, error: type[SystemRefused]
) -> None:
    """A page, a redirect, silence or hostile XML: an error that says so, after exactly one call."""
    scripted.script(answer, _success())
    with pytest.raises(error) as fault:
        log_in_as(Account.ADMIN)
    assert fault.value.fix
    assert len(scripted.asked) == 1


def test_a_missing_secret_costs_no_login(
    scripted: Any, log_in_as: Callable[[Account], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without password or token nothing is sent."""
    monkeypatch.delenv("RUNBOOK_ACME_SALESFORCE_SYNC_TOKEN")
    with pytest.raises(SecretMissing):
        log_in_as(Account.SYNC)
    assert scripted.asked == []


def test_every_reason_has_a_message_and_a_fix_of_its_own() -> None:
    """No two reasons are told alike, apart from those that the table gives one entry."""
    reasons = {id(reason): reason for reason in REASONS.values()}.values()
    whats = [str(reason.what) for reason in reasons]
    assert len(set(whats)) == len(whats)
    assert all(str(reason.fix) for reason in reasons)
    people = ["WRONG_PASSWORD", "LOGIN_MUST_USE_SECURITY_TOKEN", "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
              "PASSWORD_LOCKOUT", "USER_FROZEN", "USER_INACTIVE", "API_OFF_FOR_USER", "SOAP_LOGIN_OFF",
              "WRONG_HOST_FOR_SANDBOX", "WRONG_HOST_FOR_PRODUCTION", "LOGIN_DURING_RESTRICTED_DOMAIN",
              "INSUFFICIENT_ACCESS", "UNKNOWN_USER"]  # fmt: skip
    assert len({str(REASONS[key].fix) for key in people}) == len(people)


@pytest.mark.parametrize(
    ("code", "told", "expected"),
    [
        ("INVALID_OPERATION", "SOAP API login() is disabled by default in this org.", "SOAP_LOGIN_OFF"),
        ("INVALID_OPERATION", "SOAP Login is not available in the API version specified (65.0).",
         "SOAP_LOGIN_VERSION"),
        ("INSUFFICIENT_ACCESS", "SOAP API login() requires the Use Any API Auth user permission.",
         "INSUFFICIENT_ACCESS"),
        ("INSUFFICIENT_ACCESS", "something else", "INSUFFICIENT_ACCESS_OTHER"),
        ("TXN_SECURITY_NO_ACCESS", "", "TXN_SECURITY"),
        ("LOGIN_MUST_USE_SECURITY_TOKEN", "", "LOGIN_MUST_USE_SECURITY_TOKEN"),
    ],
)  # fmt: skip
def test_codes_with_two_meanings_are_told_apart(code: str, told: str, expected: str) -> None:
    """What Salesforce says beside the code decides where the code alone does not."""
    fault = refuse(code, told, "x")
    assert fault.what == REASONS[expected].what
    assert fault.code == code


def test_an_unknown_code_is_told_as_it_is() -> None:
    """A code that the table does not know is shown with Salesforce's own words."""
    assert "NEW_CODE: of 2031" in str(refuse("NEW_CODE", "of 2031", "x"))


GOOD = LoginEvidence("login.salesforce.com", False, True, True, False, False, True, "Success")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "INVALID_LOGIN"),
        ({"org_is_sandbox": True}, "WRONG_HOST_FOR_SANDBOX"),
        ({"login_host": "test.salesforce.com"}, "WRONG_HOST_FOR_PRODUCTION"),
        ({"login_host": "acme.my.salesforce.com", "org_is_sandbox": True}, "INVALID_LOGIN"),
        ({"user_exists": False}, "UNKNOWN_USER"),
        ({"is_active": False}, "USER_INACTIVE"),
        ({"is_frozen": True}, "USER_FROZEN"),
        ({"is_password_locked": True, "newest_status": "Invalid Password"}, "PASSWORD_LOCKOUT"),
        ({"newest_status": "Invalid Password"}, "WRONG_PASSWORD"),
        ({"newest_status": "Failed: API security token required"}, "LOGIN_MUST_USE_SECURITY_TOKEN"),
        ({"newest_status": "User Is Frozen"}, "USER_FROZEN"),
        ({"newest_status": "Restricted IP"}, "LOGIN_DURING_RESTRICTED_DOMAIN"),
        ({"newest_status": "Restricted Domain"}, "LOGIN_HOST_PREVENTED"),
        ({"api_enabled": False}, "API_OFF_FOR_USER"),
        ({"newest_status": "Something new"}, "INVALID_LOGIN"),
        ({"org_is_sandbox": None, "is_active": None, "is_frozen": None, "newest_status": None},
        "INVALID_LOGIN"), ],
)  # fmt: skip
def test_evidence_narrows_what_the_code_hides(changes: dict[str, Any], expected: str) -> None:
    """Each thing the admin's session sees leads to its own message; what it cannot tell leads to none."""
    fault = refuse(
        "INVALID_LOGIN", "Invalid username, password, security token; or user locked out.", "x @ y"
    )
    narrowed = explain(fault, replace(GOOD, **changes))
    assert narrowed.what == REASONS[expected].what
    assert narrowed.fix == REASONS[expected].fix
    assert narrowed.code == "INVALID_LOGIN"
    assert narrowed.where == "x @ y"


def test_a_clear_code_stays_what_it_is() -> None:
    """Evidence does not overrule a code that has one meaning."""
    fault = refuse("LOGIN_DURING_RESTRICTED_TIME", "", "x")
    assert narrow(fault, replace(GOOD, is_frozen=True)) is fault


@given(st.from_regex(r"[A-Za-z0-9]{15}", fullmatch=True))
def test_a_long_id_keeps_the_short_one(record_id: str) -> None:
    """Three characters are added that tell the case of the others, and a long id stays as it is."""
    long = long_id(record_id)
    assert re.fullmatch(r"[A-Z0-5]{3}", long[15:])
    assert long[:15] == record_id
    assert long_id(long) == long
    assert long_id("00D36000000uXgY") == "00D36000000uXgYEAU"
