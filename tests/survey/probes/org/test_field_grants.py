"""Groups of permission sets and View All Fields, over a running rehearsal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import pytest

from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.model.grants import all_grants
from runbook_lib.survey.model.unknown import unknowns_in
from runbook_lib.survey.probes.org.field_grants import parents
from runbook_lib.survey.probes.query import IDS_PER_QUERY, ById, ask_by_ids
from runbook_lib.survey.snapshot import Parents, Part, Unknown, ViewAll
from runbook_lib.systems.salesforce.client import LONGEST_QUERY
from runbook_lib.systems.salesforce.soql import soql
from tests.org_by_hand import grant, small_org
from tests.survey.conftest import reach, strict_reader


def test_neither_groups_nor_view_all(ready: Any) -> None:
    """In an org without them nothing is found, and the rows are those that were there before."""
    ready.forget()
    seen = ready.see(Part.GRANTS, Part.PARENTS)
    assert ready.calls() <= forecast_calls([Part.GRANTS, Part.PARENTS])
    assert isinstance(seen.parents, Parents)
    assert (seen.parents.view_all, seen.parents.sums, seen.parents.by_group) == ((), (), ())
    assert all_grants(seen.grants, seen.parents) == seen.grants


def test_a_group_and_view_all(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set that he and a colleague have by a group, and View All Fields of another set, are both found."""
    for live in reach(start_rehearsal("clean"), monkeypatch):
        admin: Any = live.systems.admin()
        made = _maker(admin)
        user, colleague = (
            admin.query(f"SELECT Id FROM User WHERE Username = '{name}'")[0]["Id"]
            for name in (live.systems.expected.sync_username, "sofia.rossi@acme.example")
        )
        held = made("PermissionSet", Name="Territories", Label="Territories")
        made(
            "FieldPermissions",
            ParentId=held,
            SobjectType="Lead",
            Field="Lead.Region__c",
            PermissionsRead=True,
        )
        group = made("PermissionSetGroup", DeveloperName="Sales", MasterLabel="Sales Group")
        made("PermissionSetGroupComponent", PermissionSetGroupId=group, PermissionSetId=held)
        for assignee in (user, colleague):
            made("PermissionSetAssignment", AssigneeId=assignee, PermissionSetGroupId=group)
        other = made("PermissionSet", Name="Analysts", Label="Analysts")
        rights = {"PermissionsRead": True, "PermissionsViewAllFields": True}
        made("ObjectPermissions", ParentId=other, SobjectType="Lead", **rights)
        for assignee in (user, colleague):
            made("PermissionSetAssignment", AssigneeId=assignee, PermissionSetId=other)
        live.forget()
        seen = live.see(Part.GRANTS, Part.PARENTS)
        assert live.calls() <= forecast_calls([Part.GRANTS, Part.PARENTS])
        assert isinstance(seen.parents, Parents), seen.parents
        assert seen.parents.view_all == (ViewAll("Lead", "Analysts"),)
        assert seen.parents.people[other] == ("Sofia Rossi",)  # type: ignore[index]
        grants: Any = all_grants(seen.grants, seen.parents)
        rows = [grant for grant in grants if grant.parent == "Territories"]
        assert [(row.field, row.others, row.groups) for row in rows] == [
            ("Lead.Region__c", 1, ("Sales Group",))
        ]


