"""A way in which an org refuses a record, told as a condition in SQL: it holds for one and for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook_lib.rehearsal.database import literal


@dataclass(frozen=True)
class WriteRefusal:
    """`condition`: SQL over `n`, the record as it would be, and `o`, the record as it is."""

    condition: str
    code: str
    message: str
    fields: tuple[str, ...] = ()


class RuleFault(ValueError):
    """A rule that a world declares and the rehearsal cannot enforce: nothing would ever be refused by it."""

    def __init__(self, kind: str, name: str, what: str) -> None:
        super().__init__(f"{kind} {name} cannot be imitated: {what}")


def first_of(refusals: Sequence[WriteRefusal], column: str) -> str:
    """SQL for the `code` or `message` of the first refusal that strikes, NULL when none does."""
    cases = " ".join(
        f"WHEN {refusal.condition} THEN {literal(getattr(refusal, column))}" for refusal in refusals
    )
    return f"CASE {cases} END"
