"""Which fields of the sampled people are compared in both systems, and when two values count as the same.

Marketo's API does not show the mappings. So a standard field is compared with the one that Marketo's default
mapping gives it, and every other with the only one in Marketo that is called like it; a name that several
could have come from is left out. Values that a healthy sync changes are not compared at all (formulas move
only with the record, percentages and rich text are written in another way): of those only that there is one.
Sources: Marketo documentation, "Default Salesforce Field Mapping"; Marketo REST API, "Leads" (field names).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import Field, FieldSeen, PersonField

MOST_FIELDS = 60
"""Fields of one object that are compared; beyond the first three a random choice of every kind."""
ALWAYS = ("Email", "LastName", "HasOptedOutOfEmail")
OPT_OUT = "HasOptedOutOfEmail"
_PERSON = {
    "Email": "email", "FirstName": "firstName", "LastName": "lastName", "Salutation": "salutation",
    "Title": "title", "Phone": "phone", "MobilePhone": "mobilePhone", "Fax": "fax",
    "LeadSource": "leadSource", "HasOptedOutOfEmail": "unsubscribed", "DoNotCall": "doNotCall",
    "Description": "personNotes",
}  # fmt: skip
_STANDARD: Mapping[str, Mapping[str, str]] = {
    "Lead": _PERSON
    | {
        "City": "city", "State": "state", "PostalCode": "postalCode", "Country": "country",
        "Street": "address", "Rating": "rating", "Status": "leadStatus",
    },
    "Contact": _PERSON
    | {
        "MailingCity": "city", "MailingState": "state", "MailingPostalCode": "postalCode",
        "MailingCountry": "country", "MailingStreet": "address", "Department": "department",
        "Birthdate": "dateOfBirth",
    },
}  # fmt: skip
"""Object → Salesforce field → its name in Marketo's API."""


class ValueKind(StrEnum):
    """How values of a field are compared. ``PRESENCE``: only whether there is one."""

    TEXT = "text"
    EMAIL = "email"
    NUMBER = "number"
    YES_NO = "yes or no"
    DAY = "day"
    MOMENT = "moment"
    PRESENCE = "presence"


_OF_SALESFORCE = {
    "string": ValueKind.TEXT, "picklist": ValueKind.TEXT, "multipicklist": ValueKind.TEXT,
    "combobox": ValueKind.TEXT, "phone": ValueKind.TEXT, "url": ValueKind.TEXT, "textarea": ValueKind.TEXT,
    "email": ValueKind.EMAIL, "double": ValueKind.NUMBER, "currency": ValueKind.NUMBER,
    "int": ValueKind.NUMBER, "long": ValueKind.NUMBER, "boolean": ValueKind.YES_NO, "date": ValueKind.DAY,
    "datetime": ValueKind.MOMENT, "percent": ValueKind.PRESENCE, "encryptedstring": ValueKind.PRESENCE,
}  # fmt: skip
_OF_MARKETO = {
    ValueKind.TEXT: {"string", "text", "textarea", "phone", "url", "email"},
    ValueKind.EMAIL: {"email", "string"},
    ValueKind.NUMBER: {"integer", "float", "currency", "score"},
    ValueKind.YES_NO: {"boolean"},
    ValueKind.DAY: {"date"},
    ValueKind.MOMENT: {"datetime"},
    ValueKind.PRESENCE: {"percent", "float", "integer", "string", "text", "textarea"},
}
"""The types of Marketo that hold a value of that kind unharmed."""


@dataclass(frozen=True)
class FieldPair:
    """One field as both systems call it. ``length``: the most that Marketo keeps of a text, 0: all."""

    field: Field
    marketo: str
    kind: ValueKind
    length: int = 0


def pairings(
    object_name: str, described: Sequence[Field], there: Sequence[PersonField], seed: int
) -> tuple[FieldPair, ...]:
    """What is compared of the people of one object: :data:`ALWAYS`, and a random choice of each kind."""
    known = {field.name.lower(): field for field in there}
    pairs = [pair for field in described if (pair := _paired(object_name, field, known)) is not None]
    always = [pair for pair in pairs if pair.field.name in ALWAYS]
    others = sorted(
        (pair for pair in pairs if pair.field.name not in ALWAYS),
        key=lambda pair: blake2b(f"{seed}:{pair.field.full_name}".encode(), digest_size=12).digest(),
    )
    return (*always, *list(_of_every_kind(others))[: MOST_FIELDS - len(always)])


