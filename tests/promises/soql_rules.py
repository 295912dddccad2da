"""What the SOQL Reference and the Object Reference allow, as rules that a query is held against.

Sources: SOQL and SOSL Reference, "Comparison Operators" (semi-joins), "SOQL and SOSL Limits", "GROUP BY",
"FIELDS()"; Object Reference, "SOQL Limits on Objects", LoginHistory; Bulk API 2.0 Guide, "SOQL
Considerations". Errors of live orgs: ../shared/data/recorded.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.promises.soql_reader import Filter, Select, read

LONGEST, LONGEST_TEXT = 100_000, 4_000
MOST_SEMI_JOINS = 2
NEVER_INSIDE = {"ActivityHistory", "Attachment", "Event", "LoginHistory", "Note", "OpenActivity", "Task"}
REIFIED = {
    "EntityParticle": {"EntityDefinitionId", "EntityDefinition.QualifiedApiName", "DurableId"},
    "FieldDefinition": {"EntityDefinitionId", "EntityDefinition.QualifiedApiName", "DurableId"},
    "UserEntityAccess": {"UserId", "DurableId"},
    "UserFieldAccess": {"UserId", "DurableId"},
}
CATALOG = {*REIFIED, "EntityDefinition"}
NOT_FILTERABLE = {
    "LoginHistory": {
        "Application",
        "ApiType",
        "ApiVersion",
        "Browser",
        "ClientVersion",
        "Platform",
        "Status",
    },
}
LABELS = {
    "FlowDefinitionView": {"Label", "TriggerObjectOrEventLabel"},
    "PermissionSet": {"Label", "Profile.Name"},
    "Profile": {"Name"},
    "User": {"Profile.Name"},
}
"""Columns that people translate or rename: never a key."""
AGGREGATES = ("COUNT(", "COUNT_DISTINCT(", "MIN(", "MAX(", "SUM(", "AVG(")


def broken_rules(soql: str, *, bulk: bool = False) -> list[str]:
    """The rules that a query breaks, in words; none where Salesforce would answer it."""
    query = read(soql)
    found = [] if len(soql) <= LONGEST else [f"longer than {LONGEST} characters"]
    for select in query.all():
        found += _of_select(select)
    found += _of_semi_joins(query)
    return found + (list(_of_bulk(query)) if bulk else [])


def _of_select(select: Select) -> Iterator[str]:
    filtered = {condition.column for condition in select.filters}
    for condition in select.filters:
        if any(len(text) > LONGEST_TEXT for text in condition.texts):
            yield f"a text of more than {LONGEST_TEXT} characters"
    for column in filtered & NOT_FILTERABLE.get(select.source, set()):
        yield f"{select.source}.{column} cannot be filtered by"
    for column in filtered & LABELS.get(select.source, set()):
        yield f"{select.source}.{column} is a label, which is translated and renamed"
    if "GROUP" not in select.clauses and "LIMIT" in select.clauses and _aggregates(select):
        yield "an aggregate of all rows takes no LIMIT"
    if select.source in CATALOG:
        yield from _of_catalog(select)
    if any(column.split(".")[-1] in ("FullName", "Metadata") for column in select.columns):
        if not any(condition.column == "Id" and condition.operator == "=" for condition in select.filters):
            yield "FullName and Metadata are told of one record at a time"


def _of_catalog(select: Select) -> Iterator[str]:
    if _aggregates(select) or "GROUP" in select.clauses or "COUNT()" in select.columns:
        yield f"{select.source} does not count"
    if any(
        {"OR", "NOT"} & set(condition.above) or condition.operator in ("!=", "<>", "NOT IN")
        for condition in select.filters
    ):
        yield f"{select.source} takes no OR, NOT and !="
    wanted = REIFIED.get(select.source)
    reified = {condition.column for condition in select.filters if condition.operator in ("=", "IN")}
    if wanted and not wanted & reified:
        yield f"{select.source}: a filter on a reified column is required"
    if {"LIMIT", "OFFSET"} & set(select.clauses):
        yield f"{select.source} does not heed LIMIT and OFFSET"


def _of_semi_joins(query: Select) -> Iterator[str]:
    joins = [condition for condition in query.filters if condition.inner is not None]
    if len(joins) > MOST_SEMI_JOINS:
        yield f"more than {MOST_SEMI_JOINS} sub-selects"
    for join in joins:
        assert join.inner is not None
        yield from _of_semi_join(query, join, join.inner)


def _of_semi_join(query: Select, join: Filter, inner: Select) -> Iterator[str]:
    if inner.source == query.source:
        yield "the inner and outer selects are on the same object type"
    if "." in join.column or any("." in column for column in inner.columns):
        yield "a semi-join compares fields of the objects themselves"
    if set(join.above) - {"AND"} or len(join.above) > 1:
        yield "a sub-select stands under OR, NOT or in parentheses"
    if inner.source in NEVER_INSIDE:
        yield f"{inner.source} is not supported for semi join inner selects"
    if inner.clauses or len(inner.columns) != 1 or _aggregates(inner):
        yield "a sub-select selects one field, without GROUP BY, ORDER BY and LIMIT"
    if any(condition.inner is not None for condition in inner.filters):
        yield "sub-selects are nested"


def _of_bulk(query: Select) -> Iterator[str]:
    if _aggregates(query) or {"GROUP", "OFFSET"} & set(query.clauses):
        yield "Bulk API 2.0 takes no aggregates, GROUP BY and OFFSET"
    for column in query.columns:
        if column.endswith("Address") or column.startswith("FIELDS("):
            yield f"Bulk API 2.0 cannot give {column}"


def _aggregates(select: Select) -> bool:
    return any(column.upper().startswith(AGGREGATES) and column != "COUNT()" for column in select.columns)
