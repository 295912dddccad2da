"""What the real SOQL refuses, the rehearsal refuses; what it only does not imitate, it says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import NOT_IMITATED, OrgFault
from runbook_lib.rehearsal.org.soql.parser import parse
from runbook_lib.rehearsal.org.soql.restrictions import check_one_batch
from runbook_lib.rehearsal.world import load_world

SETS = "SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = 'x'"
OPEN = "SELECT AccountId FROM Opportunity WHERE IsClosed = false"


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """World clean with a few people."""
    org = Org(load_world("clean"), Clock(), people=60)
    yield org
    org.database.close()


def refusal(org: Org, soql: str, *, tooling: bool = False) -> OrgFault:
    """The refusal of the administrator's query."""
    ask = org.tooling_query if tooling else org.query
    with pytest.raises(OrgFault) as refused:
        ask(org.user_id(org.world.admin_username), soql)
    return refused.value


@pytest.mark.parametrize(
    ("soql", "text"),
    [
        (
            f"SELECT Assignee.Name FROM PermissionSetAssignment WHERE PermissionSetId IN ({SETS})",
            "The inner and outer selects should not be on the same object type",
        ),
        (
            f"SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE AccountId IN ({OPEN}))",
            "Nesting of semi join sub-selects is not supported",
        ),
        (
            f"SELECT Id FROM Account WHERE Name = 'a' OR Id IN ({OPEN})",
            "Semi join sub-selects are not allowed with the 'OR' operator",
        ),
        (
            f"SELECT Id FROM Account WHERE Name = 'a' AND (Name = 'b' OR Id IN ({OPEN}))",
            "Semi join sub-selects are only allowed at the top level WHERE expressions",
        ),
        (f"SELECT Id FROM Account WHERE NOT (Id IN ({OPEN}))", "use NOT IN"),
        (
            f"SELECT Id FROM Account WHERE Id IN ({OPEN}) AND Id NOT IN ({OPEN}) AND ParentId IN ({OPEN})",
            "Maximum 2 semi join sub-selects are allowed",
        ),
        (f"SELECT Id FROM Account WHERE Id IN ({OPEN} LIMIT 5)", "takes no GROUP BY, ORDER BY, LIMIT"),
        (f"SELECT Id FROM Account WHERE Id IN ({OPEN} ORDER BY Name)", "takes no GROUP BY, ORDER BY"),
        (f"SELECT Id FROM Contact WHERE Account.Id IN ({OPEN})", "cannot use relationships"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT Contact.AccountId FROM OpportunityContactRole)",
            "inner select field cannot have more than one level of relationships",
        ),
        (
            "SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Task)",
            "Entity 'Task' is not supported for semi join inner selects",
        ),
        (
            "SELECT Id FROM User WHERE Id IN (SELECT UserId FROM LoginHistory)",
            "Entity 'LoginHistory' is not supported for semi join inner selects",
        ),
        (
            "SELECT Id FROM Account WHERE OwnerId IN (SELECT AccountId FROM Contact)",
            "should point to the same object type",
        ),
        (f"SELECT Id FROM Account WHERE Name = '{'x' * 4_001}'", "4000 characters"),
        (
            "SELECT QualifiedApiName FROM EntityParticle WHERE QualifiedApiName = 'Email'",
            "EntityParticle: a filter on a reified column is required "
            "[EntityDefinitionId,FieldDefinitionId,DurableId]",
        ),
        (
            "SELECT IsReadable FROM UserEntityAccess WHERE EntityDefinitionId = 'Lead'",
            "UserEntityAccess: a filter on a reified column is required [UserId,DurableId]",
        ),
    ],
)
def test_a_query_that_breaks_a_rule_is_malformed(org: Org, soql: str, text: str) -> None:
    """Each rule of sub-selects, literals and catalog objects has its refusal."""
    fault = refusal(org, soql)
    assert fault.code == "MALFORMED_QUERY"
    assert text in fault.message


