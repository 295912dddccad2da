"""Validation and duplicate rules that a world declares: enforced on every write, or refused at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.declarations import SetupDeclaration
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.controls import turn_rule
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.writes.formula_meaning import FormulaContext
from runbook_lib.rehearsal.org.writes.formula_reading import FormulaFault, read_formula
from runbook_lib.rehearsal.org.writes.refusals import RuleFault
from runbook_lib.rehearsal.world import load_world, world_of

LEAD = {"LastName": "Curie", "Company": "Institut", "Email": "marie@institut.example", "Phone": "1"}
PHONE = 'AND(ISBLANK(Phone), NOT($User.Username = "admin@acme.example"))'


def rule(formula: str, name: str = "Phone_needed") -> SetupDeclaration:
    """An active validation rule on Lead."""
    row = {
        "ValidationName": name, "Active": True, "EntityDefinitionId": "Lead", "ErrorDisplayField": "Phone",
        "ErrorMessage": "Enter a phone number.",
    }  # fmt: skip
    return SetupDeclaration("ValidationRule", row, {"errorConditionFormula": formula})


def duplicate_rule(**metadata: Any) -> SetupDeclaration:
    """An active duplicate rule on Lead."""
    row = {"DeveloperName": "Same", "MasterLabel": "Same", "SobjectType": "Lead", "IsActive": True}
    return SetupDeclaration("DuplicateRule", row, {"matches": {"Lead": ["Email"]}} | metadata)


def org_with(*setup: SetupDeclaration) -> Org:
    """World clean with these rules and nobody in it."""
    return Org(replace(load_world("clean"), setup=setup), Clock(), people=0)


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """An org with both kinds of rules; the admin is exempt from the first."""
    org = org_with(rule(PHONE), duplicate_rule())
    yield org
    org.database.close()


def refused(org: Org, username: str, values: Mapping[str, Any], lead: str = "") -> tuple[str, str] | None:
    """Code and text with which a user's write is refused."""
    user = org.user_id(username)
    try:
        org.update(user, "Lead", lead, values) if lead else org.create(user, "Lead", values)
    except OrgFault as fault:
        return fault.code, fault.message
    return None


def test_a_rule_refuses_with_its_own_text(org: Org) -> None:
    """On create and on update, by the rule's text; not whom the formula exempts, nor switched off."""
    seller, admin = "sofia.rossi@acme.example", "admin@acme.example"
    told = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Enter a phone number.")
    bare = {"LastName": "Bare", "Company": "x"}
    assert refused(org, seller, bare) == told
    assert refused(org, admin, bare) is None
    lead = org.create(org.user_id(seller), "Lead", {**bare, "Phone": "1"})
    assert refused(org, seller, {"Phone": ""}, lead) == told
    turn_rule(org, {"rule": "Phone_needed", "active": False})
    assert refused(org, seller, bare) is None
    turn_rule(org, {"rule": "Phone_needed", "active": True})
    with pytest.raises(ValueError, match="Phone_needed"):
        turn_rule(org, {"rule": "Fax_needed", "active": True})


def test_a_duplicate_is_refused_even_where_people_are_only_warned(org: Org) -> None:
    """By the address, whatever its case; a record is no duplicate of itself; an update of something else
    passes."""
    admin = org.world.admin_username
    told = ("DUPLICATES_DETECTED", "Use one of these records?")
    lead = org.create(org.user_id(admin), "Lead", LEAD)
    assert refused(org, admin, LEAD | {"Email": "Marie@Institut.example"}) == told
    assert refused(org, admin, {"Title": "Dr", "Email": LEAD["Email"]}, lead) is None
    other = org.create(org.user_id(admin), "Lead", LEAD | {"Email": "pierre@institut.example"})
    assert refused(org, admin, {"Email": LEAD["Email"]}, other) == told
    turn_rule(org, {"rule": "Same", "active": False})
    assert refused(org, admin, {"Email": LEAD["Email"]}, other) is None
    turn_rule(org, {"rule": "Same", "active": True})
    assert refused(org, admin, {"Title": "Dr"}, other) is None


