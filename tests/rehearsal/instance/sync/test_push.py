"""What Marketo changes goes back to Salesforce: accepted by the org's rules, or told in Sync Errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.declarations import ChangeDeclaration, SetupDeclaration
from runbook_lib.rehearsal.instance import Credentials, Instance
from runbook_lib.rehearsal.instance.sync.log import ERROR_COLUMNS, STATUS_COLUMNS
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.controls import turn_rule
from runbook_lib.rehearsal.world import World

RULE = SetupDeclaration(
    "ValidationRule",
    {
        "ValidationName": "Phone_needed", "Active": True, "EntityDefinitionId": "Lead",
        "ErrorMessage": "Enter a phone number.",
    },
    {"errorConditionFormula": "ISBLANK(Phone)"},
)  # fmt: skip
SAME = SetupDeclaration(
    "DuplicateRule",
    {"DeveloperName": "Same", "MasterLabel": "Same", "SobjectType": "Lead", "IsActive": True},
    {"matches": {"Lead": ["Email"]}},
)
NO_PHONE = {"kind": "data value", "object": "Lead", "set": {"Phone": ""}}


def _linked(world: World) -> Instance:
    """An instance after its initial sync, with the rules of `world`."""
    org = Org(world, Clock(), people=60)
    org.database.sql('UPDATE org."Lead" SET "Phone" = \'1\', "Email" = lower("Id") || \'@acme.example\'')
    instance = Instance(world, org, org.clock, pace=0)
    user = world.sync_user
    instance.crm.enter_credentials(Credentials(user.username, user.password + user.security_token, False))
    instance.crm.sync_fields()
    instance.crm.confirm_credentials()
    instance.crm.start_sync()
    instance.catch_up()
    return instance


@pytest.fixture(scope="module")
def instance(ready_world: World) -> Iterator[Instance]:
    """Shared: each test changes people of its own, and looks at the cycle after that. The world itself lets a
    score and a field that nobody has change."""
    changes = (
        ChangeDeclaration("score", "Lead", set={"Title": "Head"}, skip=20),
        ChangeDeclaration("form", "Lead", set={"Nobody_has_it__c": 1}),
    )
    marketo = replace(ready_world.marketo, changes=changes)
    instance = _linked(replace(ready_world, setup=(RULE, SAME), marketo=marketo))
    instance.database.sql('UPDATE org."Lead" SET "Phone" = \'1\', "Email" = lower("Id") || \'@acme.example\'')
    yield instance
    instance.stop()


def _cycle(instance: Instance) -> tuple[dict[str, dict[str, str]], list[dict[str, str]]]:
    """After one more cycle: its pushes by object, and what it was refused."""
    instance.database.sql("DELETE FROM marketo.sync_error")
    instance.database.sql("DELETE FROM marketo.sync_status")
    instance.clock.forward(301)
    instance.catch_up()
    log = instance.crm.sync.log
    rows = [dict(zip(STATUS_COLUMNS, row, strict=True)) for row in log.status_rows()]
    errors = [dict(zip(ERROR_COLUMNS, row, strict=True)) for row in log.error_rows()]
    return {row["Object"]: row for row in rows if row["Operation"] == "Push updates"}, errors


def _make(instance: Instance, **words: Any) -> None:
    assert instance.changes.make(ChangeDeclaration(**words))


def _org_row(instance: Instance, person: str, *columns: str, table: str = "Lead") -> tuple[Any, ...]:
    names = ", ".join(f's."{column}"' for column in columns)
    return instance.database.sql(
        f'SELECT {names} FROM org."{table}" AS s JOIN marketo.person AS p ON p."sfdcId" = s."Id"'
        " WHERE p.id = ?",
        (int(person),),
    )[0]


def _first(instance: Instance, table: str = "Lead", skip: int = 0) -> str:
    found = 'SELECT id FROM marketo.person WHERE "sfdcType" = ? ORDER BY id LIMIT 1 OFFSET ?'
    return str(instance.database.sql(found, (table, skip))[0][0])


def test_what_the_world_declares_happens_once_after_the_first_sync(instance: Instance) -> None:
    """Nothing is pushed by the initial sync; the next cycle pushes what the world declares, and the record
    says who wrote it; the cycle after that pushes nothing, and pulls nothing back as a change of Marketo."""
    changed = _first(instance, skip=20)
    assert _org_row(instance, changed, "Title") != ("Head",)
    before = instance.clock.now().replace(tzinfo=None)
    pushed, errors = _cycle(instance)
    user = instance.database.sql(
        'SELECT "Id" FROM org."User" WHERE "Username" = ?', (instance.crm.username,)
    )[0][0]
    assert (pushed["Person (Lead)"]["Updated"], errors) == ("1", [])
    title, who, when = _org_row(instance, changed, "Title", "LastModifiedById", "SystemModstamp")
    assert (title, who) == ("Head", user) and when > before
    assert _cycle(instance) == ({}, [])


def test_a_rule_refuses_and_sync_errors_tells(instance: Instance) -> None:
    """The refused push is a row with both ids in Marketo's words; Sync Status counts it; the org stays as it
    was; it is sent again when the person changes again, and passes once the rule is off."""
    _make(instance, **NO_PHONE, people=2)
    pushed, errors = _cycle(instance)
    assert (pushed["Person (Lead)"]["Status"], pushed["Person (Lead)"]["Failed Item"]) == ("Incomplete", "2")
    told = "FIELD_CUSTOM_VALIDATION_EXCEPTION: Enter a phone number."
    assert {row["Error Details"] for row in errors} == {f"Failed to update SFDC {{{told}}}"}
    assert {row["SFDC Message"] for row in errors} == {told} and len(errors) == 2
    assert _org_row(instance, errors[0]["Marketo Id"], "Id", "Phone") == (errors[0]["SFDC Id"], "1")
    assert _cycle(instance) == ({}, [])
    org = instance.crm._org
    turn_rule(org, {"rule": "Phone_needed", "active": False})
    _make(instance, kind="form", object="Lead", set={"Title": "Dr"}, people=2)
    instance.database.sql("INSERT INTO marketo.changed SELECT person_id, 'phone' FROM marketo.changed")
    pushed, errors = _cycle(instance)
    assert (pushed["Person (Lead)"]["Updated"], errors) == ("2", [])
    assert _org_row(instance, _first(instance), "Phone", "Title") == (None, "Dr")
    turn_rule(org, {"rule": "Phone_needed", "active": True})


def test_salesforce_refuses_each_in_its_own_words(instance: Instance) -> None:
    """Lengths, restricted picklists, required fields, addresses and duplicates; others of the batch pass."""
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"set": {"Title": "x" * 129}}, "STRING_TOO_LONG: Title: data value too large: xxx"),
        ({"set": {"Region__c": "Mars"}},
         "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Region: bad value for restricted picklist field: Mars"),
        ({"set": {"LastName": ""}}, "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]"),
        ({"set": {"Email": "nobody"}}, "INVALID_EMAIL_ADDRESS: Email: invalid email address: nobody"),
        ({"copy": ("Email",)}, "DUPLICATES_DETECTED: Use one of these records?"),
    )  # fmt: skip
    for place, (change, _) in enumerate(cases):
        _make(instance, kind="form", object="Lead", skip=4 + place, **change)
    _make(instance, kind="form", object="Lead", skip=3, set={"City": "Elsewhere"})
    pushed, errors = _cycle(instance)
    told = [row["SFDC Message"] for row in sorted(errors, key=lambda row: int(row["Marketo Id"]))]
    assert [text[: len(wanted)] for text, (_, wanted) in zip(told, cases, strict=True)] == [
        wanted for _, wanted in cases
    ]
    assert (pushed["Person (Lead)"]["Updated"], pushed["Person (Lead)"]["Failed Item"]) == ("1", "5")


def test_what_is_closed_to_the_sync_user_is_refused(instance: Instance) -> None:
    """A field that they may only read, a record of somebody else that View All shows, one that is gone."""
    org = instance.crm._org
    grant = 'UPDATE org."FieldPermissions" SET "PermissionsEdit" = {} WHERE "Field" = \'Lead.Title\''
    share = 'UPDATE org."Organization" SET "DefaultLeadAccess" = \'{}\''
    _make(instance, kind="form", object="Lead", skip=10, set={"Title": "Prof"})
    _make(instance, kind="form", object="Lead", skip=11, set={"City": "Elsewhere"})
    (gone,) = _org_row(instance, _first(instance, skip=11), "Id")
    org.database.sql(grant.format("FALSE"))
    org.database.sql('UPDATE org."Lead" SET "IsDeleted" = TRUE WHERE "Id" = ?', (gone,))
    told = sorted(row["SFDC Message"] for row in _cycle(instance)[1])
    assert told[0] == "ENTITY_IS_DELETED: entity is deleted"
    assert told[1].startswith("INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Title. ")
    org.database.sql(grant.format("TRUE"))
    org.database.sql(share.format("Read"))
    _make(instance, kind="form", object="Lead", skip=12, set={"Title": "Prof"})
    closed = "INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id"
    assert [row["SFDC Message"] for row in _cycle(instance)[1]] == [closed]
    org.database.sql(share.format("ReadEditTransfer"))


def test_marketo_wins_for_a_lead_and_salesforce_for_a_contact(instance: Instance) -> None:
    """Both changed the same field between two cycles."""
    org = instance.crm._org
    now = {}
    for table in ("Lead", "Contact"):
        _make(instance, kind="form", object=table, skip=13, set={"Title": "Marketo's"})
        person = _first(instance, table, 13)
        (record,) = _org_row(instance, person, "Id", table=table)
        org.update(org.user_id("admin@acme.example"), table, record, {"Title": "Salesforce's"})
        now[table] = person
    pushed, errors = _cycle(instance)
    assert set(pushed) == {"Person (Lead)"} and not errors
    for table, title in (("Lead", "Marketo's"), ("Contact", "Salesforce's")):
        assert _org_row(instance, now[table], "Title", table=table) == (title,)
        assert instance.database.sql("SELECT title FROM marketo.person WHERE id = ?", (int(now[table]),)) == [
            (title,)
        ]