def indispensable(object_name: str) -> tuple[FieldPair, ...]:
    """E-mail and last name alone, as every instance has them: what is compared where nobody could look at the
    fields."""
    kinds = {"Email": ValueKind.EMAIL, "LastName": ValueKind.TEXT}
    return tuple(
        FieldPair(Field(object_name, name, name, "string"), _PERSON[name], kind)
        for name, kind in kinds.items()
    )


def compare(pair: FieldPair, both: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> FieldSeen:
    """The field of all people who are in both systems: rows of Salesforce beside those of Marketo."""
    name, is_flag = pair.field.name, pair.kind is ValueKind.YES_NO
    rows = [(str(ours["Id"]), ours.get(name), theirs.get(pair.marketo)) for ours, theirs in both]
    with_value = [row for row in rows if is_flag or not _is_empty(row[1])]
    return FieldSeen(
        field=pair.field.full_name,
        marketo=pair.marketo,
        compared=len(with_value),
        empty=0 if is_flag else sum(_is_empty(theirs) for _, _, theirs in with_value),
        different=tuple(record for record, ours, theirs in with_value if not _is_same(pair, ours, theirs)),
        true=sum(bool(ours) for _, ours, _ in with_value) if is_flag else None,
        lost=sum(bool(ours) and not _is_true(theirs) for _, ours, theirs in with_value) if is_flag else 0,
    )


def _paired(object_name: str, field: Field, known: Mapping[str, PersonField]) -> FieldPair | None:
    standard = _STANDARD[object_name].get(field.name)
    name = standard or (_named_like(field, known) if field.custom or field.updateable else None)
    target = known.get(name.lower()) if name else None
    kind = ValueKind.PRESENCE if field.rich_text else _OF_SALESFORCE.get(field.type)
    if target is None or kind is None or field.calculated or target.type not in _OF_MARKETO[kind]:
        return None
    if kind is ValueKind.NUMBER and field.scale and target.type in ("integer", "score"):
        kind = ValueKind.PRESENCE  # its decimals are lost on the way
    return FieldPair(field, target.name, kind, target.length if kind is ValueKind.TEXT else 0)


def _named_like(field: Field, known: Mapping[str, PersonField]) -> str | None:
    """What a field without a default mapping is called in Marketo, where only one can be meant."""
    if field.name.lower().startswith(MARKETO_PREFIX):
        return None  # Marketo writes these itself
    name = field.name.lower().replace("__", "_")
    return name if not any(other.startswith(f"{name}_") for other in known) else None


def _of_every_kind(pairs: Sequence[FieldPair]) -> Iterator[FieldPair]:
    """The same, but one of each kind by turns."""
    left = {kind: [pair for pair in pairs if pair.kind is kind] for kind in ValueKind}
    while any(left.values()):
        for some in left.values():
            if some:
                yield some.pop(0)


def _is_same(pair: FieldPair, ours: Any, theirs: Any) -> bool:
    if pair.kind is ValueKind.YES_NO:
        return bool(ours) == _is_true(theirs)
    if _is_empty(theirs):
        return False
    try:
        return _SAME[pair.kind](pair, ours, theirs)
    except (ValueError, TypeError, OverflowError):  # one of them is no value of that kind
        return False


def _is_same_text(pair: FieldPair, ours: Any, theirs: Any) -> bool:
    mine, other = _plain(ours), _plain(theirs)
    return mine == other or bool(pair.length) and len(mine) > pair.length and mine.startswith(other)


def _is_same_number(pair: FieldPair, ours: Any, theirs: Any) -> bool:
    """Marketo keeps some numbers with seven digits. Source: blog.teknkl.com, 2017 and 2018."""
    mine, other = float(ours), float(theirs)
    return abs(mine - other) <= 1e-6 * max(abs(mine), abs(other))


_SAME: Mapping[ValueKind, Callable[[FieldPair, Any, Any], bool]] = {
    ValueKind.TEXT: _is_same_text,
    ValueKind.EMAIL: lambda _, ours, theirs: _plain(ours).lower() == _plain(theirs).lower(),
    ValueKind.NUMBER: _is_same_number,
    ValueKind.DAY: lambda _, ours, theirs: str(ours)[:10] == str(theirs)[:10],
    ValueKind.MOMENT: lambda _, ours, theirs: _second(ours) == _second(theirs),
    ValueKind.PRESENCE: lambda _, ours, theirs: True,
}


def _is_empty(value: Any) -> bool:
    return value is None or not str(value).strip()


def _is_true(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1")


def _plain(value: Any) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(value))).strip()


def _second(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value))
    # moments of different zones compare as they are; the years 1 and 9999 have no place in another zone
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)
