"""Keep or hide: one suggestion per field, each with its reason.

The rule is cautious. Hidden is suggested only for a custom field that Salesforce lets one hide and Marketo
does not need, and for a reason that stands in a list or was measured. A field whose namesake on the other
object is in use is not called empty; one that could not be measured is never judged by its use.
Sources: Marketo documentation, "Step 2 of 3: Create a Salesforce User for Marketo" (tasks and events).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from runbook_lib.review.fields.choice import ACTIVITIES, can_hide, locked_because
from runbook_lib.review.fields.name_lists import Hint, hint, package_of, runs_a_package
from runbook_lib.review.fields.risks import LONGEST_TEXT, is_encrypted, is_too_long
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Field, Snapshot, Unknown
from runbook_lib.text import Message, say

KEEP = "keep"
HIDE = "hide"
FEW_RECORDS = 50
"""Fewer records than these prove nothing about a field that none of them fills."""
HARDLY = 0.01
"""A field that less than this part of all records fill, none of them lately, is hardly in use."""
PAIRED = {"Lead": "Contact", "Contact": "Lead"}
"""Custom fields of one name on both become one field. Source: "Edit Initial Field Mappings"."""


@dataclass(frozen=True)
class Use:
    """What was measured about a field, and about its namesake on the other object."""

    fill: Fill | Unknown | None = None
    pair: Fill | Unknown | None = None


NOTHING_MEASURED = Use()


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
    measured = uses(snapshot)
    return tuple(suggestion_for(field, measured[field.full_name]) for field in snapshot.visible_fields())


def suggestion_for(field: Field, use: Use = NOTHING_MEASURED) -> FieldSuggestion:
    """What we suggest for this one field, and why."""
    decision, reason = judge(field, use)
    return FieldSuggestion(
        object=field.object,
        field=field.name,
        label=field.label,
        type=field.type,
        decision=decision,
        reason=reason,
        can_hide=can_hide(field),
    )


def uses(snapshot: Snapshot) -> Mapping[str, Use]:
    """``Lead.Region__c`` → what was measured about it, for every field that the sync user sees."""
    fill = snapshot.fill
    if isinstance(fill, Unknown) or fill is None:
        return {field.full_name: Use(fill) for field in snapshot.visible_fields()}
    return {
        field.full_name: Use(fill.get(field.full_name), fill.get(f"{PAIRED[field.object]}.{field.name}"))
        if field.object in PAIRED
        else Use(fill.get(field.full_name))
        for field in snapshot.visible_fields()
    }


def judge(field: Field, use: Use = NOTHING_MEASURED) -> tuple[str, Message]:
    """``keep`` or ``hide``, and why."""
    locked = locked_because(field)
    if locked is not None:
        return KEEP, locked
    if not field.custom:
        return KEEP, say(
            "A standard field: Marketo advises hiding custom fields only. Hide it if nobody in "
            "marketing will use it."
        )
    if field.object in ACTIVITIES:
        return KEEP, say("Marketo requires that all fields of tasks and events stay visible.")
    if not field.calculated and hint(field, Hint.CONSENT):
        return KEEP, say("Consent data: a person who objected must stay known to every tool that sends.")
    against = next(chain(_by_type(field), _by_name(field), _by_use(use)), None)
    if against is not None:
        return HIDE, against
    return KEEP, say("Nothing suggests hiding it. Hide it if nobody in marketing will use it.")


def _by_type(field: Field) -> Iterator[Message]:
    if field.calculated:
        yield say("A formula: Marketo sees a new value only when something else on the record changes.")
    if is_encrypted(field):
        yield say("Encrypted: such values should not leave Salesforce unless somebody needs them in Marketo.")
    if is_too_long(field):
        yield say(
            "Text of up to {length} characters: Marketo stores no more than {most} bytes.",
            length=field.length,
            most=LONGEST_TEXT,
        )
    if field.type == "reference":
        yield say("A lookup: Marketo gets an Id that means nothing to anybody.")
    if field.type in ("location", "base64"):
        yield say("Adobe documents nothing about fields of type {type}.", type=type_word(field.type))


def _by_name(field: Field) -> Iterator[Message]:
    if word := hint(field, Hint.SENSITIVE):
        yield say("“{word}”: data that is specially protected by law.", word=word)
    if word := hint(field, Hint.CONFIDENTIAL):
        yield say("“{word}”: private, or for finance or HR; not for campaigns.", word=word)
    if word := hint(field, Hint.RETIRED):
        yield say("“{word}”: judging by its name, it is no longer used.", word=word)
    if word := hint(field, Hint.NIGHTLY):
        yield say("“{word}”: apparently rewritten by a job; every change is work for the sync.", word=word)
    if word := hint(field, Hint.PLUMBING):
        yield say("“{word}”: judging by its name, it is for a program, not for people.", word=word)
    if runs_a_package(field):
        package = package_of(field)
        yield say("It belongs to the package {package}, which stores its own state in it.", package=package)


def _by_use(use: Use) -> Iterator[Message]:
    """A checkbox that nobody ticks is as empty as a text that nobody fills."""
    fill = use.fill
    if not isinstance(fill, Fill) or fill.sampled or fill.records < FEW_RECORDS or _is_used(use.pair):
        return
    if not fill.filled:
        yield say("Empty: none of {records} records has a value.", records=fill.records)
    elif fill.filled < HARDLY * fill.records and fill.used_lately is False:
        yield say(
            "Hardly used: {filled} of {records} records have a value, none of the last 365 days.",
            filled=fill.filled,
            records=fill.records,
        )


def _is_used(pair: Fill | Unknown | None) -> bool:
    return isinstance(pair, Fill) and pair.filled > 0
