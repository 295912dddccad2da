"""A folder of describes as the schema of the org."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import LoginHost, Org
from runbook_lib.rehearsal.org.faults import SchemaFault
from runbook_lib.rehearsal.world import load_world

RECORDED = Path(__file__).parents[5] / "shared" / "data" / "describes"
LEAD = {
    "name": "Lead",
    "label": "Lead",
    "fields": [
        {"name": "Id", "type": "id"},
        {"name": "LastName", "type": "string", "length": 80, "nillable": False},
        {
            "name": "Shoe_Size__c",
            "type": "double",
            "precision": 3,
            "scale": 1,
            "custom": True,
            "label": "Shoe Size",
        },
    ],
}


def write(folder: Path, **files: Any) -> Path:
    """Files with these contents: text as it is, everything else as JSON."""
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def open_org(folder: Path, people: int = 50) -> Org:
    """World clean on that schema."""
    return Org(load_world("clean"), Clock(), people=people, schema_folder=folder)


def test_the_objects_of_the_folder_are_the_orgs(tmp_path: Path) -> None:
    """A describe replaces the built-in object; what nothing works without is added, and said so."""
    org = open_org(write(tmp_path, lead=LEAD))
    admin = org.user_id(org.world.admin_username)
    names = {field["name"] for field in org.visible_fields(admin, "Lead")}
    assert {"Id", "LastName", "Shoe_Size__c", "Email", "SystemModstamp", "OwnerId"} <= names
    assert not {"Region__c", "Phone", "Jigsaw"} & names
    assert len(org.notices) == 1 and "Email" in org.notices[0]
    assert org.query(admin, "SELECT COUNT() FROM Lead").total == 30
    assert org.read_custom_field(admin, "Lead.Shoe_Size__c").metadata["precision"] == 3
    assert "Region__c" not in {field["name"] for field in org.visible_fields(admin, "Contact")}
    org.database.close()


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    """A global describe and files that are not JSON are no part of the schema."""
    (tmp_path / "README.md").write_text("not JSON", encoding="utf-8")
    org = open_org(write(tmp_path, everything={"encoding": "UTF-8", "sobjects": []}, lead=LEAD), people=0)
    assert len(org.catalog["Lead"].fields) < 40
    org.database.close()


def test_of_two_describes_the_fuller_is_used(tmp_path: Path) -> None:
    """Two files of one object: the one with more fields, with a notice that names both."""
    fuller = LEAD | {"fields": [*LEAD["fields"], {"name": "More__c", "type": "string"}]}
    org = open_org(write(tmp_path, a=fuller, b=LEAD), people=0)
    assert org.catalog["Lead"].find("More__c")
    assert any("a.json and b.json" in notice for notice in org.notices)
    org.database.close()


def test_an_organization_record_names_the_org(tmp_path: Path) -> None:
    """The org takes name, id and kind from the record; its users stay those of the world."""
    record = {
        "attributes": {"type": "Organization"},
        "Id": "00D0x0000000001",
        "Name": "Umbrella",
        "IsSandbox": True,
        "OrganizationType": "Developer Edition",
    }
    org = open_org(write(tmp_path, org=record), people=0)
    assert (org.organization["Name"], org.is_sandbox, org.org_id[:15]) == (
        "Umbrella",
        True,
        "00D0x0000000001",
    )
    declared = org.world.organization
    assert (declared.name, declared.is_sandbox, declared.edition) == ("Umbrella", True, "Developer Edition")
    assert org.my_domain == "acme--rehearsal"
    admin = org.world.admin
    org.log_in(admin.username, admin.password + admin.security_token, LoginHost.SANDBOX, 59.0, "127.0.0.1")
    org.database.close()


def test_objects_of_setup_stay(tmp_path: Path) -> None:
    """A describe of a setup object is passed over with a notice, so that permissions keep working."""
    org = open_org(
        write(tmp_path, p={"name": "Profile", "fields": [{"name": "Id", "type": "id"}]}, lead=LEAD), people=0
    )
    assert org.catalog["Profile"].find("PermissionsApiEnabled")
    assert any("Profile stays" in notice for notice in org.notices)
    org.database.close()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("{", "file"),
        ([], "file"),
        ({}, "name"),
        ({"name": "Lead"}, "fields"),
        ({"name": "Lead", "fields": []}, "fields"),
        ({"name": "Lead", "fields": ["Id"]}, "fields[0]"),
        ({"name": "Lead", "fields": [{"name": "Id", "type": "id"}, {"name": "X"}]}, "fields[1].type"),
        ({"name": "Lead", "fields": [{"name": "X", "type": "string", "length": "80"}]}, "fields[0].length"),
        (
            {"name": "Lead", "fields": [{"name": "X", "type": "string", "nillable": None}]},
            "fields[0].nillable",
        ),
        ("[" * 100_000, "file"),
        ({"name": "Lead; DROP TABLE x", "fields": [{"name": "Id", "type": "id"}]}, "name"),
        ({"name": "Lead", "label": 5, "fields": [{"name": "Id", "type": "id"}]}, "label"),
        ({"name": "Lead", "fields": [{"name": "X y", "type": "string"}]}, "fields[0].name"),
        ({"name": "Lead", "fields": [{"name": "X", "type": "hologram"}]}, "fields[0].type"),
        ({"name": "Lead", "fields": [{"name": "X", "type": "string", "length": -5}]}, "fields[0].length"),
        ({"name": "Lead", "fields": [{"name": "X", "type": "string", "label": 5}]}, "fields[0].label"),
        (
            {"name": "Lead", "fields": [{"name": "X", "type": "picklist", "picklistValues": [1, "a", None]}]},
            "fields[0].picklistValues[0]",
        ),
        (
            {"name": "Lead", "fields": [{"name": "X", "type": "reference", "referenceTo": [None]}]},
            "fields[0].referenceTo[0]",
        ),
    ],
)
def test_a_file_that_is_no_describe_is_named(tmp_path: Path, content: Any, key: str) -> None:
    """The fault names the file and the key that is wrong."""
    with pytest.raises(SchemaFault) as fault:
        open_org(write(tmp_path, wrong=content))
    assert (fault.value.file, fault.value.key) == ("wrong.json", key)
    assert fault.value.what


def test_an_empty_folder_is_no_schema(tmp_path: Path) -> None:
    """A folder without a describe, or no folder at all, is a fault."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SchemaFault, match="folder"):
            open_org(folder)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded describes are not beside this checkout")
