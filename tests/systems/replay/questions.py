"""What the product asks of Salesforce where a recorded reply is played, and what the server says around it.

Of those whose evidence is `text` only the quoted words are recorded; the envelope is the documented one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from runbook_lib.change.apply_errors import fix_for
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.errors import LoginRefused, SalesforceRefused
from runbook_lib.survey.probes.describe import fields_of
from runbook_lib.survey.probes.org import look_at_org
from runbook_lib.survey.probes.org.field_grants import muting_sets
from runbook_lib.survey.snapshot import ApiBudget, Expected, Part
from runbook_lib.text import say
from tests.systems.replay.stage import Play, Result, Stage

EXPECTED = Expected("acme", "production", "admin@acme.example", "sync@acme.example", "123-ABC-456", "basic")
SOQL = "SELECT Id FROM Account"


def soap(inner: str, status: int = 200) -> tuple[Any, ...]:
    """A SOAP answer around ``inner``, as the WSDL has it."""
    envelope = "http://schemas.xmlsoap.org/soap/envelope/"
    body = f"<soapenv:Body>{inner}</soapenv:Body>"
    text = f'<soapenv:Envelope xmlns:soapenv="{envelope}">{body}</soapenv:Envelope>'
    return (status, text, {"Content-Type": "text/xml"})


def metadata_read(inner: str) -> tuple[Any, ...]:
    """The answer to readMetadata with these records. Source: Metadata WSDL 63.0."""
    names = 'xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return soap(f"<readMetadataResponse {names}><result>{inner}</result></readMetadataResponse>")


def conversion(reply: Any, body: str) -> list[Any]:
    """The documented file, as a record of readMetadata."""
    inner = re.sub(r"</?LeadConvertSettings[^>]*>", "", body)
    name = "LeadConvertSettings"
    return [metadata_read(f'<records xsi:type="{name}"><fullName>{name}</fullName>{inner}</records>')]


def login_fault(reply: Any, body: Mapping[str, str]) -> list[Any]:
    """The recorded words in a LoginFault. Source: partner WSDL."""
    code, told = body["exceptionCode"], escape(body["exceptionMessage"])
    detail = (
        '<detail><sf:LoginFault xmlns:sf="urn:fault.partner.soap.sforce.com">'
        f"<sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{told}</sf:exceptionMessage>"
        "</sf:LoginFault></detail>"
    )
    fault = f"<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{code}: {told}</faultstring>{detail}"
    return [soap(f"{fault}</soapenv:Fault>", 500)]


def rows(**first: Any) -> str:
    """The answer to a query with one row."""
    return json.dumps({"totalSize": 1, "done": True, "records": [first]})


def who_it_is(reply: Any, body: Any) -> list[Any]:
    """The token, and what the product asks next: the org and the user."""
    user = rows(Username="admin@acme.example", Name="Ada", ProfileId="00e000000000001AAA")
    return [reply, rows(Name="Acme", IsSandbox=False), user]


def token_without_identity(reply: Any, body: Any) -> list[Any]:
    """A token that does not say whose it is, so that userinfo is asked."""
    return ['{"access_token": "00D!x", "instance_url": "https://acme.my.salesforce.com"}', reply]


def query(stage: Stage, columns: str = "Id") -> Any:
    """Asks with a query for ``columns``; the rows."""
    return stage.salesforce.query(f"SELECT {columns} FROM Account")


def tooling(stage: Stage) -> Any:
    """Asks the Tooling API."""
    return stage.salesforce.tooling_query(
        "SELECT DataType, FieldDefinition.QualifiedApiName FROM EntityParticle"
    )


def describe(name: str, stage: Stage) -> Any:
    """Names, and the compound they are a part of, of the fields of an object."""
    return {field.name: field.compound for field in fields_of(stage.salesforce.describe(name))}


def two_questions(stage: Stage) -> Any:
    """A count, and the sentence of a query that is refused beside it."""
    count, refused = stage.salesforce.composite_queries(
        ["SELECT COUNT() FROM Account", "SELECT Id FROM XYZZY"]
    )
    assert isinstance(refused, SalesforceRefused) and refused.code == "INVALID_TYPE"
    return count.total, str(refused.what).partition(" If you")[0]  # type: ignore[union-attr]


def profile_names(stage: Stage) -> Any:
    """The names by which the Metadata API is asked, for each profile that the Tooling API tells of."""
    asked = {}
    for label, full_name in stage.heard.items():
        stage.server.script(rows(FullName=full_name), metadata_read('<records xsi:nil="true"/>' * 2))
        assert stage.salesforce.profile("00e000000000001AAA") == {}
        asked[label] = re.findall(r"fullNames>([^<]*)</", stage.server.asked[-1].body)[0]
    return asked == stage.heard and asked["Custom: Marketing Profile"]


def flow_columns(stage: Stage) -> Any:
    """Which columns of FlowDefinitionView the product asks, and that all of them are there."""
    names = {field.split()[0] for field in stage.heard["fields"]}
    stage.server.script(*["[]"] * 9)
    look_at_org(stage.salesforce, frozenset({Part.SURROUNDINGS}), EXPECTED)
    asked = next(
        query for call in stage.server.asked for query in _queries(call) if "FlowDefinitionView" in query
    )
    used = re.findall(r"\b(TriggerObjectOrEvent\w*|Label|IsActive)\b", asked)
    return {name if name in names else f"{name}Id" for name in used} <= names and sorted(set(used))


def _queries(call: Any) -> list[str]:
    parts = json.loads(call.body or "{}").get("compositeRequest", ()) if call.body.startswith("{") else ()
    return [parse_qs(urlsplit(part["url"]).query)["q"][0] for part in parts]


def write(stage: Stage) -> Any:
    """Changes a permission set."""
    stage.writer.update("PermissionSet", "0PS000000000001AAA", {"PermissionsViewSetup": True})


def assign(stage: Stage) -> Any:
    """Gives the permission set to somebody whose license forbids it; the fix that 02 tells."""
    with pytest.raises(SalesforceRefused) as fault:
        stage.writer.create("PermissionSetAssignment", {"AssigneeId": "005", "PermissionSetId": "0PS"})
    change = Change(ChangeKind.ASSIGN_PERMISSION_SET, "Marketo_Sync", {}, {}, say("x"))
    assert "doesn't allow the permission: Read Accounts" in str(fault.value)
    return str(fix_for(change, fault.value.code or "", str(fault.value.what))).partition(". In Setup")[0]


def budget(stage: Stage) -> Any:
    """The calls of the day."""
    found = look_at_org(stage.salesforce, frozenset({Part.BUDGET}), EXPECTED)[Part.BUDGET]
    assert isinstance(found, ApiBudget)
    return found.limit, found.remaining


def members(stage: Stage) -> Any:
    """The components of a group that are members, not its muting set."""
    found = query(stage, "PermissionSetId, PermissionSet.Name")
    muted = muting_sets([{"PermissionSetGroupId": "0PG", **row} for row in found])
    return [row["PermissionSetId"] for row in found if row["PermissionSetId"] not in muted]


def rest_is_shut_too(reply: Any, body: Any) -> list[Any]:
    """REST, which is asked whether the session is lost there, too."""
    return [reply, (401, '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]')]


def by_app(flow: str) -> Play:
    """Logs in by an app."""
    return lambda stage: stage.log_in(admin_client_id="3MVG9", admin_flow=flow)


def login_refused(code: str, says: str, fix: str) -> Result:
    """A refused login."""
    return Result(code=code, says=says, fix=fix, kind=LoginRefused)
