"""Queries over an org: what they answer, and what SOQL forbids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.world import load_world


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """World clean with 500 people."""
    org = Org(load_world("clean"), Clock(), people=500)
    yield org
    org.database.close()


def ask(org: Org, soql: str) -> list[dict[str, Any]]:
    """The records that the administrator gets, without attributes."""
    rows = org.query(org.user_id(org.world.admin_username), soql).rows
    return [{key: value for key, value in row.items() if key != "attributes"} for row in rows]


def count(org: Org, where: str, source: str = "Lead") -> int:
    """How many records meet a condition."""
    return org.query(
        org.user_id(org.world.admin_username), f"SELECT COUNT() FROM {source} WHERE {where}"
    ).total


def refusal(org: Org, soql: str) -> tuple[str, str]:
    """Code and text of the refusal of a query."""
    with pytest.raises(OrgFault) as refused:
        ask(org, soql)
    return refused.value.code, refused.value.message


def test_records_look_like_salesforces(org: Org) -> None:
    """Records carry attributes, names as in the describe, dates in Salesforce's form, parents as objects."""
    admin = org.user_id(org.world.admin_username)
    result = org.query(
        admin, "select ID, createddate, OWNER.name, owner.profile.NAME, address from lead limit 1"
    )
    assert result.columns == ("Id", "CreatedDate", "Owner.Name", "Owner.Profile.Name", "Address")
    row = result.rows[0]
    assert row["attributes"] == {"type": "Lead", "url": f"/services/data/v68.0/sobjects/Lead/{row['Id']}"}
    assert row["CreatedDate"].endswith(".000+0000")
    assert row["Owner"]["attributes"]["type"] == "Name"
    assert row["Owner"]["Profile"]["Name"] == "Standard User"
    assert list(row["Address"])[:3] == ["street", "city", "state"]
    assert result.page(0, 1, "59.0")[0]["attributes"]["url"].startswith("/services/data/v59.0/")


def test_a_missing_parent_is_null(org: Org) -> None:
    """A lookup that is empty gives null, not an empty object."""
    assert ask(org, "SELECT Parent.Name FROM Account WHERE ParentId = null LIMIT 1") == [{"Parent": None}]


def test_a_lookup_to_several_objects_knows_their_names(org: Org) -> None:
    """Who of a task is a lead or a contact, and either has a name and a type."""
    tasks = ask(org, "SELECT Who.Name, Who.Type FROM Task WHERE WhoId != null")
    assert {task["Who"]["Type"] for task in tasks} == {"Lead", "Contact"}
    assert all(task["Who"]["Name"] for task in tasks)
    assert count(org, "Who.Type = 'Lead'", "Task") == sum(task["Who"]["Type"] == "Lead" for task in tasks)


def test_count_without_rows(org: Org) -> None:
    """SELECT COUNT() answers with the total alone, and takes a LIMIT."""
    result = org.query(org.user_id(org.world.admin_username), "SELECT COUNT() FROM Lead")
    assert (result.total, result.rows, result.is_count) == (300, [], True)
    assert org.query(org.user_id(org.world.admin_username), "SELECT COUNT() FROM Lead LIMIT 5").total == 5


def test_aggregates(org: Org) -> None:
    """Aggregates are named by alias or expr0 …, ignore empty fields, and come as AggregateResult."""
    admin = org.user_id(org.world.admin_username)
    row = org.query(admin, "SELECT COUNT(Id), COUNT(Email) mails, MAX(CreatedDate) FROM Lead").rows[0]
    assert row["attributes"] == {"type": "AggregateResult"}
    assert (row["expr0"], row["mails"]) == (300, count(org, "Email != null"))
    assert row["expr1"].endswith("+0000")


