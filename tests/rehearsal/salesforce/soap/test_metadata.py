"""Tooling and Metadata API: custom fields and lead conversion, with simple-salesforce's own code."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound
from zeep.exceptions import Fault

from runbook_lib.rehearsal.server import RehearsalServer
from tests.rehearsal.refusals import code_of

SCORE = {"label": "Score", "type": "Number", "precision": 10, "scale": 0, "required": False}


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for the module: its tests leave each other alone."""
    return shared_rehearsal


@pytest.fixture
def metadata(admin_salesforce: Any) -> Any:
    """simple-salesforce's Metadata API client; its own HTTP session is routed to the rehearsal as well."""
    client = admin_salesforce.mdapi
    own = client._client.transport.session
    own.trust_env = False
    own.verify = admin_salesforce.session.verify
    own.mount("https://", admin_salesforce.session.get_adapter("https://acme.my.salesforce.com"))
    return client


def create_score(salesforce: Salesforce, full_name: str = "Lead.mkto71_Lead_Score__c") -> str:
    """A custom field made through the Tooling API; gives its id."""
    body = {"FullName": full_name, "Metadata": SCORE}
    created = salesforce.toolingexecute("sobjects/CustomField", "POST", data=body)
    assert {key: created[key] for key in ("success", "errors", "warnings", "infos")} == {
        "success": True,
        "errors": [],
        "warnings": [],
        "infos": [],
    }
    return str(created["id"])


def test_tooling_custom_field_life(admin_salesforce: Any) -> None:
    """A field can be made, read, changed, found by query and deleted through the Tooling API."""
    field_id = create_score(admin_salesforce)
    assert field_id.startswith("00N")
    path = f"sobjects/CustomField/{field_id}"
    field = admin_salesforce.toolingexecute(path)
    assert field["FullName"] == "Lead.mkto71_Lead_Score__c"
    assert field["Metadata"]["precision"] == 10
    admin_salesforce.toolingexecute(path, "PATCH", data={"Metadata": {**SCORE, "label": "Lead Score"}})
    assert admin_salesforce.toolingexecute(path)["Metadata"]["label"] == "Lead Score"
    found = admin_salesforce.toolingexecute(
        "query?q=SELECT+Id,DeveloperName+FROM+CustomField+WHERE+DeveloperName+=+'mkto71_Lead_Score'"
    )
    assert [record["Id"] for record in found["records"]] == [field_id]
    admin_salesforce.toolingexecute(path, "DELETE")
    with pytest.raises(SalesforceResourceNotFound):
        admin_salesforce.toolingexecute(path)


def test_new_field_is_visible_to_nobody(admin_salesforce: Any) -> None:
    """A field made by API is absent from describe and SOQL until somebody grants it, even for its maker."""
    create_score(admin_salesforce, "Lead.mkto71_Hidden__c")
    names = {field["name"] for field in admin_salesforce.Lead.describe()["fields"]}
    assert "mkto71_Hidden__c" not in names
    with pytest.raises(SalesforceMalformedRequest, match="No such column"):
        admin_salesforce.query("SELECT mkto71_Hidden__c FROM Lead")


def test_tooling_refuses_a_second_field_of_that_name(admin_salesforce: Any) -> None:
    """The same name again is DUPLICATE_DEVELOPER_NAME in a list."""
    create_score(admin_salesforce, "Lead.mkto71_Twice__c")
    with pytest.raises(SalesforceMalformedRequest) as refused:
        create_score(admin_salesforce, "Lead.mkto71_Twice__c")
    assert code_of(refused) == "DUPLICATE_DEVELOPER_NAME"


@pytest.mark.parametrize("body", [{"FullName": "Lead.A__c"}, {"Metadata": SCORE}])
def test_tooling_wants_name_and_metadata(admin_salesforce: Any, body: dict[str, Any]) -> None:
    """Without FullName or Metadata nothing is made and the missing part is named."""
    with pytest.raises(SalesforceMalformedRequest) as refused:
        admin_salesforce.toolingexecute("sobjects/CustomField", "POST", data=body)
    assert code_of(refused) == "REQUIRED_FIELD_MISSING"


def test_tooling_composite(admin_salesforce: Any) -> None:
    """Several fields can be made in one call; a refused one answers with a list, others with an object."""
    root = "/services/data/v59.0/tooling/sobjects/CustomField"
    parts = [
        {
            "method": "POST",
            "url": root,
            "referenceId": f"r{number}",
            "body": {"FullName": full_name, "Metadata": SCORE},
        }
        for number, full_name in enumerate(["Lead.mkto71_A__c", "Lead.mkto71_A__c"])
    ]
    body = {"allOrNone": False, "compositeRequest": parts}
    made, refused = admin_salesforce.toolingexecute("composite", "POST", data=body)["compositeResponse"]
    assert made["body"]["success"] is True
    assert refused["body"][0]["errorCode"] == "DUPLICATE_DEVELOPER_NAME"


