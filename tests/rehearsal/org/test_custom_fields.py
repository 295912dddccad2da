"""Custom fields and the lead mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.schema.custom_field_types import (
    check_metadata,
    describe_custom_field,
    metadata_of,
)
from runbook_lib.rehearsal.world import load_world

SCORE = {"label": "Score", "type": "Number", "precision": 10, "scale": 0, "required": False}
TEXT = {"label": "Text", "type": "Text", "length": 255}


@pytest.fixture
def org() -> Iterator[Org]:
    """World clean with a few people."""
    org = Org(load_world("clean"), Clock(), people=10)
    yield org
    org.database.close()


@pytest.fixture
def admin(org: Org) -> str:
    """The administrator's id."""
    return org.user_id(org.world.admin_username)


def test_a_new_field_is_seen_by_nobody_until_it_is_granted(org: Org, admin: str) -> None:
    """It is in the Tooling API at once, and in describe and SOQL only after FieldPermissions."""
    field = org.create_custom_field(admin, "Lead.mkto71_Lead_Score__c", SCORE)
    found = org.tooling_query(
        admin,
        "SELECT Id, DeveloperName, TableEnumOrId, NamespacePrefix FROM CustomField "
        "WHERE DeveloperName = 'mkto71_Lead_Score'",
    ).rows
    assert [(row["Id"], row["TableEnumOrId"], row["NamespacePrefix"]) for row in found] == [
        (field, "Lead", None)
    ]
    with pytest.raises(OrgFault, match="No such column"):
        org.query(admin, "SELECT mkto71_Lead_Score__c FROM Lead")
    profile = org.query(
        admin, "SELECT Id FROM PermissionSet WHERE Profile.Name = 'System Administrator'"
    ).rows[0]
    org.create(
        admin,
        "FieldPermissions",
        {
            "ParentId": profile["Id"],
            "SobjectType": "Lead",
            "Field": "Lead.mkto71_Lead_Score__c",
            "PermissionsRead": True,
            "PermissionsEdit": True,
        },
    )
    describe = next(
        field for field in org.visible_fields(admin, "Lead") if field["name"] == "mkto71_Lead_Score__c"
    )
    assert (describe["type"], describe["precision"], describe["scale"], describe["custom"]) == (
        "double",
        10,
        0,
        True,
    )
    lead = org.query(admin, "SELECT Id, mkto71_Lead_Score__c FROM Lead LIMIT 1").rows[0]
    assert lead["mkto71_Lead_Score__c"] is None
    org.update(admin, "Lead", lead["Id"], {"mkto71_Lead_Score__c": 7})
    assert org.query(admin, "SELECT COUNT() FROM Lead WHERE mkto71_Lead_Score__c = 7").total == 1


