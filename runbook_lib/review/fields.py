"""The field review: which fields Marketo would create for ever, and which of them are better hidden.

The rule is cautious. Hidden is suggested only for a custom field that Salesforce lets one hide and that is a
formula, encrypted, or text longer than Marketo stores. A field that Marketo needs is never suggested.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from runbook_lib.review.needed_fields import is_needed
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import Message, say, translate

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

KEEP = "keep"
HIDE = "hide"
LONGEST_TEXT = 30_000
"""A text area of Marketo holds up to 30,000 bytes. Source: Marketo developer documentation, "Field Types"."""
COLUMNS = (
    "object",
    "name",
    "label",
    "type",
    "length",
    "custom",
    "calculated",
    "flags",
    "never_hide",
    "cannot_hide",
    "suggestion",
    "reason",
)


@dataclass(frozen=True)
class FieldSuggestion:
    """What we suggest for one field the sync user sees; ``decision`` is ``keep`` or ``hide``."""

    object: str
    field: str
    label: str
    type: str
    decision: str
    reason: Message
    can_hide: bool

    @property
    def full_name(self) -> str:
        """``Lead.Email``."""
        return f"{self.object}.{self.field}"


def suggestions(snapshot: Snapshot) -> tuple[FieldSuggestion, ...]:
    """One suggestion per field the sync user sees, by object and name; empty if nobody could look."""
    return tuple(suggestion_for(field) for field in snapshot.visible_fields())


def suggestion_for(field: Field) -> FieldSuggestion:
    """What we suggest for this one field, and why."""
    decision, reason = _judge(field)
    return FieldSuggestion(
        object=field.object,
        field=field.name,
        label=field.label,
        type=field.type,
        decision=decision,
        reason=reason,
        can_hide=can_hide(field),
    )


def can_hide(field: Field) -> bool:
    """Whether Salesforce lets field-level security hide this field by itself.

    Required, name and system fields are not ``permissionable``; the parts of a compound field (a street, a
    latitude) are governed by the compound. Source: Salesforce describe, FieldPermissions.
    """
    return field.permissionable and not field.compound


def flags(field: Field) -> tuple[str, ...]:
    """What deserves a second look, in fixed words: formula, encrypted, long text, multi-select, lookup."""
    found = {
        "formula": field.calculated,
        "encrypted": is_encrypted(field),
        "long text": is_too_long(field),
        "multi-select": field.type == "multipicklist",
        "lookup": field.type == "reference",
    }
    return tuple(name for name, holds in found.items() if holds)


def is_encrypted(field: Field) -> bool:
    """Whether Salesforce keeps the value encrypted or masked."""
    return field.encrypted or field.type == "encryptedstring"


def is_too_long(field: Field) -> bool:
    """Whether its text can be longer than what Marketo stores."""
    return field.type == "textarea" and field.length > LONGEST_TEXT


def field_review(snapshot: Snapshot, language: str = "en") -> pd.DataFrame:
    """The review table, one row per field the sync user sees; columns of :func:`field_review_schema`.

    ``flags`` are words with commas between; ``reason`` is in ``language``. Empty where nobody could look.
    """
    import pandas as pd  # lazy: only who looks at tables pays for pandas

    rows = [_row(field, language) for field in snapshot.visible_fields()]
    table: pd.DataFrame = field_review_schema().validate(pd.DataFrame(rows, columns=list(COLUMNS)))
    return table


@cache
def field_review_schema() -> pa.DataFrameSchema:
    """The columns of the review table, their types and the values that are allowed."""
    import pandera.pandas as pa  # lazy: only who looks at tables pays for pandera

    text: dict[str, Any] = {"dtype": str, "coerce": True}
    flag: dict[str, Any] = {"dtype": bool, "coerce": True}
    return pa.DataFrameSchema(
        {
            "object": pa.Column(**text),
            "name": pa.Column(**text),
            "label": pa.Column(**text),
            "type": pa.Column(**text),
            "length": pa.Column(int, pa.Check.ge(0), coerce=True),
            "custom": pa.Column(**flag),
            "calculated": pa.Column(**flag),
            "flags": pa.Column(**text),
            "never_hide": pa.Column(**flag),
            "cannot_hide": pa.Column(**flag),
            "suggestion": pa.Column(checks=pa.Check.isin([KEEP, HIDE]), **text),
            "reason": pa.Column(**text),
        },
        unique=["object", "name"],
        strict=True,
        ordered=True,
    )


def _row(field: Field, language: str) -> dict[str, Any]:
    decision, reason = _judge(field)
    return {
        "object": field.object,
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "length": field.length,
        "custom": field.custom,
        "calculated": field.calculated,
        "flags": ", ".join(flags(field)),
        "never_hide": is_needed(field.object, field.name),
        "cannot_hide": not can_hide(field),
        "suggestion": decision,
        "reason": translate(reason, language),
    }


def _judge(field: Field) -> tuple[str, Message]:
    if is_needed(field.object, field.name):
        return KEEP, say("Marketo needs this field.")
    if not can_hide(field):
        return KEEP, say("Salesforce does not let anybody hide this field by itself.")
    if not field.custom:
        return KEEP, say("A standard field: Marketo advises to hide custom fields only.")
    if field.calculated:
        return HIDE, say(
            "A formula: Marketo sees a new value only when something else on the record changes."
        )
    if is_encrypted(field):
        return HIDE, say(
            "Encrypted: such values should not leave Salesforce unless somebody needs them in Marketo."
        )
    if is_too_long(field):
        return HIDE, say(
            "Text of up to {length} characters: Marketo stores no more than {most} bytes.",
            length=field.length,
            most=LONGEST_TEXT,
        )
    return KEEP, say("Nothing speaks against it. Hide it if nobody in marketing will use it.")