def test_custom_field_create_and_read(metadata: Any) -> None:
    """mdapi.CustomField creates a field and reads it back with the types of the WSDL."""
    field = metadata.CustomField(
        fullName="Contact.mkto71_Acquisition_Program__c",
        label="Acquisition Program",
        type="Text",
        length=255,
        required=False,
    )
    metadata.CustomField.create([field])
    read = metadata.CustomField.read(["Contact.mkto71_Acquisition_Program__c"])
    assert (read.fullName, read.label, str(read.type), read.length, read.required) == (
        "Contact.mkto71_Acquisition_Program__c",
        "Acquisition Program",
        "Text",
        255,
        False,
    )


def test_custom_field_created_twice(metadata: Any) -> None:
    """A second field of the same name is refused in the SaveResult; upsert changes it instead."""
    field = metadata.CustomField(fullName="Lead.mkto71_B__c", label="B", type="Text", length=255)
    metadata.CustomField.create([field])
    with pytest.raises(Exception, match="DUPLICATE_DEVELOPER_NAME"):
        metadata.CustomField.create([field])
    changed = metadata.CustomField(fullName="Lead.mkto71_B__c", label="Bee", type="Text", length=255)
    metadata.CustomField.upsert([changed])
    assert metadata.CustomField.read(["Lead.mkto71_B__c"]).label == "Bee"
    metadata.CustomField.delete(["Lead.mkto71_B__c"])
    assert metadata.CustomField.read(["Lead.mkto71_B__c"]).fullName is None


def test_lead_convert_settings_round_trip(metadata: Any, admin_salesforce: Any) -> None:
    """Reading, adding a mapping and writing back leaves the other mappings and adds the new one."""
    for name in ("Lead.mkto71_C__c", "Contact.mkto71_C__c"):
        metadata.CustomField.create([metadata.CustomField(fullName=name, label="C", type="Text", length=255)])
    settings = metadata.LeadConvertSettings.read(["LeadConvertSettings"])
    assert settings.fullName == "LeadConvertSettings"
    before = pairs_of(settings)
    settings.objectMapping = [
        *(block for block in settings.objectMapping if block.outputObject != "Contact"),
        {
            "inputObject": "Lead",
            "mappingFields": [
                *(
                    {"inputField": pair.inputField, "outputField": pair.outputField}
                    for block in settings.objectMapping
                    if block.outputObject == "Contact"
                    for pair in block.mappingFields
                ),
                {"inputField": "mkto71_C__c", "outputField": "mkto71_C__c"},
            ],
            "outputObject": "Contact",
        },
    ]
    metadata.LeadConvertSettings.update([settings])
    after = pairs_of(metadata.LeadConvertSettings.read(["LeadConvertSettings"]))
    assert after == before | {("mkto71_C__c", "Contact", "mkto71_C__c")}


def pairs_of(settings: Any) -> set[tuple[str, str, str]]:
    """The mappings of LeadConvertSettings as zeep read them."""
    return {
        (pair.inputField, block.outputObject, pair.outputField)
        for block in settings.objectMapping
        for pair in block.mappingFields
    }


def test_metadata_faults(rehearsal_server: RehearsalServer, metadata: Any) -> None:
    """A session that has ended is the SOAP fault sf:INVALID_SESSION_ID with HTTP 500."""
    rehearsal_server.org.expire_sessions()
    with pytest.raises(Fault) as refused:
        metadata.LeadConvertSettings.read(["LeadConvertSettings"])
    assert refused.value.code == "sf:INVALID_SESSION_ID"
    assert refused.value.message.startswith("INVALID_SESSION_ID: ")


def test_more_than_ten_components_are_refused(metadata: Any) -> None:
    """The Metadata API takes ten components per call."""
    with pytest.raises(Fault, match="10"):
        metadata.CustomField.read([f"Lead.F{number}__c" for number in range(11)])


def test_other_metadata_is_not_imitated(metadata: Any) -> None:
    """Types and calls that nobody plays are refused in so many words."""
    with pytest.raises(Fault, match="does not imitate the metadata type Role"):
        metadata.Role.read(["CEO"])
    with pytest.raises(Fault, match="does not imitate the Metadata API call describeMetadata"):
        metadata.describe_metadata()
