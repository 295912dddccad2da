"""The mapping review: which Lead and Contact fields Marketo will combine, and which it leaves alone.

"Marketo automatically combines similarly named custom fields into a single field." Only custom fields, and
only before Start Sync. We take "similarly named" as the same API name in any case: that can be checked.
Source: Marketo documentation, "Edit Initial Field Mappings".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from runbook_lib.review.fields.type_words import type_word
from runbook_lib.review.mappings.similar_fields import counterparts
from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import Message, Worded, say, translate

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

LEAVE = "leave"
BREAK = "break"
COLUMNS = ("lead_field", "contact_field", "lead_type", "contact_type", "verdict", "suggestion", "reason")
KINDS = {
    "text": (
        "string",
        "textarea",
        "picklist",
        "multipicklist",
        "combobox",
        "phone",
        "url",
        "email",
        "id",
        "reference",
        "encryptedstring",
    ),
    "number": ("double", "currency", "percent", "int", "long"),
    "yes or no": ("boolean",),
    "day": ("date",),
    "moment": ("datetime",),
}
"""Describe types that hold the same kind of value; a type in no kind stands for itself."""


class MappingVerdict(Worded):
    """How well the two fields of a pair fit: values pass unharmed, some may be lost, or the kinds differ."""

    FITS = "fits", say("fits")
    LOSES = "loses", say("may lose values")
    CLASHES = "clashes", say("does not fit")


@dataclass(frozen=True)
class MappingPair:
    """A custom Lead field and the like-named custom Contact field that Marketo combines into one field."""

    lead: Field
    contact: Field
    verdict: MappingVerdict
    reason: Message

    @property
    def suggestion(self) -> str:
        """``break`` for a clash, else ``leave``."""
        return BREAK if self.verdict is MappingVerdict.CLASHES else LEAVE


@dataclass(frozen=True)
class MappingReview:
    """``pairs`` Marketo will combine; ``unpaired`` custom fields that stay separate, Lead and Contact."""

    pairs: tuple[MappingPair, ...]
    unpaired: tuple[Field, ...]

    @property
    def clashes(self) -> tuple[MappingPair, ...]:
        """The pairs better broken."""
        return tuple(pair for pair in self.pairs if pair.verdict is MappingVerdict.CLASHES)


def mapping_review(snapshot: Snapshot) -> MappingReview:
    """Pairs and unpaired custom fields among those the sync user sees; both empty if nobody could look."""
    leads = custom_fields(snapshot, "Lead")
    contacts = custom_fields(snapshot, "Contact")
    pairs = tuple(judged_pair(leads[name], contacts[name]) for name in sorted(leads.keys() & contacts.keys()))
    alone = [leads[name] for name in sorted(leads.keys() - contacts.keys())]
    alone += [contacts[name] for name in sorted(contacts.keys() - leads.keys())]
    return MappingReview(pairs, tuple(alone))


def near_pairs(review: MappingReview) -> tuple[MappingPair, ...]:
    """Unpaired fields that mean the same by name, label or values, such as ``LinkedIn__c`` and
    ``LinkedIn_URL__c``: Marketo leaves them apart, and a person may want them together.

    Each field is named once at most, and only where both hold the same kind of value.
    """
    leads = [field for field in review.unpaired if field.object == "Lead"]
    contacts = [field for field in review.unpaired if field.object == "Contact"]
    alike = counterparts(leads, contacts)
    return tuple(judged_pair(lead, contact) for lead, contact in alike if _kind(lead) == _kind(contact))


def mapping_table(review: MappingReview, language: str = "en") -> pd.DataFrame:
    """The review as a table: one row per pair, then one per unpaired field; see :func:`mapping_schema`."""
    import pandas as pd  # lazy: only who looks at tables pays for pandas

    rows = [*_pair_rows(review, language), *_unpaired_rows(review, language)]
    table: pd.DataFrame = mapping_schema().validate(pd.DataFrame(rows, columns=list(COLUMNS)))
    return table


@cache
def mapping_schema() -> pa.DataFrameSchema:
    """The columns of the mapping table; the field that is missing in an unpaired row is an empty text."""
    import pandera.pandas as pa  # lazy: only who looks at tables pays for pandera

    verdicts = [verdict.value for verdict in MappingVerdict] + ["unpaired"]
    allowed = {"verdict": pa.Check.isin(verdicts), "suggestion": pa.Check.isin([LEAVE, BREAK])}
    columns = {name: pa.Column(str, checks=allowed.get(name), coerce=True) for name in COLUMNS}
    return pa.DataFrameSchema(columns, unique=["lead_field", "contact_field"], strict=True, ordered=True)


def custom_fields(snapshot: Snapshot, object_name: str) -> dict[str, Field]:
    """The custom fields of one object that the sync user sees, by their names in lower case; without
    Marketo's own, whose mapping is fixed."""
    return {
        field.name.lower(): field
        for field in snapshot.visible_fields()
        if field.object == object_name and field.custom and not field.name.lower().startswith(MARKETO_PREFIX)
    }


