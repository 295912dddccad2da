"""What a person wants to know of a pair of fields before joining or parting them: the values that only one of
them has, and who wins when both systems change a record at once.

Sources: Marketo documentation, "SFDC Sync: Lead Sync" ("Marketo wins") and "SFDC Sync: Contact Sync" ("let
Salesforce win"). Nothing is published for a person who is a lead and a contact at once: nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbook_lib.review.fields.type_words import type_word
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, say

CONFLICT_SOURCE = say(
    "Who wins when Salesforce and Marketo change a record at the same time: Marketo for leads, "
    "Salesforce for contacts (Marketo documentation, “SFDC Sync: Lead Sync” and “Contact Sync”). If "
    "one person is both a lead and a contact, cannot tell: nothing is published."
)


@dataclass(frozen=True)
class ValueApart:
    """A picklist value that only the field of object ``on`` has. ``refused``: the other field's picklist is
    restricted, so that a record with this value is refused there."""

    value: str
    on: str
    refused: bool


def values_apart(lead: Field, contact: Field) -> tuple[ValueApart, ...]:
    """Every value that only one of two picklists has, in its order; none where one of them is no picklist."""
    if not (lead.picklist and contact.picklist):
        return ()
    return (*_only(lead, contact), *_only(contact, lead))


def winner(field: Field) -> Message:
    """Who wins for one field: Salesforce where the sync user cannot write it, whatever the object."""
    if field.calculated:
        return say("Salesforce, because it is a formula")
    if not field.updateable:
        return say("Salesforce, because the sync user may not edit it")
    return say("Marketo") if field.object == "Lead" else say("Salesforce")


def on_conflict(lead: Field, contact: Field) -> Message:
    """Who wins for a pair: for leads, and for contacts."""
    return say("lead: {lead}; contact: {contact}", lead=winner(lead), contact=winner(contact))


def type_and_length(field: Field) -> Message:
    """``string (80)``, with the digits of a number, and whether a picklist is restricted."""
    size: dict[str, object] = {
        "type": type_word(field.type),
        "length": field.length,
        "scale": field.scale,
        "precision": field.precision,
    }
    if field.restricted_picklist:
        return say("{type}, restricted, {length} characters", **size)
    if field.precision:
        return say("{type}, {precision} digits, {scale} of them decimals", **size)
    return say("{type}, {length} characters", **size) if field.length else Message("{type}", size)


def _only(field: Field, other: Field) -> Iterator[ValueApart]:
    there = set(other.picklist)
    for value in field.picklist:
        if value not in there:
            yield ValueApart(value, field.object, other.restricted_picklist)
