"""Logging in over SOAP and OAuth, as real clients do it and in the exact shapes they parse."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from runbook_lib.rehearsal.declarations import UserDeclaration
from runbook_lib.rehearsal.server import RehearsalServer

LogIn = Callable[[UserDeclaration], Salesforce]

PARTNER = "{urn:partner.soap.sforce.com}"
FAULT = "{urn:fault.partner.soap.sforce.com}"

ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">
<env:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com">
<n1:username>{username}</n1:username><n1:password>{password}</n1:password>
</n1:login></env:Body></env:Envelope>"""

LOGIN_RESULT = [
    "metadataServerUrl", "passwordExpired", "sandbox", "serverUrl", "sessionId", "userId", "userInfo",
]  # fmt: skip
USER_INFO = [
    "accessibilityMode", "chatterExternal", "currencySymbol", "orgAttachmentFileSizeLimit",
    "orgDefaultCurrencyIsoCode", "orgDefaultCurrencyLocale", "orgDisallowHtmlAttachments",
    "orgHasPersonAccounts", "organizationId", "organizationMultiCurrency", "organizationName", "profileId",
    "roleId", "sessionSecondsValid", "userDefaultCurrencyIsoCode", "userEmail", "userFullName", "userId",
    "userLanguage", "userLocale", "userName", "userTimeZone", "userType", "userUiSkin",
]  # fmt: skip


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for the module: its tests leave each other alone."""
    return shared_rehearsal


APP = "3MVG9Rehearsal.Admin.Client.0001"
"""The app of world clean."""


def soap_login(
    session: requests.Session,
    user: UserDeclaration,
    url: str = "https://login.salesforce.com/services/Soap/u/59.0",
) -> requests.Response:
    """One SOAP login, without a client library in between."""
    password = (user.password + user.security_token).replace("&", "&amp;").replace("<", "&lt;")
    body = ENVELOPE.format(username=user.username, password=password)
    return session.post(
        url, data=body, headers={"Content-Type": "text/xml", "SOAPAction": "login"}, timeout=60
    )


def fault_of(answer: requests.Response) -> tuple[str, str]:
    """exceptionCode and exceptionMessage of a login fault, after checking that faultstring repeats them."""
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/xml")
    document = ET.fromstring(answer.content)
    code = document.findtext(f".//{FAULT}exceptionCode")
    message = document.findtext(f".//{FAULT}exceptionMessage")
    assert code and message
    assert document.findtext(".//faultstring") == f"{code}: {message}"
    assert document.findtext(".//faultcode") == f"sf:{code}"
    return code, message


def test_login_result_has_every_child_in_order(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """A successful login answers the LoginResult of the partner WSDL, child by child."""
    world = rehearsal_server.world
    answer = soap_login(rehearsal_session, world.admin)
    assert answer.status_code == 200
    result = ET.fromstring(answer.content).find(f".//{PARTNER}result")
    assert result is not None
    assert [child.tag.removeprefix(PARTNER) for child in result] == LOGIN_RESULT
    info = result.find(f"{PARTNER}userInfo")
    assert info is not None
    assert [child.tag.removeprefix(PARTNER) for child in info] == USER_INFO
    values = {child.tag.removeprefix(PARTNER): child.text for child in (*result, *info)}
    assert values["userName"] == world.admin.username
    assert values["organizationName"] == world.organization.name
    assert values["passwordExpired"] == values["sandbox"] == "false"
    org_id = rehearsal_server.org.org_id
    assert values["serverUrl"] == f"https://acme.my.salesforce.com/services/Soap/u/59.0/{org_id[:15]}"
    assert values["metadataServerUrl"] == f"https://acme.my.salesforce.com/services/Soap/m/59.0/{org_id[:15]}"
    assert "<sessionId>" in answer.text, "simple clients look for the unprefixed name"


def test_login_by_number_comes_back_by_number(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """Who logs in at 127.0.0.1:port is sent back there, also with the organization id in the URL."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(rehearsal_server.ca_file)
        url = f"{rehearsal_server.url}//services/Soap/u/59.0/{rehearsal_server.org.org_id}/"
        answer = soap_login(session, rehearsal_server.world.admin, url)
    assert f"<serverUrl>{rehearsal_server.url}/services/Soap/u/59.0/" in answer.text


