"""What a formula of a rule means, as SQL over `n`, the record as it would be, and `o`, the record as it is.

As in Salesforce a picklist is asked by ISPICKVAL or TEXT alone, an empty text is the text "", and what
differs in kind cannot be compared. `o` has no Id for a new record.
Source: Salesforce Help, "Formula Operators and Functions".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runbook_lib.rehearsal.database import literal, quoted
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.writes.formula_reading import (
    COMPARISONS,
    FormulaCall,
    FormulaConstant,
    FormulaFault,
    Node,
)

TEXT, NUMBER, BOOLEAN, DATE, MOMENT, PICKLIST = "text", "number", "boolean", "date", "date/time", "picklist"
_KINDS = {
    **dict.fromkeys(("string", "textarea", "phone", "url", "email", "id", "reference"), TEXT),
    **dict.fromkeys(("int", "double", "currency"), NUMBER),
    "boolean": BOOLEAN,
    "date": DATE,
    "datetime": MOMENT,
    "picklist": PICKLIST,
}
"""Field type → kind, for the types that formulas of the rehearsal can ask."""
_IS_NEW = 'o."Id" IS NULL'


@dataclass(frozen=True)
class Meaning:
    """A piece of SQL and the kind of its value."""

    sql: str
    kind: str


@dataclass(frozen=True)
class FormulaContext:
    """Whose record a formula is about, and who writes it."""

    catalog: Catalog
    sobject: SObject
    user_id: str

    def condition(self, formula: Node) -> str:
        """The formula as an SQL condition, never NULL; FormulaFault when it is none."""
        return f"coalesce({self._of(formula, BOOLEAN)}, FALSE)"

    def _of(self, node: Node, *kinds: str) -> str:
        meaning = self._meaning(node)
        if meaning.kind not in kinds:
            raise FormulaFault(f"{' or '.join(kinds)} is expected, not {meaning.kind}: {node}")
        return meaning.sql

    def _meaning(self, node: Node) -> Meaning:
        match node:
            case FormulaConstant(bool() as value):
                return Meaning(str(value).upper(), BOOLEAN)
            case FormulaConstant(str() as value):
                return Meaning(literal(value), TEXT)
            case FormulaConstant(value):
                return Meaning(repr(value), NUMBER)
            case FormulaCall(function, arguments):
                return self._call(function, arguments)
        return self._named(node.name, "n")

    def _named(self, name: str, record: str) -> Meaning:
        if name.startswith("$"):
            return self._of_writer(name)
        field = self.sobject.find(name)
        if field is None:
            raise FormulaFault(f"{self.sobject.name} has no field {name}")
        return _column(field, record)

    def _of_writer(self, name: str) -> Meaning:
        """`$User.X`, and `$Profile.Name`."""
        place, _, field_name = name.partition(".")
        me = f'FROM org."User" AS u WHERE u."Id" = {literal(self.user_id)}'
        if place.lower() == "$user" and (field := self.catalog["User"].find(field_name)):
            column = _column(field, "u")
            return Meaning(f"(SELECT {column.sql} {me})", column.kind)
        if name.lower() == "$profile.name":
            profile = f'(SELECT u."ProfileId" {me})'
            return Meaning(f'(SELECT "Name" FROM org."Profile" WHERE "Id" = {profile})', TEXT)
        raise FormulaFault(f"not imitated: {name}")

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Meaning:
        if function in COMPARISONS:
            return Meaning(self._compared(function, *map(self._meaning, arguments)), BOOLEAN)
        if function in ("AND", "OR") and arguments:
            parts = f" {function} ".join(self.condition(part) for part in arguments)
            return Meaning(f"({parts})", BOOLEAN)
        known = _FUNCTIONS.get(function)
        if known is None:
            raise FormulaFault(f"not imitated: the function {function}")
        wanted, meaning = known
        if len(arguments) != wanted:
            raise FormulaFault(f"{function} takes {wanted}, not {len(arguments)}")
        return meaning(self, *arguments)

    @staticmethod
    def _compared(sign: str, left: Meaning, right: Meaning) -> str:
        if left.kind != right.kind or left.kind == PICKLIST:
            raise FormulaFault(
                f"{left.kind} cannot be compared with {right.kind}; a picklist by ISPICKVAL alone"
            )
        first, second = (
            f"coalesce({side.sql}, '')" if left.kind == TEXT else side.sql for side in (left, right)
        )
        word = {"=": "IS NOT DISTINCT FROM", "<>": "IS DISTINCT FROM"}.get(sign, sign)
        return f"({first} {word} {second})"

    # functions ------------------------------------------------------------------------------------------
    def is_blank(self, node: Node) -> Meaning:
        """ISBLANK(anything)."""
        value = self._meaning(node)
        return Meaning(f"(nullif(CAST({value.sql} AS VARCHAR), '') IS NULL)", BOOLEAN)

    def is_not(self, node: Node) -> Meaning:
        """NOT(condition)."""
        return Meaning(f"(NOT {self.condition(node)})", BOOLEAN)

    def is_picklist_value(self, picklist: Node, value: Node) -> Meaning:
        """ISPICKVAL(picklist, text)."""
        return Meaning(f"(coalesce({self._of(picklist, PICKLIST)}, '') = {self._of(value, TEXT)})", BOOLEAN)

    def is_new(self) -> Meaning:
        """ISNEW()."""
        return Meaning(f"({_IS_NEW})", BOOLEAN)

    def is_changed(self, node: Node) -> Meaning:
        """ISCHANGED(field); a new record has changed nothing."""
        now, before = self._both(node)
        return Meaning(f"(NOT {_IS_NEW} AND {now.sql} IS DISTINCT FROM {before.sql})", BOOLEAN)

    def prior_value(self, node: Node) -> Meaning:
        """PRIORVALUE(field); of a new record the present one."""
        now, before = self._both(node)
        return Meaning(f"(CASE WHEN {_IS_NEW} THEN {now.sql} ELSE {before.sql} END)", now.kind)

    def text(self, node: Node) -> Meaning:
        """TEXT(picklist or number)."""
        return Meaning(f"CAST({self._of(node, PICKLIST, NUMBER)} AS VARCHAR)", TEXT)

    def length(self, node: Node) -> Meaning:
        """LEN(text)."""
        return Meaning(f"length(coalesce({self._of(node, TEXT)}, ''))", NUMBER)

    def contains(self, text: Node, part: Node) -> Meaning:
        """CONTAINS(text, part)."""
        return Meaning(f"contains(coalesce({self._of(text, TEXT)}, ''), {self._of(part, TEXT)})", BOOLEAN)

    def begins(self, text: Node, part: Node) -> Meaning:
        """BEGINS(text, part)."""
        return Meaning(f"starts_with(coalesce({self._of(text, TEXT)}, ''), {self._of(part, TEXT)})", BOOLEAN)

    def lower(self, node: Node) -> Meaning:
        """LOWER(text)."""
        return Meaning(f"lower({self._of(node, TEXT)})", TEXT)

    def _both(self, node: Node) -> tuple[Meaning, Meaning]:
        if isinstance(node, FormulaConstant | FormulaCall) or node.name.startswith("$"):
            raise FormulaFault("ISCHANGED and PRIORVALUE take a field")
        return self._named(node.name, "n"), self._named(node.name, "o")


def _column(field: FieldDescribe, record: str) -> Meaning:
    kind = _KINDS.get(field["type"])
    if kind is None or field["calculated"]:
        raise FormulaFault(f"not imitated: a formula over {field['name']} ({field['type']})")
    return Meaning(f"{record}.{quoted(field['name'])}", kind)


_FUNCTIONS: dict[str, tuple[int, Callable[..., Meaning]]] = {
    "ISBLANK": (1, FormulaContext.is_blank),
    "NOT": (1, FormulaContext.is_not),
    "ISPICKVAL": (2, FormulaContext.is_picklist_value),
    "ISNEW": (0, FormulaContext.is_new),
    "ISCHANGED": (1, FormulaContext.is_changed),
    "PRIORVALUE": (1, FormulaContext.prior_value),
    "TEXT": (1, FormulaContext.text),
    "LEN": (1, FormulaContext.length),
    "CONTAINS": (2, FormulaContext.contains),
    "BEGINS": (2, FormulaContext.begins),
    "LOWER": (1, FormulaContext.lower),
}
"""Function → how many arguments it takes, and what it means."""