@pytest.mark.parametrize(
    ("full_name", "metadata", "code"),
    [
        ("Lead.Region__c", TEXT, "DUPLICATE_DEVELOPER_NAME"),
        ("Lead.New", TEXT, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.New__x__c", {"type": "Text", "length": 5}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.New__c", {"type": "Text", "length": 5}, "REQUIRED_FIELD_MISSING"),
        ("Lead.New__c", {"label": "New", "type": "Words"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.New__c", {"label": "New", "type": "Text"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Lead.New__c", {"label": "New", "type": "Text", "length": 256}, "FIELD_INTEGRITY_EXCEPTION"),
        (
            "Lead.New__c",
            {"label": "New", "type": "Number", "precision": 19, "scale": 0},
            "FIELD_INTEGRITY_EXCEPTION",
        ),
        (
            "Lead.New__c",
            {"label": "New", "type": "Number", "precision": 5, "scale": 6},
            "FIELD_INTEGRITY_EXCEPTION",
        ),
        ("Nope.New__c", TEXT, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_a_bad_field_is_refused(
    org: Org, admin: str, full_name: str, metadata: dict[str, Any], code: str
) -> None:
    """Each way to ask for an impossible field has its code, and no field is made."""
    before = org.tooling_query(admin, "SELECT COUNT() FROM CustomField").total
    with pytest.raises(OrgFault, match=code):
        org.create_custom_field(admin, full_name, metadata)
    assert org.tooling_query(admin, "SELECT COUNT() FROM CustomField").total == before


def test_making_fields_needs_customize_application(org: Org) -> None:
    """A user without that permission is refused."""
    with pytest.raises(OrgFault) as refused:
        org.create_custom_field(org.user_id("sofia.rossi@acme.example"), "Lead.New__c", TEXT)
    assert (refused.value.status, refused.value.code) == (403, "INSUFFICIENT_ACCESS")


def test_metadata_is_told_one_field_at_a_time(org: Org, admin: str) -> None:
    """FullName and Metadata come with a single row, and more rows are refused."""
    row = org.tooling_query(
        admin,
        "SELECT FullName, Metadata FROM CustomField "
        "WHERE TableEnumOrId = 'Lead' AND DeveloperName = 'Fit_Score'",
    ).rows[0]
    assert row["FullName"] == "Lead.Fit_Score__c"
    assert (row["Metadata"]["type"], row["Metadata"]["precision"]) == ("Number", 5)
    with pytest.raises(OrgFault, match="no more than one row"):
        org.tooling_query(admin, "SELECT Metadata FROM CustomField")


def test_a_field_can_be_changed_and_deleted(org: Org, admin: str) -> None:
    """A new label shows in the describe; a deleted field takes its values and permissions with it."""
    field = org.read_custom_field(admin, "Lead.Region__c")
    org.update_custom_field(admin, field.id[:15], {**field.metadata, "label": "Sales Region"})
    assert (
        next(field for field in org.visible_fields(admin, "Lead") if field["name"] == "Region__c")["label"]
        == "Sales Region"
    )
    org.delete_custom_field(admin, "Lead.Region__c")
    assert org.query(admin, "SELECT COUNT() FROM FieldPermissions WHERE Field = 'Lead.Region__c'").total == 0
    with pytest.raises(OrgFault, match="NOT_FOUND"):
        org.read_custom_field(admin, field.id)
    org.create_custom_field(admin, "Lead.Region__c", TEXT)


def test_the_catalog_knows_a_field_by_its_durable_id(org: Org, admin: str) -> None:
    """EntityParticle and FieldDefinition carry type, size and the id of the custom field."""
    field = org.read_custom_field(admin, "Lead.Customer_Number__c")
    where = "WHERE EntityDefinition.QualifiedApiName = 'Lead' AND QualifiedApiName = 'Customer_Number__c'"
    particle = org.query(
        admin, f"SELECT DurableId, DataType, Length, IsPermissionable FROM EntityParticle {where}"
    )
    assert particle.rows[0]["DurableId"] == f"Lead.{field.id[:15]}"
    assert (particle.rows[0]["DataType"], particle.rows[0]["Length"]) == ("string", 20)
    definition = org.query(admin, f"SELECT DataType FROM FieldDefinition {where}")
    assert definition.rows[0]["DataType"] == "Text(20)"


def test_lead_mappings_take_custom_fields_that_fit(org: Org, admin: str) -> None:
    """A mapping leads from a custom field of Lead to one of the same type, or nothing changes."""
    fitting = [("Region__c", "Contact", "Region__c"), ("Newsletter__c", "Contact", "Newsletter__c")]
    org.update_lead_convert_settings(admin, fitting)
    for wrong in (
        ("Email", "Contact", "Region__c"),
        ("Region__c", "Contact", "Newsletter__c"),
        ("Region__c", "Case", "X__c"),
        ("Nope__c", "Contact", "Region__c"),
        ("Region__c", "Contact", "Preferred_Language__c"),
    ):
        with pytest.raises(OrgFault, match="FIELD_INTEGRITY_EXCEPTION"):
            org.update_lead_convert_settings(admin, [*fitting, wrong])
    assert org.lead_convert_settings(admin) == fitting
    org.delete_custom_field(admin, "Contact.Newsletter__c")
    assert org.lead_convert_settings(admin) == fitting[:1]


@pytest.mark.parametrize(
    "declared",
    load_world("clean").custom_fields,
    ids=lambda field: f"{field.object_name}.{field.name}",
)
def test_metadata_survives_the_describe(declared: Any) -> None:
    """A field known by its describe alone has metadata of the same type and size."""
    metadata = metadata_of(describe_custom_field(declared.name, declared.metadata))
    assert metadata["type"] == declared.metadata["type"]
    if "formula" not in metadata:
        check_metadata(declared.name, {"visibleLines": 3, "defaultValue": "false"} | metadata)
        for key in ("length", "precision", "scale"):
            assert metadata.get(key) == declared.metadata.get(key)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"summaryOperation": "sum"}, "summaryOperation"),
        ({"lable": "typing error"}, "lable"),
        ({"valueSet": {"controllingField": "Country"}}, "controllingField"),
        ({"valueSet": {"valueSetDefinition": {"value": [{"fullName": "a", "color": "red"}]}}}, "color"),
    ],
)
def test_a_key_that_nobody_reads_is_refused(org: Org, admin: str, more: dict[str, Any], key: str) -> None:
    """What would make another field of it, or is no key at all, does not pass in silence."""
    with pytest.raises(OrgFault, match=f"does not imitate {key} of a custom field"):
        org.create_custom_field(admin, "Lead.Strict_Keys__c", {**SCORE, **more})
    assert org.catalog["Lead"].find("Strict_Keys__c") is None
