"""Rows of FieldPermissions of many profiles: asked for in queries of a length that Salesforce takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

from runbook_lib.change.kinds.profile_writes import grant_profile_field
from runbook_lib.change.kinds.writes import Door, Ids
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.systems.salesforce.records import RecordResult
from runbook_lib.text import say

LONGEST = 12_000
MANY = 200


class Queries:
    """Every profile has a row already; what is asked for is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The row of each profile that the query names."""
        self.asked.append(soql)
        return [
            {"Id": f"row{number}", "ParentId": _parent(number), "Field": "Lead.Score__c"}
            for number in range(MANY)
            if _parent(number) in soql
        ]


def test_many_profiles_are_asked_about_in_several_queries() -> None:
    """As many as one run of changes may name: each query stays short, and no row is missed."""
    queries = Queries()
    updated: list[dict[str, Any]] = []

    def update_many(_: str, rows: list[dict[str, Any]]) -> list[RecordResult]:
        updated.extend(rows)
        return [RecordResult(row["Id"], True, None, "", ()) for row in rows]

    door = SimpleNamespace(reader=queries, update_many=update_many)
    changes = [
        Change(
            ChangeKind.GRANT_PROFILE_FIELD,
            f"Lead.Score__c of {number}",
            {},
            {"parent_id": _parent(number), "field": "Lead.Score__c", "edit": False},
            say("x"),
        )
        for number in range(MANY)
    ]
    grant_profile_field(cast(Door, door), changes, Ids())
    assert len(queries.asked) == 2
    assert all(len(quote(soql, safe="")) < LONGEST for soql in queries.asked)
    assert len({row["Id"] for row in updated}) == len(updated) == MANY


def _parent(number: int) -> str:
    return f"0PS5g{number:010}AAA"