def test_groups(org: Org) -> None:
    """Grouping counts each value; HAVING and ORDER BY take aggregates and aliases."""
    groups = ask(
        org,
        "SELECT Status, COUNT(Id) n FROM Lead GROUP BY Status HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC",
    )
    assert sum(group["n"] for group in groups) == 300
    assert [group["n"] for group in groups] == sorted((group["n"] for group in groups), reverse=True)
    assert ask(org, "SELECT Owner.Name, COUNT(Id) n FROM Lead GROUP BY Owner.Name ORDER BY n LIMIT 1")[0][
        "Name"
    ]
    assert ask(
        org, "SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) FROM Lead GROUP BY CALENDAR_YEAR(CreatedDate)"
    )


@pytest.mark.parametrize("value", ["Open - Not Contacted", "OPEN - not contacted"])
def test_text_compares_without_regard_to_case(org: Org, value: str) -> None:
    """= and LIKE do not see the difference between upper and lower case."""
    assert count(org, f"Status = '{value}'") == count(org, f"Status LIKE '{value[:5]}%'") > 0


def test_not_equal_includes_the_empty(org: Org) -> None:
    """A record whose field is empty is not equal to any value, so != and NOT find it."""
    everything = count(org, "Id != null")
    some = count(org, "LeadSource = 'Web'")
    assert 0 < some < everything
    assert count(org, "LeadSource != 'Web'") == everything - some
    assert count(org, "NOT LeadSource = 'Web'") == everything - some
    assert count(org, "LeadSource NOT IN ('Web')") == everything - some


def test_empty_text_is_null(org: Org) -> None:
    """Salesforce stores no empty text: '' finds what null finds."""
    assert count(org, "Email = ''") == count(org, "Email = null") > 0
    assert count(org, "Email IN (null)") == count(org, "Email = null")


def test_conditions_combine(org: Org) -> None:
    """AND, OR and parentheses mean what they say."""
    web, converted = count(org, "LeadSource = 'Web'"), count(org, "IsConverted = true")
    both = count(org, "LeadSource = 'Web' AND IsConverted = true")
    assert count(org, "LeadSource = 'Web' OR IsConverted = true") == web + converted - both
    assert count(org, "NOT (LeadSource = 'Web' OR IsConverted = true)") == 300 - (web + converted - both)


def test_ids_match_in_both_lengths(org: Org) -> None:
    """An id is found by its 15 and its 18 characters."""
    record = ask(org, "SELECT Id FROM Contact LIMIT 1")[0]["Id"]
    assert count(org, f"Id = '{record}'", "Contact") == count(org, f"Id IN ('{record[:15]}')", "Contact") == 1


def test_semi_joins(org: Org) -> None:
    """IN and NOT IN take a sub-select; together they are everything."""
    inside = count(org, "Id IN (SELECT ContactId FROM OpportunityContactRole)", "Contact")
    outside = count(org, "Id NOT IN (SELECT ContactId FROM OpportunityContactRole)", "Contact")
    assert inside > 0 and inside + outside == 200


def test_multipicklists(org: Org) -> None:
    """INCLUDES finds one of several values, or all of a list joined by semicolons."""
    rockets = count(org, "Product_Interest__c INCLUDES ('Rockets')")
    assert rockets > count(org, "Product_Interest__c INCLUDES ('Rockets;Anvils')") > 0
    assert count(org, "Product_Interest__c EXCLUDES ('Rockets')") == 300 - rockets


def test_dates(org: Org) -> None:
    """Moments, days and date words select by time."""
    assert count(org, "CreatedDate < 2025-01-16T00:00:00Z") == 300
    assert count(org, "CreatedDate = TODAY") == 0
    assert count(org, "CreatedDate < LAST_N_DAYS:1") == 300
    assert count(org, "ConvertedDate > 2020-01-01") == count(org, "IsConverted = true")


def test_order_and_paging(org: Org) -> None:
    """Order, LIMIT and OFFSET; empty values come first unless asked otherwise."""
    emails = [row["Email"] for row in ask(org, "SELECT Email FROM Lead ORDER BY Email")]
    filled = [email for email in emails if email]
    assert emails == [None] * (300 - len(filled)) + sorted(filled)
    assert [
        row["Email"] for row in ask(org, "SELECT Email FROM Lead ORDER BY Email LIMIT 3 OFFSET 40")
    ] == emails[40:43]
    assert ask(org, "SELECT Email FROM Lead ORDER BY Email ASC NULLS LAST LIMIT 1")[0]["Email"] == filled[0]