def judged_pair(lead: Field, contact: Field) -> MappingPair:
    """Any two fields as a pair, with their verdict."""
    verdict, reason = _judge(lead, contact)
    return MappingPair(lead, contact, verdict, reason)


def _judge(lead: Field, contact: Field) -> tuple[MappingVerdict, Message]:
    if _kind(lead) != _kind(contact):
        return MappingVerdict.CLASHES, say(
            "Different kinds of value: {lead_type} on Lead, {contact_type} on Contact.",
            lead_type=type_word(lead.type),
            contact_type=type_word(contact.type),
        )
    if _kind(lead) == "text" and lead.length != contact.length:
        return MappingVerdict.LOSES, say(
            "Different lengths: {lead_length} characters on Lead, {contact_length} on Contact; longer text "
            "is cut or refused.",
            lead_length=lead.length,
            contact_length=contact.length,
        )
    if (lead.precision, lead.scale) != (contact.precision, contact.scale):
        return MappingVerdict.LOSES, say("Different numbers of digits; a value may be rounded or refused.")
    if refused := sorted(_refused(lead, contact)):
        return MappingVerdict.LOSES, say(
            "A restricted picklist refuses these values from the other object: {values}.",
            values=", ".join(refused[:8]),
        )
    only_one_side = set(lead.picklist) ^ set(contact.picklist)
    if lead.picklist and contact.picklist and only_one_side:
        return MappingVerdict.LOSES, say(
            "Values that only one of the two picklists has: {values}.",
            values=", ".join(sorted(only_one_side)[:8]),
        )
    return MappingVerdict.FITS, say("Same kind and size: the two fit into one Marketo field.")


def _refused(lead: Field, contact: Field) -> Iterator[str]:
    """Values that come from one side and that the restricted picklist of the other does not take."""
    for source, target in ((lead, contact), (contact, lead)):
        if target.restricted_picklist and source.picklist:
            yield from (
                f"{value} ({source.object})" for value in source.picklist if value not in target.picklist
            )


def _kind(field: Field) -> str:
    return next((kind for kind, types in KINDS.items() if field.type in types), field.type)


def _pair_rows(review: MappingReview, language: str) -> Iterator[dict[str, Any]]:
    for pair in review.pairs:
        yield {
            "lead_field": pair.lead.name,
            "contact_field": pair.contact.name,
            "lead_type": pair.lead.type,
            "contact_type": pair.contact.type,
            "verdict": pair.verdict.value,
            "suggestion": pair.suggestion,
            "reason": translate(pair.reason, language),
        }


def _unpaired_rows(review: MappingReview, language: str) -> Iterator[dict[str, Any]]:
    reason = say("No custom field with this name on the other object: it stays a separate field.")
    for field in review.unpaired:
        is_lead = field.object == "Lead"
        yield {
            "lead_field": field.name if is_lead else "",
            "contact_field": "" if is_lead else field.name,
            "lead_type": field.type if is_lead else "",
            "contact_type": "" if is_lead else field.type,
            "verdict": "unpaired",
            "suggestion": LEAVE,
            "reason": translate(reason, language),
        }
