"""What SOQL forbids for certain objects, and the rows that are nobody's business but their owner's.

Source: Object Reference, "SOQL Limits on Objects"; Tooling API, CustomField; LoginHistory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runbook_lib.rehearsal.org.faults import OrgFault, malformed_query
from runbook_lib.rehearsal.org.rows.sharing import shared_rows
from runbook_lib.rehearsal.org.schema.catalog import SObject
from runbook_lib.rehearsal.org.soql.parser import (
    Comparison,
    Condition,
    FunctionCall,
    Junction,
    Membership,
    Negation,
    Path,
    Query,
)
from runbook_lib.rehearsal.org.soql.scope import Scope

CATALOG_OBJECTS = ("EntityDefinition", "FieldDefinition", "EntityParticle", "UserEntityAccess")
REIFIED = {
    "EntityParticle": ("EntityDefinitionId", "FieldDefinitionId", "DurableId"),
    "FieldDefinition": ("EntityDefinitionId", "DurableId"),
    "UserEntityAccess": ("UserId", "DurableId"),
}
"""Object of the catalog → the columns one of which has to be filtered by. Recorded: the errors of a whole
org for EntityParticle and UserEntityAccess."""
BY_PARENT = {"entitydefinition.qualifiedapiname": "EntityDefinitionId"}
"""A parent's column that counts as the filter."""
WITHOUT_LIMIT = ("EntityParticle", "FieldDefinition")
"""Objects that give all their rows, whatever LIMIT and OFFSET say. Source: Object Reference, "SOQL Limits on
Objects"."""
ONE_BATCH = 2_000
"""Rows that an object of the catalog gives: it cannot be paged."""
ONE_ROW_COLUMNS = ("FullName", "Metadata")


def check_catalog_query(query: Query, sobject: SObject) -> None:
    """The metadata catalog takes no COUNT(), GROUP BY, OR, NOT or !=, and often wants a filter."""
    if sobject.name not in CATALOG_OBJECTS:
        return
    if query.group_by or any(isinstance(item.operand, FunctionCall) for item in query.items):
        raise malformed_query(f"{sobject.name} does not support aggregate functions and GROUP BY")
    if query.where and _is_refused(query.where):
        raise malformed_query(
            f"{sobject.name} does not support disjunctions and negations: "
            "only conditions joined by AND are supported"
        )
    needed = REIFIED.get(sobject.name, ())
    if needed and not {name.lower() for name in needed} & set(_filtered(query.where)):
        raise malformed_query(
            f"{sobject.name}: a filter on a reified column is required [{','.join(needed)}]"
        )


def check_one_batch(query: Query, rows: int) -> None:
    """OrgFault EXCEEDED_ID_LIMIT when the catalog would have to give more than one batch."""
    name = next((known for known in CATALOG_OBJECTS if known.lower() == query.source.lower()), "")
    if name and rows > ONE_BATCH:
        raise OrgFault(
            400,
            "EXCEEDED_ID_LIMIT",
            f"{name} does not support queryMore(), use LIMIT to restrict the results to a single batch",
        )


def obeys_limit(sobject: SObject) -> bool:
    """Whether LIMIT and OFFSET mean anything for an object."""
    return sobject.name not in WITHOUT_LIMIT


def _filtered(condition: Condition | None) -> Iterator[str]:
    """The columns that are compared with = or IN, in small letters."""
    match condition:
        case Junction("AND", parts):
            for part in parts:
                yield from _filtered(part)
        case Comparison(Path() as path, "=", _) | Membership(Path() as path, "IN", _):
            name = str(path).lower()
            yield BY_PARENT.get(name, name).lower()


def _is_refused(condition: Condition) -> bool:
    match condition:
        case Junction(word, parts):
            return word == "OR" or any(_is_refused(part) for part in parts)
        case Negation():
            return True
        case Comparison(_, operator, _):
            return operator == "!="
        case Membership(_, operator, _):
            return operator != "IN"


def check_one_row(query: Query, columns: Iterable[str], rows: int) -> None:
    """The Tooling API tells a field's full name and metadata one field at a time."""
    if (
        query.source.lower() in ("customfield", "profile")
        and rows > 1
        and set(ONE_ROW_COLUMNS) & set(columns)
    ):
        raise malformed_query(
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify "
            f"no more than one row for retrieval. Result size: {rows}"
        )


def own_rows(scope: Scope) -> list[str]:
    """Conditions that keep a user to the rows that are shared with them, and to their own of LoginHistory,
    unless they may manage users."""
    if scope.sobject.name != "LoginHistory":
        return shared_rows(scope.asking.permissions, scope.asking.user_id, scope.sobject, scope.table)
    held = scope.asking.permissions.system(scope.asking.user_id)
    if held["ManageUsers"] or held["MonitorLoginHistory"]:
        return []
    return [f'{scope.table}."UserId" = {scope.asking.bind(scope.asking.user_id)}']