def test_a_muting_set_takes_away_what_a_group_would_give(
    start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group lists its muting set among its members: it grants nothing, and what it mutes the group does not
    give, although a member holds it."""
    for live in reach(start_rehearsal("foreign"), monkeypatch):
        user = live.systems.expected.sync_username
        admin: Any = live.systems.admin()
        parts = admin.query("SELECT PermissionSetId, PermissionSetGroupId FROM PermissionSetGroupComponent")
        assert [row["PermissionSetId"][:3] for row in parts] in (["0PS", "0QM"], ["0QM", "0PS"])
        group = {row["PermissionSetGroupId"] for row in parts}.pop()
        assignee = admin.query(f"SELECT Id FROM User WHERE Username = '{user}'")[0]["Id"]
        if not admin.query(
            f"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{assignee}' AND "
            f"PermissionSetGroupId = '{group}'"
        ):
            _maker(admin)("PermissionSetAssignment", AssigneeId=assignee, PermissionSetGroupId=group)
        seen = live.see(Part.GRANTS, Part.PARENTS)
        assert isinstance(seen.parents, Parents) and isinstance(seen.parents.by_group, tuple)
        assert [grant.field for grant in seen.parents.by_group] == ["Opportunity.Amount"]
        rows = all_grants(seen.grants, seen.parents)
        assert isinstance(rows, tuple) and "0QM" not in {row.parent_id[:3] for row in rows}
        assert "Lead.crmpkg__Rating__c" not in {row.field for row in rows}


SELF_SEMI_JOIN = re.compile(r"FROM (\w+) .*IN \(SELECT \w+ FROM \1\b", re.IGNORECASE)


def test_no_question_asks_the_object_of_the_outer_query(live: Any) -> None:
    """In an org that refuses a semi-join on the object of the outer query, as every real one does, everything
    can be told."""

    def refuses(query: str) -> tuple[str, str] | None:
        told = "The inner and outer selects should not be on the same object type"
        return ("MALFORMED_QUERY", told) if SELF_SEMI_JOIN.search(query) else None

    found = parents(strict_reader(live, refuses), live.systems.expected)
    assert isinstance(found, Parents) and not [*unknowns_in(found)]


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ("PermissionsViewAllFields = true", {"view_all"}),
        ("GROUP BY PermissionSetGroupId", {"group_users"}),
        ("ORDER BY Assignee.Name", {"people"}),
        ("PermissionSetId IN (SELECT PermissionSetId", {"groups"}),
        ("FROM PermissionSet WHERE", {"view_all", "sums", "by_group", "people"}),
    ],
)
def test_a_refused_question_leaves_one_fact_unknown(live: Any, asked: str, unknown: set[str]) -> None:
    """What one question would have told cannot be told; everything else is known."""
    told = ("INSUFFICIENT_ACCESS", "insufficient access rights")
    found = parents(
        strict_reader(live, lambda query: told if asked in query else None), live.systems.expected
    )
    assert {name for name, value in vars(found).items() if isinstance(value, Unknown)} == unknown


def test_hundreds_of_sets_are_asked_for_in_parts(live: Any) -> None:
    """Ids that do not fit into one query are asked for in several, and the answers stand together."""
    reader, asked = live.systems.admin(), list[str]()

    def query(ids: Sequence[str]) -> str:
        asked.append(soql("SELECT Id FROM User WHERE Id IN {ids}", ids=list(ids)))
        return asked[-1]

    known = [row["Id"] for row in reader.query("SELECT Id FROM User")]
    ids = [*known, *(f"0055g0000{number:06}AAA" for number in range(2 * IDS_PER_QUERY))]
    answer = ask_by_ids(reader, [ById("users", query, ids)])["users"]
    assert isinstance(answer, list) and sorted(row["Id"] for row in answer) == sorted(known)
    assert len(asked) == 3 and max(len(quote(query, safe="")) for query in asked) < LONGEST_QUERY


@pytest.mark.parametrize("unsure", ["groups", "group_users"])
def test_nobody_knows_how_many_would_lose_it(unsure: str) -> None:
    """Where the other people of a group cannot be counted, a row that a group hands on counts nobody."""
    row = grant("Lead.Region__c", "Territories", profile=False)
    told: dict[str, Any] = {"groups": {row.parent_id: {"0PG1": "Sales Group"}}, "group_users": {"0PG1": 2}}
    known = Parents(by_group=(row,), **told | {unsure: Unknown("refused")})
    seen = small_org(grants=(), parents=known)
    assert [grant.others for grant in all_grants(seen.grants, seen.parents) or ()] == [None]  # type: ignore[union-attr]


def _maker(reader: Any) -> Callable[..., str]:
    def made(kind: str, **values: Any) -> str:
        return str(reader.call("POST", f"sobjects/{kind}/", json=values)["id"])

    return made
