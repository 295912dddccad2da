"""A way in which an org refuses a record, told as a condition in SQL: it holds for one and for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.rehearsal.database import literal
from runbook_lib.rehearsal.org.faults import SchemaFault


@dataclass(frozen=True)
class WriteRefusal:
    """`condition`: SQL over `n`, the record as it would be, and `o`, the record as it is."""

    condition: str
    code: str
    message: str
    fields: tuple[str, ...] = ()


class RuleFault(SchemaFault):
    """A rule that a world declares and the rehearsal cannot enforce, as it does over a field that a schema
    folder lacks: nothing would ever be refused by it."""

    def __init__(self, kind: str, name: str, what: str) -> None:
        super().__init__("the world's rules", f"{kind} {name}", f"cannot be imitated: {what}")


def first_of(refusals: Sequence[WriteRefusal], column: str) -> str:
    """SQL for the `code` or `message` of the first refusal that strikes, NULL when none does."""
    cases = " ".join(
        f"WHEN {refusal.condition} THEN {literal(getattr(refusal, column))}" for refusal in refusals
    )
    return f"CASE {cases} END"
