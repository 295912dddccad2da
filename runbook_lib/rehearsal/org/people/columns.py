"""One SQL expression for each generated column, from its field's name and type.

Every expression is a function of the row number `i`, of what the row's source offers (`first`, `last`,
`company`, `domain`, `created` …) and of a hash of seed, field and row: the same seed gives the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from runbook_lib.rehearsal.database import literal
from runbook_lib.rehearsal.org.ids import suffix_of_numbers
from runbook_lib.rehearsal.org.people import sample_words
from runbook_lib.rehearsal.org.rows.tables import column_type
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe

EMPTY = "NULL"
"""SQL of the value of a field that is not filled in."""
EMPTY_BY_NATURE = (
    "MasterRecordId",
    "RecordTypeId",
    "IndividualId",
    "DandbCompanyId",
    "Jigsaw",
    "JigsawContactId",
    "JigsawCompanyId",
    "EmailBouncedReason",
    "EmailBouncedDate",
    "LastActivityDate",
    "LastViewedDate",
    "LastReferencedDate",
    "LastCURequestDate",
    "LastCUUpdateDate",
    "RecurrenceActivityId",
    "ReportsToId",
    "OperatingHoursId",
    "Pricebook2Id",
    "ContractId",
    "SyncedQuoteId",
    "LastAmountChangedHistoryId",
    "LastCloseDateChangedHistoryId",
)
FILLS = (0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 0.98)
"""How well a field may be filled that nobody has said it of."""
ADDRESS_PARTS = {"street": 0, "city": 1, "state": 2, "postalcode": 3, "country": 4}


@dataclass(frozen=True)
class RowNumbers:
    """Which ids the generated rows of one object have."""

    prefix: str
    first: int
    count: int

    def id_of(self, row: str) -> str:
        """SQL of the id of row number `row` (an SQL expression from 0)."""
        return (
            f"'{self.prefix}5g' || lpad((({row}) + {self.first})::VARCHAR, 10, '0') || "
            f"'{suffix_of_numbers(self.prefix)}'"
        )


@dataclass(frozen=True)
class ColumnBasis:
    """What the columns of one object stand on."""

    object_name: str
    seed: int
    numbers: Mapping[str, RowNumbers]
    """Object → the ids its rows have."""
    owners: Sequence[str]
    """Ids of users who own records."""
    fills: Mapping[str, float] = field(default_factory=dict)
    """`Object.Field` → share of rows with a value, where the world says so."""

    def chance(self, name: str, tag: str = "") -> str:
        """SQL of a large whole number that depends on seed, field and row alone."""
        return f"hash(i, {literal(f'{self.seed}:{self.object_name}.{name}:{tag}')})"

    def pick(self, name: str, values: Sequence[str], tag: str = "") -> str:
        """SQL of one of some texts."""
        return f"{listed(values)}[1 + ({self.chance(name, tag)} % {len(values)})::INTEGER]"

    def owner(self, name: str) -> str:
        """SQL of the id of somebody who owns records."""
        return self.pick(name, self.owners)


def listed(values: Sequence[str]) -> str:
    """Some texts as an SQL list."""
    return "([" + ", ".join(literal(value) for value in values) + "])"


def column(ground: ColumnBasis, known: Mapping[str, str], field: FieldDescribe) -> str:
    """The SQL of a column: `known` by name, else by the field's nature; `EMPTY` when no row has a value."""
    value = known[field["name"]] if field["name"] in known else _in_its_share_of_rows(ground, field)
    return value if value == EMPTY else f"({value})::{column_type(field)}"


def _in_its_share_of_rows(ground: ColumnBasis, field: FieldDescribe) -> str:
    share = 1.0 if field["type"] == "boolean" or not field["nillable"] else _share(ground, field)
    value = EMPTY if share <= 0 else _value(ground, field)
    if value == EMPTY or share >= 1:
        return value
    return f"CASE WHEN {ground.chance(field['name'], 'fill')} % 1000 < {round(share * 1000)} THEN {value} END"


def _share(ground: ColumnBasis, field: FieldDescribe) -> float:
    name = field["name"]
    declared = ground.fills.get(f"{ground.object_name}.{name}")
    if declared is not None:
        return declared
    if name in EMPTY_BY_NATURE or _is_of_person_account(ground, name):
        return 0.0
    if field["compoundFieldName"]:
        return 0.0 if name.startswith("Other") or name.endswith("GeocodeAccuracy") else 1.0
    if field["custom"]:
        return FILLS[sha256(f"{ground.object_name}.{name}".encode()).digest()[0] % len(FILLS)]
    return 0.6