def test_what_is_allowed_is_still_answered(org: Org) -> None:
    """Two sub-selects at the top level, of other objects, on ids and lookups."""
    admin = org.user_id(org.world.admin_username)
    org.query(
        admin, f"SELECT Field FROM FieldPermissions WHERE ParentId IN ({SETS}) AND PermissionsRead = true"
    )
    org.query(
        admin,
        f"SELECT Id FROM Account a WHERE a.Id NOT IN ({OPEN}) AND Id IN (SELECT c.AccountId FROM Contact c)",
    )
    org.query(admin, "SELECT Status FROM LoginHistory WHERE UserId IN (SELECT Id FROM User WHERE Name = 'x')")


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "SELECT TYPEOF What WHEN Account THEN Phone END FROM Event",
        "SELECT Id FROM Lead USING SCOPE mine",
        "SELECT Id FROM Lead WITH SECURITY_ENFORCED",
        "SELECT LeadSource, COUNT(Id) FROM Lead GROUP BY ROLLUP(LeadSource)",
        "SELECT Id FROM Lead LIMIT 1 FOR VIEW",
        "SELECT Id FROM Lead WHERE IsDeleted = true ALL ROWS",
        "SELECT toLabel(Status) FROM Lead",
        "SELECT CALENDAR_YEAR(convertTimezone(CreatedDate)), COUNT(Id) FROM Lead "
        "GROUP BY CALENDAR_YEAR(convertTimezone(CreatedDate))",
        "SELECT FISCAL_YEAR(CreatedDate), COUNT(Id) FROM Lead GROUP BY FISCAL_YEAR(CreatedDate)",
        "SELECT Id FROM Lead WHERE CreatedDate = THIS_FISCAL_YEAR",
        "SELECT Id FROM Lead WHERE CreatedDate > N_WEEKS_AGO:2",
        "SELECT Id FROM Opportunity WHERE Amount > USD5000",
        "SELECT Action FROM SetupAuditTrail",
        "SELECT IsAccessible FROM UserFieldAccess",
    ],
)
def test_what_exists_and_is_not_imitated_says_so(org: Org, soql: str) -> None:
    """The caller's query is never called wrong for what the rehearsal lacks."""
    fault = refusal(org, soql)
    assert (fault.status, fault.code) == (501, NOT_IMITATED)
    assert "does not imitate" in fault.message


def test_an_unknown_name_is_shown_where_it_stands(org: Org) -> None:
    """INVALID_TYPE and INVALID_FIELD begin with a piece of the query and a caret, as recorded."""
    assert refusal(org, "select count() from XYZZY").message == (
        "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n"
        "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to "
        "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
        "appropriate names."
    )
    lines = refusal(org, "SELECT Id, Owner.Nonsense FROM Lead").message.splitlines()
    assert lines[1][len(lines[2]) - 1 :].startswith("Owner.Nonsense")
    assert lines[3] == "ERROR at Row:1:Column:12"
    assert lines[4].startswith("No such column 'Nonsense' on entity 'Name'.")


def test_the_owner_of_a_lead_is_a_name(org: Org) -> None:
    """Owner of a lead may be a queue: it has a type, and no department; the owner of a contact is a user."""
    admin = org.user_id(org.world.admin_username)
    owner = org.query(admin, "SELECT Owner.Type, Owner.Email, Owner.Profile.Name FROM Lead LIMIT 1").rows[0][
        "Owner"
    ]
    assert owner["Type"] == "User"
    assert owner["attributes"]["type"] == "Name"
    assert "/sobjects/User/005" in owner["attributes"]["url"]
    assert refusal(org, "SELECT Owner.Department FROM Lead").code == "INVALID_FIELD"
    assert refusal(org, "SELECT Owner.Type FROM Contact").code == "INVALID_FIELD"
    org.query(admin, "SELECT Owner.Department FROM Contact LIMIT 1")


def test_the_catalog_gives_one_batch_and_has_no_limit(org: Org) -> None:
    """LIMIT means nothing to EntityParticle; more than 2,000 rows cannot be had."""
    admin = org.user_id(org.world.admin_username)
    where = "WHERE EntityDefinition.QualifiedApiName = 'Lead'"
    assert org.query(admin, f"SELECT QualifiedApiName FROM EntityParticle {where} LIMIT 1").total > 20
    with pytest.raises(OrgFault, match=r"EXCEEDED_ID_LIMIT: EntityParticle does not support queryMore\(\)"):
        check_one_batch(parse(f"SELECT Label FROM entityparticle {where}"), 2_001)
    check_one_batch(parse("SELECT Id FROM Lead"), 2_001)


def test_the_tooling_api_has_objects_of_its_own(org: Org) -> None:
    """Leads are not in the Tooling API; users are."""
    assert refusal(org, "SELECT Id FROM Lead", tooling=True).code == "INVALID_TYPE"
    assert org.tooling_query(org.user_id(org.world.admin_username), "SELECT Id FROM User").total > 0
