"""WHERE and HAVING of a query as SQL.

SOQL knows two answers where SQL knows three: a comparison with an empty field is false, and NOT of it is
true. Text compares without regard to case. Source: SOQL and SOSL Reference, "Comparison Operators".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.org.faults import OrgFault, malformed_query
from runbook_lib.rehearsal.org.ids import id18
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.soql.dates import span_of
from runbook_lib.rehearsal.org.soql.parser import (
    Comparison,
    Condition,
    FunctionCall,
    Junction,
    Literal,
    Membership,
    Negation,
    Operand,
    Query,
)
from runbook_lib.rehearsal.org.soql.scope import ResolvedField, Scope, parts_of

KINDS = {
    "boolean": "boolean",
    "int": "number",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "date": "date",
    "datetime": "datetime",
}
"""Field type → kind of literal it compares with; every other type takes text."""
IDS = ("id", "reference")

Resolve = Callable[[Operand], tuple[str, FieldDescribe]]
"""Finds the SQL of an operand and the describe that types it."""
Subselect = Callable[[Query, FieldDescribe], str]
"""The SQL of a sub-select whose ids are compared with a field of the scope."""


class Conditions:
    """Translates the conditions of one scope."""

    def __init__(self, scope: Scope, resolve: Resolve, subselect: Subselect) -> None:
        self._scope = scope
        self._asking = scope.asking
        self._resolve = resolve
        self._subselect = subselect

    def sql(self, condition: Condition) -> str:
        """The SQL of a condition; never NULL."""
        match condition:
            case Junction(word, parts):
                return "(" + f" {word} ".join(self.sql(part) for part in parts) + ")"
            case Negation(part):
                return f"(NOT {self.sql(part)})"
            case Comparison():
                return self._comparison(condition)
            case Membership():
                return self._membership(condition)

    def _comparison(self, condition: Comparison) -> str:
        column, field = self._resolve(condition.operand)
        operator, literal = condition.operator, condition.value
        if field["type"] == "address":
            return self._address(condition)
        check_kind(field, literal)
        if literal.kind == "range":
            return self._span(column, field, operator, str(literal.value))
        if literal.value is None or literal.value == "":
            return _empty(column, operator)
        if operator == "LIKE":
            return self._like(column, field, literal)
        value = self._asking.bind(converted(field, literal))
        if is_text(field):
            column, value = f"lower({column})", f"lower({value})"
        if operator == "!=":
            return f"coalesce({column} <> {value}, true)"
        return f"coalesce({column} {operator} {value}, false)"

    def _address(self, condition: Comparison) -> str:
        if condition.value.kind != "null" or isinstance(condition.operand, FunctionCall):
            raise malformed_query("An address can only be compared with null")
        column = self._scope.column(condition.operand)
        parts = ", ".join(
            f"{column.table}.{quoted(part['name'])}::VARCHAR"
            for part in parts_of(column.sobject, column.field)
        )
        return _empty(f"coalesce({parts})", condition.operator)

    def _like(self, column: str, field: FieldDescribe, literal: Literal) -> str:
        if not is_text(field):
            raise OrgFault(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {field['type']} field")
        return f"coalesce({column} ILIKE {self._asking.bind(literal.value)} ESCAPE '\\', false)"

    def _span(self, column: str, field: FieldDescribe, operator: str, word: str) -> str:
        first, after = span_of(word, self._asking.reach.now.date())
        bind = self._asking.bind
        match operator:
            case "=":
                return f"coalesce({column} >= {bind(first)} AND {column} < {bind(after)}, false)"
            case "!=":
                return f"coalesce({column} < {bind(first)} OR {column} >= {bind(after)}, true)"
            case "<" | ">=":
                return f"coalesce({column} {operator} {bind(first)}, false)"
            case ">":
                return f"coalesce({column} >= {bind(after)}, false)"
            case "<=":
                return f"coalesce({column} < {bind(after)}, false)"
        raise OrgFault(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {field['type']} field")

    def _membership(self, condition: Membership) -> str:
        column, field = self._resolve(condition.operand)
        if isinstance(condition.values, Query):
            if condition.operator not in ("IN", "NOT IN") or field["type"] not in IDS:
                raise malformed_query("The left operand of a semi-join must be an ID or a reference field")
            inside = f"coalesce({column} IN ({self._subselect(condition.values, field)}), false)"
            return inside if condition.operator == "IN" else f"(NOT {inside})"
        if condition.operator in ("INCLUDES", "EXCLUDES"):
            return self._multipicklist(column, field, condition.operator, condition.values)
        for literal in condition.values:
            check_kind(field, literal)
        if any(literal.kind == "range" for literal in condition.values):
            raise malformed_query("A date literal cannot be used in a list")
        values = [
            converted(field, literal) for literal in condition.values if literal.value not in (None, "")
        ]
        compared = f"lower({column})" if is_text(field) else column
        if is_text(field):
            values = [str(value).lower() for value in values]
        inside = (
            f"coalesce({compared} IN (SELECT unnest({self._asking.bind(values)})), false)"
            if values
            else "false"
        )
        if len(values) < len(condition.values):
            inside = f"({inside} OR {column} IS NULL)"
        return inside if condition.operator == "IN" else f"(NOT {inside})"

    def _multipicklist(
        self, column: str, field: FieldDescribe, operator: str, values: tuple[Literal, ...]
    ) -> str:
        if field["type"] != "multipicklist":
            raise OrgFault(
                400,
                "INVALID_QUERY_FILTER_OPERATOR",
                f"includes and excludes are not valid on the field {field['name']}",
            )
        for literal in values:
            check_kind(field, literal)
        wanted = [
            f"list_has_all(string_split({column}, ';'), {self._asking.bind(str(value.value).split(';'))})"
            for value in values
        ]
        inside = f"coalesce({' OR '.join(wanted)}, false)"
        return inside if operator == "INCLUDES" else f"(NOT {inside})"


def filterable(column: ResolvedField) -> ResolvedField:
    """The same column; OrgFault INVALID_FIELD when it cannot be filtered by."""
    if not column.field["filterable"]:
        raise OrgFault(
            400, "INVALID_FIELD", f"field '{column.field['name']}' can not be filtered in a query call"
        )
    return column


def is_text(field: FieldDescribe) -> bool:
    """Whether a field compares as text without regard to case; ids compare exactly."""
    return field["type"] not in KINDS and field["type"] not in IDS


def check_kind(field: FieldDescribe, literal: Literal) -> None:
    """OrgFault INVALID_FIELD when a literal is not of the kind its field compares with."""
    wanted = KINDS.get(field["type"], "text")
    is_fitting = literal.kind in (wanted, "null") or (
        literal.kind == "range" and wanted in ("date", "datetime")
    )
    if not is_fitting:
        type_name = {"datetime": "dateTime", "reference": "reference"}.get(field["type"], field["type"])
        quotes = "should be enclosed in quotes" if wanted == "text" else "should not be enclosed in quotes"
        raise OrgFault(
            400,
            "INVALID_FIELD",
            f"value of filter criterion for field '{field['name']}' must be of type {type_name} and {quotes}",
        )


def converted(field: FieldDescribe, literal: Literal) -> Any:
    """A literal's value as its column holds it: ids in their 18-character form."""
    if field["type"] in IDS:
        text = str(literal.value)
        if len(text) not in (15, 18) or not text.isalnum():
            raise OrgFault(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}")
        return id18(text[:15])
    return literal.value


def _empty(column: str, operator: str) -> str:
    match operator:
        case "=":
            return f"({column} IS NULL)"
        case "!=":
            return f"({column} IS NOT NULL)"
    return "false"