def _is_of_person_account(ground: ColumnBasis, name: str) -> bool:
    """Accounts are made as companies, so what belongs to person accounts is empty (person_accounts.py)."""
    return name.endswith("__pc") or (name.startswith("Person") and ground.object_name == "Account")


def _value(ground: ColumnBasis, field: FieldDescribe) -> str:
    """The SQL of a value that fits a field's type."""
    name, chance = field["name"], ground.chance(field["name"])
    match field["type"]:
        case "boolean":
            is_rare = name.startswith("Is") or _is_of_person_account(ground, name)
            return "false" if is_rare else f"{chance} % 10 < 2"
        case "int":
            return f"{chance} % 5000"
        case "double" | "currency" | "percent":
            return _number(field, chance)
        case "date":
            return f"created::DATE + ({chance} % 400)::INTEGER"
        case "datetime":
            return f"created + to_hours(({chance} % 2000)::INTEGER)"
        case "picklist" | "multipicklist" | "combobox":
            return _choice(ground, field)
        case "reference":
            return _lookup(ground, field)
    return _shortened(_text(ground, field), field)


def _shortened(text: str, field: FieldDescribe) -> str:
    return f"left({text}, {field['length'] or 255})"


def _number(field: FieldDescribe, chance: str) -> str:
    if field["compoundFieldName"]:
        return EMPTY
    if field["type"] == "percent":
        return f"{chance} % {10 ** min(2, max(1, field['precision'] - field['scale']))}"
    whole = 10 ** max(1, min(5, field["precision"] - field["scale"]))
    return f"round(({chance} % {whole * 100}) / 100.0, {min(2, field['scale'])}) % {whole}"


def _choice(ground: ColumnBasis, field: FieldDescribe) -> str:
    values = [value["value"] for value in field["picklistValues"] if value["active"]]
    if not values:
        return EMPTY
    if field["type"] != "multipicklist":
        return _shortened(ground.pick(field["name"], values), field)
    two = [f"{a};{b}" for a, b in zip(values, values[1:], strict=False)]
    return ground.pick(field["name"], [*values, *two])


def _lookup(ground: ColumnBasis, field: FieldDescribe) -> str:
    if "User" in field["referenceTo"]:
        return ground.owner(field["name"])
    for target in field["referenceTo"]:
        numbers = ground.numbers.get(target)
        if numbers and numbers.count and target != ground.object_name:
            return numbers.id_of(f"({ground.chance(field['name'])} % {numbers.count})")
    return EMPTY


def _tells_apart(field: FieldDescribe) -> bool:
    """Whether a field holds another value for every record: a key or a number."""
    if field["unique"] or field["externalId"] or field["autoNumber"]:
        return True
    return str(field["name"]).lower().endswith(("number__c", "_id__c", "key__c"))


def _text(ground: ColumnBasis, field: FieldDescribe) -> str:
    name, lower = field["name"], field["name"].lower()
    for part, place in ADDRESS_PARTS.items():
        if lower.endswith(part) and field["compoundFieldName"]:
            return _place(ground, name.lower().removesuffix(part), place)
    if field["type"] == "phone" or "phone" in lower:
        return f"'+1 555 ' || lpad(({ground.chance(name)} % 10000000)::VARCHAR, 7, '0')"
    if field["type"] == "email":
        return f"'contact' || i || '.{lower.removesuffix('__c')[:12].replace('_', '')}@' || domain"
    if field["type"] == "url":
        return "'https://www.' || domain"
    if _tells_apart(field):
        return f"'{name[:1].upper()}-' || lpad(i::VARCHAR, 7, '0')"
    if field["type"] == "textarea":
        return ground.pick(name, sample_words.SENTENCES)
    if lower == "title":
        return ground.pick(name, sample_words.TITLES)
    return f"{literal(str(field['label'])[:20] + ' ')} || ({ground.chance(name)} % 900 + 100)"


def _place(ground: ColumnBasis, address: str, place: int) -> str:
    """One part of an address; all parts of one address agree."""
    if place == 0:
        street = ground.pick(address, sample_words.STREETS, "street")
        return f"({ground.chance(address, 'house')} % 180 + 1) || ' ' || {street}"
    return f"nullif({ground.pick(address, [town[place - 1] for town in sample_words.PLACES], 'place')}, '')"
