"""The columns of the field review, one row each: type, the values it may have, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.review.fields.advice import HIDE, KEEP, PAIRED, Use
from runbook_lib.review.fields.choice import can_hide, locked_because
from runbook_lib.review.fields.made import Made
from runbook_lib.review.fields.marketo_side import Making
from runbook_lib.review.fields.name_lists import package_of
from runbook_lib.review.fields.risks import Risk
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.needed_fields import is_needed
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, translate

MEASURED = ("counted", "sampled", "not measured")
"""How ``filled`` came about: all records, the newest ones, or not at all (then ``share`` is empty)."""
USED_LATELY = {True: "yes", False: "no", None: "cannot tell"}


@dataclass(frozen=True)
class FieldFacts:
    """All that is known of a field under review. ``names``: full names of all fields that are seen.
    ``advice``: keep or hide, and why."""

    field: Field
    names: frozenset[str]
    use: Use
    made: Making
    advice: tuple[str, Message]
    risks: tuple[Risk, ...]
    language: str

    @property
    def fill(self) -> Fill | None:
        """How often it is filled; ``None`` where that was not measured."""
        return self.use.fill if isinstance(self.use.fill, Fill) else None

    @property
    def pair(self) -> str:
        """Full name of the field of the same name on the other object; empty where there is none."""
        pair = f"{PAIRED.get(self.field.object, '')}.{self.field.name}"
        return pair if pair in self.names else ""

    @property
    def measured(self) -> str:
        """One of :data:`MEASURED`."""
        return MEASURED[2] if self.fill is None else MEASURED[1 if self.fill.sampled else 0]


@dataclass(frozen=True)
class Column:
    """One column. ``kind``: text, flag, count, maybe count or share (0 to 1, or empty)."""

    kind: str
    of: Callable[[FieldFacts], Any]
    allowed: tuple[str, ...] = ()


COLUMNS: Mapping[str, Column] = {
    "object": Column("text", lambda facts: facts.field.object),
    "name": Column("text", lambda facts: facts.field.name),
    "label": Column("text", lambda facts: facts.field.label),
    "type": Column("text", lambda facts: facts.field.type),
    "length": Column("count", lambda facts: facts.field.length),
    "package": Column("text", lambda facts: package_of(facts.field)),
    "custom": Column("flag", lambda facts: facts.field.custom),
    "calculated": Column("flag", lambda facts: facts.field.calculated),
    "share": Column("share", lambda facts: facts.fill and facts.fill.share),
    "filled": Column("maybe count", lambda facts: facts.fill and facts.fill.filled),
    "records": Column("maybe count", lambda facts: facts.fill and facts.fill.records),
    "measured": Column("text", lambda facts: facts.measured, MEASURED),
    "used_lately": Column(
        "text",
        lambda facts: USED_LATELY[facts.fill.used_lately if facts.fill else None],
        tuple(USED_LATELY.values()),
    ),
    "marketo": Column("text", lambda facts: facts.made.made.value, tuple(made.value for made in Made)),
    "marketo_name": Column("text", lambda facts: facts.made.name),
    "marketo_type": Column("text", lambda facts: facts.made.type),
    "flags": Column("text", lambda facts: ", ".join(risk.watch for risk in facts.risks)),
    "risks": Column(
        "text",
        lambda facts: " ".join(translate(risk.reason, facts.language) for risk in facts.risks),
    ),
    "never_hide": Column("flag", lambda facts: is_needed(facts.field.object, facts.field.name)),
    "cannot_hide": Column("flag", lambda facts: not can_hide(facts.field)),
    "locked": Column("flag", lambda facts: locked_because(facts.field) is not None),
    "pair": Column("text", lambda facts: facts.pair),
    "suggestion": Column("text", lambda facts: facts.advice[0], (KEEP, HIDE)),
    "reason": Column("text", lambda facts: translate(facts.advice[1], facts.language)),
}
