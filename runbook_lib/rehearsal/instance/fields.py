"""The fields of the Marketo instance: the standard ones, and those that *Sync Fields* makes permanently.

A field is never taken away again; only what it is mapped to can change, and only before the sync starts.
Sources: Marketo, "Default Salesforce Field Mapping", "Edit Initial Field Mappings", "SFDC Sync: Field Sync".
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files

from runbook_lib.rehearsal.instance.field_types import (
    LONGEST_STRING,
    RECORD_OF_OBJECT,
    CrmField,
    InstanceField,
    name_space,
)
from runbook_lib.rehearsal.instance.habits import Habits

_SUFFIX = {
    "Lead": ("_lead", " (L)"),
    "Contact": ("_contact", " (C)"),
    "Account": ("_account", " (A)"),
    "Opportunity": ("_opportunity", " (O)"),
}
_WITH_LENGTH = ("string", "email", "phone", "url", "reference", "currency")


class FieldBook:
    """All fields of an instance, and which Salesforce field each one exchanges data with.

    `on_new` is called with every new field before anybody else can find it: to make room for its values.
    """

    def __init__(
        self, on_new: Callable[[InstanceField], None] = lambda field: None, habits: Habits | None = None
    ) -> None:
        self._on_new = on_new
        self._habits = habits or Habits()
        self._fields = {field.key: field for field in _standard_fields()}
        self._standard_targets = _standard_targets(self._fields)
        self._known: dict[tuple[str, str], CrmField] = {}
        self._targets: dict[tuple[str, str], tuple[str, str]] = {}
        self._made: dict[tuple[str, str], InstanceField] = {}
        self._labels = {(name_space(field.record), field.display_name.lower()) for field in self}

    def __iter__(self) -> Iterator[InstanceField]:
        return iter(tuple(self._fields.values()))

    def of(self, *records: str) -> tuple[InstanceField, ...]:
        """The fields of these records, in the order they were made."""
        return tuple(field for field in self if field.record in records)

    def find(self, record: str, rest_name: str) -> InstanceField | None:
        """The field of that REST name, whatever its case."""
        return self._fields.get((name_space(record), rest_name.lower()))

    def sources_by_field(self) -> dict[tuple[str, str], list[str]]:
        """Key of a Marketo field → the Salesforce fields that exchange data with it, as `Lead.Industry`."""
        sources: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for (object_name, name), target in list(self._targets.items()):
            sources[target].append(f"{object_name}.{name}")
        return dict(sources)

    def managed(self) -> frozenset[tuple[str, str]]:
        """The keys of all fields that the CRM manages."""
        return frozenset(self._targets.values())

    def mapping_of(self, object_name: str) -> dict[str, InstanceField]:
        """Salesforce field name → Marketo field, for one object."""
        return {
            name: self._fields[target]
            for (owner, name), target in list(self._targets.items())
            if owner == object_name
        }

    # what Sync Fields does ------------------------------------------------------------------------------
    def learn(self, visible: Iterable[CrmField]) -> tuple[InstanceField, ...]:
        """Map every visible field that Marketo takes, make the fields that are missing, and give those."""
        before = set(self._fields)
        for field in visible:
            self._known[field.key] = field
            if field.key not in self._targets and (target := self._target_for(field)):
                self._targets[field.key] = target.key
        return tuple(field for key, field in self._fields.items() if key not in before)

    def reset(self, visible: Iterable[CrmField]) -> tuple[InstanceField, ...]:
        """*Reset Schema*: drop all mapping edits and add what is new; nothing is taken away."""
        seen = {**self._known, **{field.key: field for field in visible}}
        self._targets.clear()
        return self.learn(seen.values())

    def _target_for(self, field: CrmField) -> InstanceField | None:
        standard = self._standard_targets.get((field.object_name, field.name.lower()))
        known = standard or self._like_named(field) or self._made_from(field)
        return known or (self._make(field) if self._habits.makes(field) else None)

    def _like_named(self, field: CrmField) -> InstanceField | None:
        """Lead and Contact fields of one name are combined into one Marketo field, whatever their types.

        The type is that of the first. Source: Marketo, "Edit Initial Field Mappings".
        """
        partner = {"Lead": "Contact", "Contact": "Lead"}.get(field.object_name, "")
        target = self._targets.get((partner, field.name))
        return self._fields[target] if target else None

    def _made_from(self, field: CrmField) -> InstanceField | None:
        return self._made.get(field.key)

    def _make(self, field: CrmField) -> InstanceField:
        rest_name, display_name = self._free_names(field)
        record = RECORD_OF_OBJECT[field.object_name]
        length = min(field.length or LONGEST_STRING, LONGEST_STRING)
        made = InstanceField(
            field_id=1000 + len(self._fields),
            rest_name=rest_name,
            soap_name=rest_name,
            display_name=display_name,
            data_type=field.data_type,
            length=length if field.data_type in _WITH_LENGTH else None,
            record=record,
            updateable=True,
            searchable=field.custom and field.data_type in ("string", "email", "integer"),
            origin=field.key,
        )
        self._on_new(made)
        self._fields[made.key] = made
        self._made[field.key] = made
        self._labels.add((name_space(record), display_name.lower()))
        return made

    def _free_names(self, field: CrmField) -> tuple[str, str]:
        """The name as this Marketo spells it; a name or label that is taken gets `_lead` and "(L)"."""
        space = name_space(RECORD_OF_OBJECT[field.object_name])
        rest_name, display_name = self._habits.name_of(field), field.label
        if (space, rest_name.lower()) in self._fields or (space, display_name.lower()) in self._labels:
            ending, mark = _SUFFIX[field.object_name]
            rest_name, display_name = rest_name + ending, display_name + mark
        while (space, rest_name.lower()) in self._fields:
            rest_name += "_2"
        return rest_name, display_name

    # what Edit Mappings does ----------------------------------------------------------------------------
    def pairs(self) -> tuple[tuple[InstanceField, CrmField, CrmField], ...]:
        """Custom fields that one Lead field and one Contact field share."""
        contacts = {field.key: name for name, field in self.mapping_of("Contact").items()}
        return tuple(
            (field, self._known["Lead", name], self._known["Contact", contacts[field.key]])
            for name, field in self.mapping_of("Lead").items()
            if field.origin and field.key in contacts and self._known["Lead", name].custom
        )

    def unmapped(self, object_name: str) -> tuple[CrmField, ...]:
        """Custom fields of Lead or Contact that have no partner on the other object."""
        uses = Counter(self._targets.values())
        return tuple(
            self._known[object_name, name]
            for name, field in self.mapping_of(object_name).items()
            if field.origin and self._known[object_name, name].custom and uses[field.key] == 1
        )

    def pair(self, lead_field: str, contact_field: str) -> InstanceField:
        """Map two unmapped custom fields together. ValueError says why they cannot be."""
        lead = self._unmapped_field("Lead", lead_field)
        contact = self._unmapped_field("Contact", contact_field)
        if lead.data_type != contact.data_type:
            raise ValueError(f"{lead.label} is {lead.data_type}, {contact.label} is {contact.data_type}")
        self._targets[contact.key] = self._targets[lead.key]
        return self._fields[self._targets[lead.key]]

    def _unmapped_field(self, object_name: str, name: str) -> CrmField:
        for field in self.unmapped(object_name):
            if field.name == name:
                return field
        raise ValueError(f"{object_name}.{name} is not an unmapped custom field")

    def break_mapping(self, lead_field: str, contact_field: str) -> tuple[InstanceField, ...]:
        """*Break Mapping*: one of the two gets a field of its own; that field is given if it is new.

        ValueError for fields that are not mapped together.
        """
        for shared, lead, contact in self.pairs():
            if (lead.name, contact.name) == (lead_field, contact_field):
                leaver = lead if shared.origin == contact.key else contact
                own = self._made_from(leaver)
                apart = own or self._make(leaver)
                self._targets[leaver.key] = apart.key
                return () if own else (apart,)
        raise ValueError(f"Lead.{lead_field} and Contact.{contact_field} are not mapped together")


def _read_csv(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _standard_fields() -> list[InstanceField]:
    return [
        InstanceField(
            field_id=number,
            rest_name=row["rest_name"],
            soap_name=row["soap_name"],
            display_name=row["display_name"],
            data_type=row["data_type"],
            length=int(row["length"]) if row["length"] else None,
            record=row["record"],
            updateable=row["updateable"] == "true",
            searchable=row["searchable"] == "true",
        )
        for number, row in enumerate(_read_csv("standard_fields.csv"), start=1)
    ]


def _standard_targets(
    fields: Mapping[tuple[str, str], InstanceField],
) -> dict[tuple[str, str], InstanceField]:
    """Marketo's default mapping, which nobody can edit."""
    return {
        (row["object"], row["sfdc_field"].lower()): fields[
            name_space(row["record"]), row["rest_name"].lower()
        ]
        for row in _read_csv("standard_mapping.csv")
    }