def test_simple_salesforce_logs_in(rehearsal_server: RehearsalServer, salesforce_as: LogIn) -> None:
    """simple-salesforce logs in with its own code and can call the API with the session."""
    salesforce = salesforce_as(rehearsal_server.world.admin)
    assert salesforce.sf_instance == "acme.my.salesforce.com"
    assert salesforce.limits()["DailyApiRequests"]["Max"] > 0


def test_simple_salesforce_reaches_the_port(rehearsal_server: RehearsalServer, salesforce_as: LogIn) -> None:
    """A session works under https://127.0.0.1:port too, without any routing."""
    session_id = salesforce_as(rehearsal_server.world.admin).session_id
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(rehearsal_server.ca_file)
        direct = Salesforce(session_id=session_id, instance_url=rehearsal_server.url, session=session)
        assert direct.query("SELECT COUNT() FROM Lead")["totalSize"] > 0


def test_enterprise_login(rehearsal_server: RehearsalServer, rehearsal_session: requests.Session) -> None:
    """The enterprise flavour of login() answers in its own namespace."""
    url = "https://login.salesforce.com/services/Soap/c/59.0"
    answer = soap_login(rehearsal_session, rehearsal_server.world.admin, url)
    assert answer.status_code == 200
    assert 'xmlns="urn:enterprise.soap.sforce.com"' in answer.text
    assert "/services/Soap/c/59.0/" in answer.text


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"username": "nobody@acme.example"}])
def test_wrong_login_is_one_fault(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session, change: dict[str, Any]
) -> None:
    """A wrong password and an unknown user give the same fault, as Salesforce does."""
    user = dataclasses.replace(rehearsal_server.world.admin, **change)
    code, message = fault_of(soap_login(rehearsal_session, user))
    assert code == "INVALID_LOGIN"
    assert message.startswith("Invalid username, password, security token; or user locked out.")


