"""What the names of one query mean: its object, the parents it reaches, the fields the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from runbook_lib.rehearsal.database import literal, quoted
from runbook_lib.rehearsal.org.faults import OrgFault, no_such_column, unsupported_object
from runbook_lib.rehearsal.org.permissions import FieldAccess, Permissions
from runbook_lib.rehearsal.org.rows.tables import as_json, relation, table_of
from runbook_lib.rehearsal.org.schema.catalog import IN_BOTH_APIS, Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.soql.parser import Path

ADDRESS_KEYS = (
    "street",
    "city",
    "state",
    "postalCode",
    "country",
    "latitude",
    "longitude",
    "geocodeAccuracy",
)
"""Keys of an address in a record."""


TYPE_OF = {"Group": "Queue"}
"""Object → the word that the type of a lookup to several objects has for it, where it is another."""


class RowSource(Protocol):
    """Makes the rows of objects that have no table."""

    def rows(self, user_id: str, object_name: str) -> list[dict[str, Any]]:
        """The rows of a computed object as that user sees them."""
        ...


@dataclass(frozen=True)
class ResolvedField:
    """A field that a path leads to."""

    sql: str
    field: FieldDescribe
    sobject: SObject
    table: str
    """Alias of the table it is in."""


@dataclass(frozen=True)
class QueryReach:
    """When a query is asked and how far it looks."""

    now: datetime
    deleted: bool = False
    """Records of the recycle bin count too (queryAll)."""
    tooling: bool = False
    """It is asked of the Tooling API, which knows more objects."""


class Asking:
    """One query on its way: who asks, how far it looks, and the values bound so far."""

    def __init__(
        self, catalog: Catalog, permissions: Permissions, source: RowSource, user_id: str, reach: QueryReach
    ) -> None:
        self.catalog = catalog
        self.permissions = permissions
        self.user_id = user_id
        self.reach = reach
        self.parameters: dict[str, Any] = {}
        self._source = source
        self._access: dict[str, FieldAccess] = {}
        self._tables = 0

    def bind(self, value: Any) -> str:
        """A placeholder for a value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def new_alias(self) -> str:
        """A table alias that nothing else has."""
        self._tables += 1
        return f"t{self._tables}"

    def readable(self, sobject: SObject, field: FieldDescribe) -> bool:
        """Whether the caller may read a field."""
        if sobject.name not in self._access:
            self._access[sobject.name] = self.permissions.fields(self.user_id, sobject)
        name = field["name"].lower()
        if name in sobject.tooling_fields:
            return self.reach.tooling
        return name in self._access[sobject.name].readable

    def open_object(self, name: str) -> SObject:
        """The object of a FROM; OrgFault INVALID_TYPE when there is none for this caller in this API."""
        sobject = self.permissions.readable_object(self.user_id, name)
        is_here = sobject.name in IN_BOTH_APIS if self.reach.tooling else True
        if not (is_here or sobject.is_tooling) or (sobject.is_tooling and not self.reach.tooling):
            raise unsupported_object(name)
        return sobject

    def relation(self, sobject: SObject) -> str:
        """What to put in FROM for an object."""
        if sobject.has_table:
            return table_of(sobject.name)
        if sobject.kind == "name":
            return f"({' UNION ALL '.join(self._named(sobject, member) for member in sobject.members)})"
        rows = self._source.rows(self.user_id, sobject.name)
        return relation(sobject.stored_fields, self.bind(as_json(rows))[1:])

    def _named(self, name: SObject, member: str) -> str:
        """The rows of one member with the columns of Name."""
        known = self.catalog[member]
        columns = [
            f"{quoted(field['name'])}" if known.find(field["name"]) else f"NULL AS {quoted(field['name'])}"
            for field in name.stored_fields
            if field["name"] != "Type"
        ]
        kind = literal(TYPE_OF.get(member, member))
        return f'SELECT {", ".join(columns)}, {kind} AS "Type" FROM {table_of(member)}'


class Scope:
    """The FROM of one query or subquery."""

    def __init__(self, asking: Asking, object_name: str, alias: str | None) -> None:
        self.asking = asking
        self.sobject = asking.open_object(object_name)
        self.table = asking.new_alias()
        self._alias = (alias or "").lower()
        self._tables: dict[tuple[str, ...], tuple[str, SObject]] = {(): (self.table, self.sobject)}
        self._joins: list[str] = []

    @property
    def from_sql(self) -> str:
        """FROM with the joins that the paths asked for; read it last."""
        return " ".join([f"{self.asking.relation(self.sobject)} AS {self.table}", *self._joins])

    def column(self, path: Path) -> ResolvedField:
        """The field a path leads to; OrgFault INVALID_FIELD when the caller cannot see one there."""
        names = self.without_alias(path.names)
        table, sobject = self.parent(names[:-1])
        field = sobject.find(names[-1])
        if field is None or not self.asking.readable(sobject, field):
            raise no_such_column(names[-1], sobject.name)
        return ResolvedField(f"{table}.{quoted(field['name'])}", field, sobject, table)

    def without_alias(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The same path without the object's own name or alias in front."""
        is_own = len(names) > 1 and names[0].lower() in (self._alias, self.sobject.name.lower())
        return names[1:] if is_own else names

    def parent(self, relationships: tuple[str, ...]) -> tuple[str, SObject]:
        """Table alias and object behind a chain of relationship names."""
        key = tuple(name.lower() for name in relationships)
        if key not in self._tables:
            table, sobject = self.parent(relationships[:-1])
            reference = self.asking.catalog.parent(sobject, relationships[-1])
            if reference is None or not self._may_follow(sobject, *reference):
                raise OrgFault(
                    400,
                    "INVALID_FIELD",
                    f"Didn't understand relationship '{relationships[-1]}' in field path. If you are "
                    "attempting to use a custom relationship, be sure to append the '__r' after the "
                    "custom relationship name.",
                )
            lookup, target = reference
            alias = self.asking.new_alias()
            self._joins.append(
                f"LEFT JOIN {self.asking.relation(target)} AS {alias} ON {alias}."
                f"{quoted(identity(target))} = {table}.{quoted(lookup['name'])}"
            )
            self._tables[key] = (alias, target)
        return self._tables[key]

    def _may_follow(self, sobject: SObject, lookup: FieldDescribe, target: SObject) -> bool:
        return (
            self.asking.readable(sobject, lookup)
            and self.asking.permissions.access(self.asking.user_id, target).read
        )


def identity(sobject: SObject) -> str:
    """The field that names a row: Id, or DurableId in the metadata catalog."""
    return "Id" if sobject.find("Id") else "DurableId"


def parts_of(sobject: SObject, compound: FieldDescribe) -> list[FieldDescribe]:
    """The fields that an address is put together from."""
    return [field for field in sobject.fields.values() if field["compoundFieldName"] == compound["name"]]


def address_key(name: str) -> str:
    """`MailingPostalCode` → `postalCode`."""
    for key in ADDRESS_KEYS:
        if name.lower().endswith(key.lower()):
            return key
    return name[:1].lower() + name[1:]