@pytest.mark.parametrize(
    ("formula", "holds"),
    [
        ("ISBLANK(Phone)", False),
        ('Phone = "1" && NOT(ISNEW())', True),
        ('Phone <> "1" || ISCHANGED(Phone)', True),
        ('PRIORVALUE(Phone) = "0"', True),
        ('ISPICKVAL(Status, "Open - Not Contacted")', True),
        ('TEXT(Status) = "Closed"', False),
        ("NumberOfEmployees >= 51", False),
        ("NumberOfEmployees <= 50", True),
        ("AnnualRevenue > 1", False),
        ('!DoNotCall && FirstName = ""', True),
        ("CONTAINS(LastName, \"ur\") && LEN(LastName) = 5", True),
        ('BEGINS(LOWER(LastName), "c")', True),
        ('OR(FALSE, AND(TRUE, IsConverted = FALSE))', True),
        ('$Profile.Name = "System Administrator"', True),
    ],
)  # fmt: skip
def test_what_a_formula_means(org: Org, formula: str, holds: bool) -> None:
    """Blank texts, picklists, numbers and what was before; a comparison with an empty number is not true."""
    asking = FormulaContext(org.catalog, org.catalog["Lead"], org.user_id(org.world.admin_username))
    new = (
        "SELECT 'x' AS \"Id\", '1' AS \"Phone\", 'Open - Not Contacted' AS \"Status\", 50 AS "
        '"NumberOfEmployees", NULL::DOUBLE AS "AnnualRevenue", NULL::BOOLEAN AS "DoNotCall", '
        'NULL::VARCHAR AS "FirstName", \'Curie\' AS "LastName", FALSE AS "IsConverted"'
    )
    old = "SELECT 'x' AS \"Id\", '0' AS \"Phone\""
    condition = asking.condition(read_formula(formula))
    assert org.database.sql(f"SELECT {condition} FROM ({new}) AS n, ({old}) AS o") == [(holds,)]


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("", "the end"),
        ("ISBLANK(Phone", "','"),
        ("ISBLANK(Fone)", "no field Fone"),
        ("ISBLANK(Phone, Fax)", "takes 1"),
        ('Status = "Open"', "ISPICKVAL"),
        ('NumberOfEmployees = "5"', "compared"),
        ("Phone", "boolean"),
        ("REGEX(Phone, \"x\")", "REGEX"),
        ("Account.Name = \"x\"", "Account.Name"),
        ("Fit_Score__c + 1 > 2", "not imitated"),
        ("ISBLANK(Days_Since_Created__c)", "Days_Since_Created__c"),
        ("$Permission.Free", "Permission"),
        ("TRUE TRUE", "TRUE"),
    ],
)  # fmt: skip
def test_what_cannot_be_evaluated_is_refused(org: Org, formula: str, why: str) -> None:
    """A formula outside of the small language is an error that says what is wrong, never a pass."""
    with pytest.raises(FormulaFault) as fault:
        FormulaContext(org.catalog, org.catalog["Lead"], "").condition(read_formula(formula))
    assert why in str(fault.value)


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (rule("VLOOKUP(Phone)"), "VLOOKUP"),
        (replace(rule("TRUE"), metadata={"formula": "TRUE"}), "unknown key formula"),
        (duplicate_rule(matches={"Lead": ["Emails"]}), "Emails"),
        (duplicate_rule(actionOnInsert="Forbid"), "Forbid"),
        (duplicate_rule(operationsOnUpdate=["Shout"]), "Shout"),
        (duplicate_rule(fuzzy=True), "fuzzy"),
    ],
)
def test_a_world_with_a_rule_that_cannot_be_imitated_does_not_start(
    declared: SetupDeclaration, why: str
) -> None:
    """Nothing would ever be refused by such a rule: the world is refused instead, with the rule's name."""
    with pytest.raises(RuleFault, match="(Phone_needed|Same): cannot be imitated") as fault:
        org_with(declared)
    assert why in str(fault.value)


def test_a_rule_made_by_hand_without_a_formula_is_not_passed_over(org: Org) -> None:
    """A rule in the tables that nobody declared answers 501: the rehearsal does not know what it says."""
    org.database.sql('UPDATE org."ValidationRule" SET "ValidationName" = \'Nobody_s\'')
    try:
        assert refused(org, "admin@acme.example", LEAD) == (
            "NOT_IMPLEMENTED_BY_THE_REHEARSAL",
            "The rehearsal does not imitate the validation rule Nobody_s: nobody declared its formula.",
        )
    finally:
        org.database.sql('UPDATE org."ValidationRule" SET "ValidationName" = \'Phone_needed\'')


def test_the_example_of_the_page_is_a_world() -> None:
    """What docs/rehearsal.md shows can be declared as it stands there."""
    page = (Path(__file__).parents[4] / "docs/rehearsal.md").read_text("utf-8")
    declared = tomllib.loads(page.split("```toml")[1].split("```")[0])
    world = world_of({"like": "clean", "name": "example", **declared})
    assert world.marketo.changes[0].people == 5 and world.marketo.munchkin_id
    org = Org(world, Clock(), people=0)
    assert refused(org, "admin@acme.example", {"LastName": "Bare", "Company": "x"}) == (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Enter a phone number.",
    )
    org.database.close()