def test_simple_salesforce_understands_faults(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """simple-salesforce takes code and message from the fault's detail."""
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        SalesforceLogin(
            username="admin@acme.example", password="x", security_token="", session=rehearsal_session
        )
    assert refused.value.code == "INVALID_LOGIN"


def test_wrong_host_is_refused(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """A production user cannot log in at test.salesforce.com, nor at another org's My Domain."""
    admin = rehearsal_server.world.admin
    for host in ("test.salesforce.com", "other.my.salesforce.com"):
        answer = soap_login(rehearsal_session, admin, f"https://{host}/services/Soap/u/59.0")
        assert fault_of(answer)[0] == "INVALID_LOGIN"
    answer = soap_login(rehearsal_session, admin, "https://acme.my.salesforce.com/services/Soap/u/59.0")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("version", "code", "part"),
    [
        ("64.0", "", ""),
        ("65.0", "INVALID_OPERATION", "not available in the API version specified (65.0)"),
        ("68.0", "INVALID_OPERATION", "not available in the API version specified (68.0)"),
        ("30.0", "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL"),
        ("latest", "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL"),
    ],
)
def test_login_and_api_versions(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session, version: str, code: str, part: str
) -> None:
    """login() is there up to API 64.0 and gone from 65.0 on; retired and made-up versions are refused."""
    url = f"https://login.salesforce.com/services/Soap/u/{version}"
    answer = soap_login(rehearsal_session, rehearsal_server.world.admin, url)
    if not code:
        assert answer.status_code == 200
        return
    assert fault_of(answer)[0] == code
    assert part in fault_of(answer)[1]


def test_world_blocked_refuses_soap_login_and_lets_the_admin_in_by_oauth(
    start_rehearsal: Callable[..., RehearsalServer],
) -> None:
    """World "blocked" refuses login() in the words of an org where it is disabled; OAuth still works."""
    server = start_rehearsal("blocked")
    admin = server.world.admin
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(server.ca_file)
        refused = soap_login(session, admin, f"{server.url}/services/Soap/u/59.0")
        granted = oauth_token(
            session,
            f"{server.url}/services/oauth2/token",
            grant_type="password",
            client_id=server.world.salesforce.admin_client_id,
            username=admin.username,
            password=admin.password + admin.security_token,
        )
    code, message = fault_of(refused)
    assert code == "INVALID_OPERATION"
    assert message.startswith("SOAP API login() is disabled by default in this org.")
    assert granted.status_code == 200, granted.text


@pytest.mark.parametrize("body", ["", "not xml", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_nonsense_is_a_soap_fault(rehearsal_session: requests.Session, body: str) -> None:
    """A body that is no SOAP request is answered with a SOAP fault, not with a crash."""
    answer = rehearsal_session.post(
        "https://login.salesforce.com/services/Soap/u/59.0", data=body, timeout=60
    )
    assert answer.status_code == 500
    assert "<faultstring>" in answer.text


def test_calls_after_login(rehearsal_server: RehearsalServer, rehearsal_session: requests.Session) -> None:
    """getUserInfo works with a session; other SOAP calls are refused as not imitated."""
    text = soap_login(rehearsal_session, rehearsal_server.world.admin).text
    session_id = text.partition("<sessionId>")[2].partition("</sessionId>")[0]

    def call(operation: str, header: str) -> requests.Response:
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
            ' xmlns:u="urn:partner.soap.sforce.com">'
            f"<e:Header><u:SessionHeader><u:sessionId>{header}</u:sessionId></u:SessionHeader></e:Header>"
            f"<e:Body><u:{operation}/></e:Body></e:Envelope>"
        )
        url = "https://acme.my.salesforce.com/services/Soap/u/59.0"
        return rehearsal_session.post(url, data=body, timeout=60)

    assert "<userName>admin@acme.example</userName>" in call("getUserInfo", session_id).text
    assert fault_of(call("getUserInfo", "nonsense"))[0] == "INVALID_SESSION_ID"
    assert call("convertLead", session_id).status_code == 501


@pytest.mark.parametrize(
    ("header", "refused"),
    [
        (
            "<u:CallOptions><u:client>a</u:client><u:defaultNamespace>sf</u:defaultNamespace></u:CallOptions>",
            "",
        ),
        ("<u:LoginScopeHeader><u:organizationId>00D</u:organizationId></u:LoginScopeHeader>", ""),
        ("<u:QueryOptions><u:batchSize>200</u:batchSize></u:QueryOptions>", "QueryOptions"),
        ("<u:CallOptions><u:perfOption>x</u:perfOption></u:CallOptions>", "perfOption"),
    ],
)
def test_a_soap_header_is_read_or_refused(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session, header: str, refused: str
) -> None:
    """What simple-salesforce and jsforce send is accepted; what nobody reads is refused by its name."""
    admin = rehearsal_server.world.admin
    password = (admin.password + admin.security_token).replace("&", "&amp;").replace("<", "&lt;")
    login = f"<u:login><u:username>{admin.username}</u:username><u:password>{password}</u:password></u:login>"
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:u="urn:partner.soap.sforce.com">'
        f"<e:Header>{header}</e:Header><e:Body>{login}</e:Body></e:Envelope>"
    )
    url = "https://login.salesforce.com/services/Soap/u/59.0"
    answer = rehearsal_session.post(url, data=body, timeout=60)
    assert answer.status_code == (501 if refused else 200)
    assert not refused or f"does not imitate {refused}" in answer.text.replace("the SOAP header ", "")


def oauth_token(
    session: requests.Session,
    url: str = "https://login.salesforce.com/services/oauth2/token",
    **form: Any,
) -> requests.Response:
    """One request to the token endpoint."""
    return session.post(url, data=form, timeout=60)


def test_oauth_password_grant(rehearsal_server: RehearsalServer, rehearsal_session: requests.Session) -> None:
    """The password grant gives a token that the REST API and userinfo accept."""
    admin = rehearsal_server.world.admin
    answer = oauth_token(
        rehearsal_session,
        grant_type="password",
        client_id=APP,
        username=admin.username,
        password=admin.password + admin.security_token,
    )
    token = answer.json()
    assert answer.status_code == 200, token
    assert token["instance_url"] == "https://acme.my.salesforce.com"
    assert token["token_type"] == "Bearer"
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    info = rehearsal_session.get(
        f"{token['instance_url']}/services/oauth2/userinfo", headers=headers, timeout=60
    ).json()
    assert info["preferred_username"] == admin.username
    assert info["organization_id"] == rehearsal_server.org.org_id


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "implicit", "client_id": "a"}, "unsupported_grant_type"),
        ({"grant_type": "password", "client_id": "any"}, "invalid_client_id"),
        ({"grant_type": "password", "client_id": APP, "username": "x", "password": "y"}, "invalid_grant"),
        ({"grant_type": "client_credentials", "client_id": APP, "scope": "api"}, "invalid_request"),
    ],
)
def test_oauth_errors_are_objects(
    rehearsal_session: requests.Session, form: dict[str, str], error: str
) -> None:
    """The token endpoint's errors are JSON objects with error and error_description."""
    answer = oauth_token(rehearsal_session, **form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


@pytest.mark.parametrize(
    ("form", "refused"),
    [({"format": "xml"}, "format"), ({"username": "a"}, "username"), ({"redirect_uri": "https://a/b"}, "")],
)
def test_a_key_of_a_grant_is_read_or_refused(
    rehearsal_session: requests.Session, form: dict[str, str], refused: str
) -> None:
    """A key that the grant does not read is refused; jsforce's address of its web flow is accepted."""
    answer = oauth_token(rehearsal_session, grant_type="client_credentials", client_id=APP, **form)
    assert (answer.status_code == 501) is bool(refused)
    assert refused in answer.json()["error_description"]


def test_a_grant_that_is_not_imitated_says_so(rehearsal_session: requests.Session) -> None:
    """What Salesforce has and the rehearsal has not is no answer of Salesforce's."""
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert oauth_token(rehearsal_session, grant_type=grant, client_id=APP).status_code == 501


def test_a_client_may_come_as_a_basic_header(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """Id and secret in the Authorization header are as good as in the body; the token lives at My Domain."""
    app = rehearsal_server.org.apps.clients[APP]
    answer = rehearsal_session.post(
        "https://acme.my.salesforce.com/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(app.client_id, app.client_secret),
        timeout=60,
    )
    token = answer.json()
    assert token["id"].startswith("https://login.salesforce.com/id/00D")
    assert token["scope"] == "api id"
    assert token["instance_url"] == "https://acme.my.salesforce.com"


def test_userinfo_refuses_in_plain_text(rehearsal_session: requests.Session) -> None:
    """A token that userinfo does not accept is one word with HTTP 403, as recorded; not JSON, and not 401."""
    answer = rehearsal_session.get(
        "https://acme.my.salesforce.com/services/oauth2/userinfo",
        headers={"Authorization": "Bearer nonsense"},
        timeout=60,
    )
    assert (answer.status_code, answer.text) == (403, "Bad_OAuth_Token")


def test_a_published_client_gets_in_by_client_credentials(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """simple-salesforce's own login with an app, at My Domain; and it can work with the session."""
    app = rehearsal_server.org.apps.clients[APP]
    session_id, instance = SalesforceLogin(
        consumer_key=app.client_id,
        consumer_secret=app.client_secret,
        domain="acme.my",
        session=rehearsal_session,
    )
    client = Salesforce(session_id=session_id, instance=instance, session=rehearsal_session)
    assert client.query("SELECT COUNT() FROM Lead")["totalSize"] > 0
    found = client.toolingexecute("query/?q=SELECT+Id+FROM+CustomField+LIMIT+3")
    assert (found["size"], found["queryLocator"]) == (3, None)  # as recorded


def test_the_identity_url_tells_who_and_a_revoked_token_is_over(
    rehearsal_server: RehearsalServer, rehearsal_session: requests.Session
) -> None:
    """What jsforce asks at ``identity()`` and at ``logout()``."""
    app = rehearsal_server.org.apps.clients[APP]
    home = "https://acme.my.salesforce.com"
    secret = {"client_id": app.client_id, "client_secret": app.client_secret}
    token = oauth_token(
        rehearsal_session, f"{home}/services/oauth2/token", grant_type="client_credentials", **secret
    ).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    told = rehearsal_session.get(token["id"], headers=headers, timeout=60).json()
    assert (told["username"], told["asserted_user"]) == (rehearsal_server.world.admin_username, True)
    over = rehearsal_session.post(
        f"{home}/services/oauth2/revoke", data={"token": token["access_token"]}, timeout=60
    )
    assert over.status_code == 200
    assert rehearsal_session.get(token["id"], headers=headers, timeout=60).status_code == 403
