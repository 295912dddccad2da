"""What SOQL allows of a sub-select in WHERE.

Source: SOQL and SOSL Reference, "Comparison Operators", semi-joins with IN and anti-joins with NOT IN. The
texts are those of live orgs, found in public error tables and tests; where none is known they are our own,
and say which rule of the reference is broken.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook_lib.rehearsal.org.faults import OrgFault, malformed_query
from runbook_lib.rehearsal.org.schema.catalog import SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.soql.parser import Condition, Junction, Membership, Negation, Path, Query

MOST = 2
"""Sub-selects of one WHERE clause."""
NEVER_INSIDE = (
    "ActivityHistory", "Attachment", "Event", "EventAttendee", "LoginHistory", "Note", "OpenActivity", "Tag",
    "Task",
)  # fmt: skip
"""Objects that a sub-select cannot ask."""

Placed = tuple[Membership, tuple[str, ...]]
"""A condition with a sub-select, and the words that join what it stands in, outermost first."""


def check_semi_joins(query: Query) -> None:
    """OrgFault MALFORMED_QUERY when a sub-select is not where, or not what, SOQL allows."""
    if any(_placed(query.having)):
        raise malformed_query("Semi-joins are only supported in WHERE clauses")
    placed = list(_placed(query.where))
    if len(placed) > MOST:
        raise malformed_query(f"Maximum {MOST} semi join sub-selects are allowed")
    for membership, above in placed:
        _check_place(above)
        if not isinstance(membership.operand, Path) or _is_dotted(membership.operand, query):
            raise malformed_query(
                f"The left operand of a semi-join cannot use relationships or functions: {membership.operand}"
            )
        if isinstance(membership.values, Query):
            _check_inner(query, membership.values)


def different_types(inner: str, outer: str) -> OrgFault:
    """Both sides of a semi-join have to point at the same object."""
    return malformed_query(
        f"The selected field '{inner}' in the subquery and the left operand field in the where expression in "
        f"the outer query '{outer}' should point to the same object type"
    )


def targets_of(sobject: SObject, field: FieldDescribe) -> frozenset[str]:
    """The objects whose ids a field holds."""
    return frozenset([sobject.name] if field["type"] == "id" else field["referenceTo"])


def _placed(condition: Condition | None, above: tuple[str, ...] = ()) -> Iterator[Placed]:
    match condition:
        case Junction(word, parts):
            for part in parts:
                yield from _placed(part, (*above, word))
        case Negation(part):
            yield from _placed(part, (*above, "NOT"))
        case Membership(_, _, Query()):
            yield condition, above


def _check_place(above: tuple[str, ...]) -> None:
    if above == ("OR",):
        raise malformed_query("Semi join sub-selects are not allowed with the 'OR' operator")
    if "NOT" in above:
        raise malformed_query("Semi join sub-selects are not allowed with the 'NOT' operator: use NOT IN")
    if len(above) > 1:
        raise malformed_query(
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested "
            "WHERE expressions."
        )


def _check_inner(outer: Query, inner: Query) -> None:
    if inner.source.lower() == outer.source.lower():
        raise malformed_query("The inner and outer selects should not be on the same object type")
    if any(_placed(inner.where)):
        raise malformed_query("Nesting of semi join sub-selects is not supported")
    if inner.source.lower() in {name.lower() for name in NEVER_INSIDE}:
        raise malformed_query(f"Entity '{inner.source}' is not supported for semi join inner selects")
    if inner.limit is not None or inner.offset or inner.order_by or inner.group_by:
        raise malformed_query("A semi join sub-select takes no GROUP BY, ORDER BY, LIMIT or OFFSET")
    if len(inner.items) != 1 or not isinstance(inner.items[0].operand, Path):
        raise malformed_query("A semi-join sub-select selects exactly one field")
    if _is_dotted(inner.items[0].operand, inner):
        raise malformed_query("inner select field cannot have more than one level of relationships")


def _is_dotted(path: Path, query: Query) -> bool:
    """Whether a path leads to a parent; the object's own name or alias in front does not count."""
    own = {query.source.lower(), (query.alias or "").lower()}
    return len(path.names) - (path.names[0].lower() in own and len(path.names) > 1) > 1
