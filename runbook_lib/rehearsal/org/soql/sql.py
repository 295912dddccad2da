"""A parsed query as SQL over the org's tables, with everything SOQL forbids refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.org.faults import OrgFault, malformed_query
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe, describe_field
from runbook_lib.rehearsal.org.soql.conditions import Conditions, filterable
from runbook_lib.rehearsal.org.soql.not_imitated import refuse_function
from runbook_lib.rehearsal.org.soql.parser import Condition, FunctionCall, Item, Operand, Path, Query
from runbook_lib.rehearsal.org.soql.restrictions import check_catalog_query, obeys_limit, own_rows
from runbook_lib.rehearsal.org.soql.result import AddressLeaf, Cell, Leaf, RecordShape
from runbook_lib.rehearsal.org.soql.scope import Asking, ResolvedField, Scope, address_key, identity, parts_of
from runbook_lib.rehearsal.org.soql.semi_joins import check_semi_joins, different_types, targets_of

AGGREGATES = ("COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM", "AVG")
DATE_FUNCTIONS = {
    "CALENDAR_YEAR": "year",
    "CALENDAR_MONTH": "month",
    "CALENDAR_QUARTER": "quarter",
    "DAY_IN_MONTH": "day",
    "HOUR_IN_DAY": "hour",
}
NUMBERS = ("int", "double", "currency", "percent")
WHOLE_NUMBER = describe_field("expr", "int")
MOST_GROUPS = 2_000
MOST_OFFSET = 2_000


@dataclass(frozen=True)
class Translation:
    """A query in SQL, and how its rows become records."""

    sql: str
    parameters: Mapping[str, Any]
    shape: RecordShape
    columns: Mapping[str, Cell]
    is_count: bool
    is_grouped: bool


class Translator:
    """Translates one query."""

    def __init__(self, asking: Asking, query: Query) -> None:
        self._asking = asking
        self._query = query
        self._scope = Scope(asking, query.source, query.alias)
        self._selected: list[str] = []

    def translate(self) -> Translation:
        """The SQL of the query; OrgFault when SOQL does not allow it."""
        check_semi_joins(self._query)
        check_catalog_query(self._query, self._scope.sobject)
        if self._query.offset > MOST_OFFSET:
            raise OrgFault(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        items = self._expanded()
        is_count = [item.operand for item in items] == [FunctionCall("COUNT", None)]
        is_aggregate = bool(self._query.group_by) or any(_is_aggregate(item.operand) for item in items)
        if is_count:
            columns: dict[str, Cell] = {}
            shape = RecordShape(self._scope.sobject.name, None, ())
            self._selected = ["1"]
        elif is_aggregate:
            columns, shape = self._aggregates(items)
        else:
            columns, shape = self._records(items)
        sql = self._assemble(is_aggregate and not is_count)
        if is_count:
            sql = f"SELECT count(*) FROM ({sql})"
        return Translation(
            sql, self._asking.parameters, shape, columns, is_count, is_aggregate and not is_count
        )

    def ids(self, compared: FieldDescribe, targets: frozenset[str]) -> str:
        """The SQL of a sub-select of one id field, which `compared` with its `targets` is compared with."""
        check_catalog_query(self._query, self._scope.sobject)
        operand = self._query.items[0].operand
        assert isinstance(operand, Path)  # check_semi_joins saw to it
        column = self._scope.column(operand)
        if not targets & targets_of(column.sobject, column.field):
            raise different_types(column.field["name"], compared["name"])
        self._selected = [column.sql]
        return self._assemble(False)

    # what is selected -----------------------------------------------------------------------------
    def _expanded(self) -> list[Item]:
        items: list[Item] = []
        for item in self._query.items:
            if isinstance(item.operand, FunctionCall) and item.operand.function == "FIELDS":
                items += [Item(Path((name,)), None) for name in self._all_fields(item.operand)]
            else:
                items.append(item)
        return items

    def _all_fields(self, call: FunctionCall) -> list[str]:
        which = str(call.argument or "").upper()
        if which not in ("ALL", "STANDARD", "CUSTOM"):
            raise malformed_query(f"unexpected token: '{call}'")
        if which != "STANDARD" and not 0 < (self._query.limit or 0) <= 200:
            raise malformed_query("The SOQL FIELDS function must have a LIMIT of at most 200")
        sobject = self._scope.sobject
        return [
            field["name"]
            for field in sobject.fields.values()
            if self._asking.readable(sobject, field)
            and which in ("ALL", "CUSTOM" if field["custom"] else "STANDARD")
        ]

    def _place(self, sql: str) -> int:
        if sql not in self._selected:
            self._selected.append(sql)
        return self._selected.index(sql)

    def _records(self, items: list[Item]) -> tuple[dict[str, Cell], RecordShape]:
        tree: dict[str, Any] = {}
        columns: dict[str, Cell] = {}
        root = self._place(f"{self._scope.table}.{quoted(identity(self._scope.sobject))}")
        for item in items:
            if isinstance(item.operand, FunctionCall):
                refuse_function(item.operand.function)
            if not isinstance(item.operand, Path) or item.alias:
                raise malformed_query(f"unexpected token: '{item.alias or item.operand}'")
            column = self._scope.column(item.operand)
            names = self._true_names(item.operand, column)
            if ".".join(names) in columns:
                raise malformed_query(f"duplicate field selected: {names[-1]}")
            branch = tree
            for depth, name in enumerate(names[:-1]):
                branch = branch.setdefault(name, {"": names[: depth + 1]})
            branch[names[-1]] = columns[".".join(names)] = self._cell(column)
        return columns, RecordShape(self._scope.sobject.name, root, self._entries(tree))

    def _true_names(self, path: Path, column: ResolvedField) -> tuple[str, ...]:
        """The names of a path as the describe spells them, without the object's alias."""
        names = self._scope.without_alias(path.names)[:-1]
        sobject, spelled = self._scope.sobject, []
        for name in names:
            parent = self._asking.catalog.parent(sobject, name)
            if parent is None:
                raise malformed_query(f"unexpected token: '{name}'")
            lookup, sobject = parent
            spelled.append(str(lookup["relationshipName"]))
        return (*spelled, column.field["name"])

    def _cell(self, column: ResolvedField) -> Cell:
        if column.field["type"] != "address":
            return Leaf(self._place(column.sql), column.field["type"])
        return AddressLeaf(
            tuple(
                (address_key(part["name"]), self._place(f"{column.table}.{quoted(part['name'])}"))
                for part in parts_of(column.sobject, column.field)
            )
        )

    def _entries(self, tree: Mapping[str, Any]) -> tuple[tuple[str, Cell], ...]:
        entries: list[tuple[str, Cell]] = []
        for key, value in tree.items():
            if isinstance(value, dict):
                table, sobject = self._scope.parent(value[""])
                place = self._place(f"{table}.{quoted(identity(sobject))}")
                inner = {name: cell for name, cell in value.items() if name}
                prefixes = {self._asking.catalog[name].key_prefix: name for name in sobject.members}
                value = RecordShape(sobject.name, place, self._entries(inner), prefixes)
            entries.append((key, value))
        return tuple(entries)

    def _aggregates(self, items: list[Item]) -> tuple[dict[str, Cell], RecordShape]:
        if self._query.limit is not None and not self._query.group_by:
            raise malformed_query(
                "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            )
        columns: dict[str, Cell] = {}
        unnamed = 0
        for item in items:
            sql, field = self._resolve_grouped(item.operand)
            key = item.alias or ("" if isinstance(item.operand, FunctionCall) else field["name"])
            if not key:
                key, unnamed = f"expr{unnamed}", unnamed + 1
            if key in columns:
                raise malformed_query(f"duplicate alias: {key}")
            columns[key] = Leaf(self._place(f"{sql}"), field["type"])
        return columns, RecordShape("AggregateResult", None, tuple(columns.items()))

    # operands ---------------------------------------------------------------------------------------
    def _resolve_where(self, operand: Operand) -> tuple[str, FieldDescribe]:
        if isinstance(operand, FunctionCall):
            return self._date_function(operand)
        column = filterable(self._scope.column(operand))
        return column.sql, column.field

    def _resolve_grouped(self, operand: Operand) -> tuple[str, FieldDescribe]:
        """An operand of SELECT, HAVING or ORDER BY in a grouped query."""
        if isinstance(operand, Path) and len(operand.names) == 1:
            for item in self._query.items:
                if item.alias and item.alias.lower() == operand.names[0].lower():
                    return self._resolve_grouped(item.operand)
        if isinstance(operand, FunctionCall) and operand.function in AGGREGATES:
            return self._aggregate(operand)
        sql, field = self._resolve_group(operand)
        if sql not in [self._resolve_group(group)[0] for group in self._query.group_by]:
            raise malformed_query(f"Field must be grouped or aggregated: {operand}")
        return sql, field

    def _resolve_group(self, operand: Operand) -> tuple[str, FieldDescribe]:
        if isinstance(operand, FunctionCall):
            return self._date_function(operand)
        column = self._scope.column(operand)
        if not column.field["groupable"]:
            raise malformed_query(f"field '{column.field['name']}' can not be grouped in a query call")
        return column.sql, column.field

    def _date_function(self, call: FunctionCall) -> tuple[str, FieldDescribe]:
        refuse_function(call.function)
        if call.argument is None or call.function not in (*DATE_FUNCTIONS, "DAY_ONLY"):
            raise malformed_query(f"unexpected token: '{call.function}'")
        column = self._scope.column(call.argument)
        if column.field["type"] not in ("date", "datetime"):
            raise malformed_query(f"{call.function} needs a date or datetime field: {call.argument}")
        if call.function == "DAY_ONLY":
            return f"{column.sql}::DATE", describe_field("expr", "date")
        return f"{DATE_FUNCTIONS[call.function]}({column.sql})", WHOLE_NUMBER

    def _aggregate(self, call: FunctionCall) -> tuple[str, FieldDescribe]:
        if call.argument is None:
            raise malformed_query("COUNT() must be the only element in the SELECT list")
        column = self._scope.column(call.argument)
        is_sum = call.function in ("SUM", "AVG")
        if not column.field["aggregatable"] or (is_sum and column.field["type"] not in NUMBERS):
            raise malformed_query(
                f"field {column.field['name']} does not support aggregate operator {call.function}"
            )
        match call.function:
            case "COUNT":
                return f"count({column.sql})", WHOLE_NUMBER
            case "COUNT_DISTINCT":
                return f"count(DISTINCT {column.sql})", WHOLE_NUMBER
            case "SUM" | "AVG":
                return f"{call.function.lower()}({column.sql})", describe_field("expr", "double")
        return f"{call.function.lower()}({column.sql})", column.field

    # the whole --------------------------------------------------------------------------------------
    def _where(self) -> list[str]:
        where = []
        if self._scope.sobject.find("IsDeleted") and not self._asking.reach.deleted:
            where.append(f'coalesce(NOT {self._scope.table}."IsDeleted", true)')
        where += own_rows(self._scope)
        if self._query.where:
            where.append(self._condition(self._query.where, is_aggregate=False))
        return where

    def _assemble(self, is_aggregate: bool) -> str:
        where = self._where()
        clauses = []
        if self._query.group_by:
            grouped = [self._resolve_group(group)[0] for group in self._query.group_by]
            clauses.append(f"GROUP BY {', '.join(grouped)}")
        if self._query.having:
            clauses.append("HAVING " + self._condition(self._query.having, is_aggregate=True))
        if self._query.order_by:
            clauses.append("ORDER BY " + ", ".join(self._ordering(is_aggregate)))
        is_limited = obeys_limit(self._scope.sobject)
        if self._query.limit is not None and is_limited:
            clauses.append(f"LIMIT {self._query.limit}")
        if self._query.offset and is_limited:
            clauses.append(f"OFFSET {self._query.offset}")
        head = f"SELECT {', '.join(f'{sql} AS c{n}' for n, sql in enumerate(self._selected))}"
        middle = f"FROM {self._scope.from_sql}" + (f" WHERE {' AND '.join(where)}" if where else "")
        return " ".join([head, middle, *clauses])

    def _condition(self, condition: Condition, *, is_aggregate: bool) -> str:
        resolve = self._resolve_grouped if is_aggregate else self._resolve_where
        return Conditions(self._scope, resolve, self._subselect).sql(condition)

    def _subselect(self, query: Query, compared: FieldDescribe) -> str:
        return Translator(self._asking, query).ids(compared, targets_of(self._scope.sobject, compared))

    def _ordering(self, is_aggregate: bool) -> list[str]:
        ordered = []
        for ordering in self._query.order_by:
            if is_aggregate:
                sql, _ = self._resolve_grouped(ordering.operand)
            else:
                if isinstance(ordering.operand, FunctionCall):
                    raise malformed_query(f"unexpected token: '{ordering.operand}'")
                column = self._scope.column(ordering.operand)
                if not column.field["sortable"]:
                    raise malformed_query(f"field '{column.field['name']}' can not be sorted in a query call")
                sql = column.sql
            ordered.append(f"{sql} {ordering.direction} {ordering.nulls}")
        return ordered


def _is_aggregate(operand: Operand) -> bool:
    return isinstance(operand, FunctionCall) and operand.function in AGGREGATES