def test_recorded_describes_make_an_org() -> None:
    """The recorded describes of a real org are a schema: an Account of 250 fields, filled with people."""
    org = open_org(RECORDED, people=400)
    admin = org.user_id(org.world.admin_username)
    account = org.describe(admin, "Account")
    recorded = json.loads(
        (RECORDED / "cumulusci_Account_PersonAccount.describe.json").read_text(encoding="utf-8")
    )
    assert len(recorded["fields"]) == 250
    ours = {field["name"]: field for field in account["fields"]}
    for field in recorded["fields"]:
        for key in (
            "type",
            "length",
            "precision",
            "scale",
            "permissionable",
            "nillable",
            "custom",
            "calculated",
        ):
            assert ours[field["name"]][key] == field[key], (field["name"], key)
    counts = org.query(
        admin, "SELECT COUNT(Id) n, COUNT(Name) names, COUNT(OwnerId) owners FROM Account"
    ).rows[0]
    assert counts["n"] == counts["names"] == counts["owners"] == 53
    assert org.organization["Name"] == "CumulusCI - Dev Workspace"
    assert any("Account_PersonAccount" in notice for notice in org.notices)
    assert org.query(admin, "SELECT COUNT() FROM Custom__c").total > 0
    org.database.close()


def test_describes_as_command_lines_and_windows_save_them(tmp_path: Path) -> None:
    """Wrapped by a command-line client, in a list, in UTF-16 with its mark: each is the describe in it."""
    (tmp_path / "a").mkdir()
    wrapped = open_org(write(tmp_path / "a", lead={"status": 0, "result": LEAD, "warnings": []}), people=0)
    (tmp_path / "b").mkdir()
    listed = open_org(write(tmp_path / "b", all=[LEAD, {**LEAD, "name": "Contact"}]), people=0)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "Lead.json").write_bytes(
        json.dumps(LEAD, indent=1).replace("\n", "\r\n").encode("utf-16")
    )
    saved = open_org(tmp_path / "c", people=0)
    for org in (wrapped, listed, saved):
        assert org.catalog["Lead"].find("Shoe_Size__c")
        org.database.close()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"status": 1, "name": "NOT_FOUND", "message": "No such object"}, "No such object"),
        ({"status": 0, "result": "x"}, "JSON object"),
        ([1, 2], "JSON object"),
        ({"sobjects": [{"name": "Lead"}]}, "no describe file"),
    ],
)
def test_what_holds_no_describe_is_told(tmp_path: Path, content: Any, told: str) -> None:
    """A command that failed, another shape, and a list of objects without their fields."""
    with pytest.raises(SchemaFault, match=told):
        open_org(write(tmp_path, lead=content), people=0)


def test_an_address_whose_parts_are_not_named_is_found_by_name(tmp_path: Path) -> None:
    """What an editor trimmed can be counted all the same; an address without any part is left out."""
    parts = [{"name": name, "type": "string"} for name in ("Street", "City", "Office__Street__s")]
    wholes = [{"name": name, "type": "address"} for name in ("Address", "Office__c", "Lost__c")]
    fields = [*LEAD["fields"], *parts, *wholes]
    org = open_org(write(tmp_path, lead=LEAD | {"fields": fields}))
    admin = org.user_id(org.world.admin_username)
    for whole in ("Address", "Office__c"):
        assert org.query(admin, f"SELECT COUNT() FROM Lead WHERE {whole} != null").total >= 0
    assert org.catalog["Lead"].find("Lost__c") is None
    assert any("Lost__c left out of Lead" in notice for notice in org.notices)
    org.database.close()


def test_any_number_of_objects_without_a_key_prefix(tmp_path: Path) -> None:
    """Each gets a prefix that nobody else has, given or built in, as often as the world is made anew."""
    given = {"name": "Given__c", "keyPrefix": "a00", "fields": LEAD["fields"]}
    extra = [{"name": f"X{n}__History", "keyPrefix": None, "fields": LEAD["fields"]} for n in range(150)]
    write(tmp_path, all=[given, *extra])
    for _ in range(3):
        org = open_org(tmp_path, people=0)
        prefixes = [sobject.key_prefix for sobject in org.catalog if sobject.kind == "table"]
        assert len(prefixes) == len(set(prefixes))
        assert org.catalog["Given__c"].key_prefix == "a00"
        org.database.close()


def test_two_objects_that_claim_one_key_prefix_get_their_own(tmp_path: Path) -> None:
    """Ids of two objects are never mixed up, whatever a copied file says."""
    rows = [{"name": name, "keyPrefix": "a0X", "fields": LEAD["fields"]} for name in ("A__c", "B__c")]
    org = open_org(write(tmp_path, all=rows), people=0)
    assert org.catalog["A__c"].key_prefix != org.catalog["B__c"].key_prefix
    org.database.close()