def test_addresses_can_be_tested_for_null(org: Org) -> None:
    """A compound address compares with null and nothing else."""
    assert count(org, "Address != null") == 300
    assert refusal(org, "SELECT Id FROM Lead WHERE Address = 'x'")[0] == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("soql", "code", "text"),
    [
        ("SELECT Nope FROM Lead", "INVALID_FIELD", "No such column 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported."),
        ("SELECT Nope.Name FROM Lead", "INVALID_FIELD", "Didn't understand relationship 'Nope'"),
        ("SELECT Id FROM Lead WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        (
            "SELECT CreatedDate, COUNT(Id) FROM Lead GROUP BY CreatedDate",
            "MALFORMED_QUERY",
            "can not be grouped",
        ),
        (
            "SELECT Product_Interest__c FROM Lead ORDER BY Product_Interest__c",
            "MALFORMED_QUERY",
            "can not be sorted",
        ),
        (
            "SELECT COUNT(Description) FROM Lead",
            "MALFORMED_QUERY",
            "does not support aggregate operator COUNT",
        ),
        ("SELECT SUM(Email) FROM Lead", "MALFORMED_QUERY", "does not support aggregate operator SUM"),
        ("SELECT Name, COUNT(Id) FROM Lead GROUP BY Email", "MALFORMED_QUERY", "grouped or aggregated: Name"),
        ("SELECT COUNT(Id) FROM Lead LIMIT 1", "MALFORMED_QUERY", "cannot also use LIMIT"),
        ("SELECT Id, Id FROM Lead", "MALFORMED_QUERY", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Lead WHERE NumberOfEmployees = 'x'",
            "INVALID_FIELD",
            "should not be enclosed in quotes",
        ),
        ("SELECT Id FROM Lead WHERE Email = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2024-01-01", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Lead WHERE OwnerId = 'me'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: me"),
        ("SELECT Id FROM Lead WHERE Email INCLUDES ('a')", "INVALID_QUERY_FILTER_OPERATOR", "Email"),
        ("SELECT Id FROM Lead OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", "LIMIT of at most 200"),
        ("SELECT Id FROM CustomField", "INVALID_TYPE", "CustomField"),
        ("SELECT QualifiedApiName FROM EntityParticle", "MALFORMED_QUERY", "reified column"),
        ("SELECT Status FROM LoginHistory WHERE Status = 'Success'", "INVALID_FIELD", "can not be filtered"),
    ],
)
def test_what_soql_forbids(org: Org, soql: str, code: str, text: str) -> None:
    """Each forbidden thing has Salesforce's code and says what it is about."""
    found = refusal(org, soql)
    assert found[0] == code
    assert text in found[1]


def test_many_groups_do_not_fit_one_answer() -> None:
    """More than 2,000 groups are EXCEEDED_ID_LIMIT; with a LIMIT they are answered."""
    org = Org(load_world("clean"), Clock(), people=6_000)
    assert refusal(org, "SELECT Email, COUNT(Id) FROM Lead GROUP BY Email")[0] == "EXCEEDED_ID_LIMIT"
    assert len(ask(org, "SELECT Email, COUNT(Id) FROM Lead GROUP BY Email LIMIT 2000")) == 2_000
    org.database.close()


def test_deleted_records_are_for_query_all() -> None:
    """A deleted record is gone from query, and there for query_all."""
    org = Org(load_world("clean"), Clock(), people=20)
    admin = org.user_id(org.world.admin_username)
    lead = ask(org, "SELECT Id FROM Lead LIMIT 1")[0]["Id"]
    org.delete(admin, "Lead", lead)
    assert org.query(admin, "SELECT COUNT() FROM Lead").total == 11
    assert org.query_all(admin, "SELECT Id FROM Lead WHERE IsDeleted = true").rows[0]["Id"] == lead
    org.database.close()
