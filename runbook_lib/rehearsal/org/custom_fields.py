"""Custom fields and the lead-conversion mapping: what Setup and the Metadata and Tooling API change.

A field made here gets no field-level security for anybody, as in Salesforce: it is in the catalog and in
the table, and invisible until FieldPermissions are granted.
Source: Metadata API Developer Guide, CustomField and LeadConvertSettings; Tooling API, CustomField.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import OrgFault, not_found, not_imitated
from runbook_lib.rehearsal.org.ids import IdCounter, id18
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.tables import add_column, drop_column
from runbook_lib.rehearsal.org.rows.values import bad_picklist_value
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.custom_field_types import (
    ACTIVITIES,
    ACTIVITY,
    CustomField,
    check_metadata,
    describe_custom_field,
)
from runbook_lib.rehearsal.org.schema.person_accounts import (
    has_person_accounts,
    mirror_name,
    put_mirror,
)
from runbook_lib.rehearsal.org.switches import Switches

MOST_FIELDS = {"Professional Edition": 100, "Unlimited Edition": 800, "Performance Edition": 800}
MOST_FIELDS_ELSE = 500
"""Custom fields per object, by edition. Source: Salesforce Help, "Custom Fields Allowed Per Object"."""
CONVERT_TARGETS = ("Account", "Contact", "Opportunity")
LeadMapping = tuple[str, str, str]
"""inputField of Lead, outputObject, outputField."""


class SetupFields:
    """Makes, reads, changes and deletes custom fields."""

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        permissions: Permissions,
        clock: Clock,
        ids: IdCounter,
        switches: Switches,
    ) -> None:
        self._switches = switches
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._clock = clock
        self._ids = ids
        self._mappings: list[LeadMapping] = []

    def create(self, user_id: str, full_name: str, metadata: Mapping[str, Any]) -> str:
        """Make `Object.Field__c` and give its 00N id; OrgFault with Salesforce's code when refused."""
        self._permissions.demand(user_id, "CustomizeApplication")
        sobject, name = self._place(full_name)
        check_metadata(name, metadata)
        if sobject.find(name) or full_name.lower() in map(str.lower, self._switches.deleted_fields):
            raise OrgFault(
                400,
                "DUPLICATE_DEVELOPER_NAME",
                f"There is already a field named {name.removesuffix('__c')} on {sobject.name}.",
                ("FullName",),
            )
        if len(sobject.custom_fields) >= self._most_fields():
            raise OrgFault(
                400,
                "CUSTOM_ENTITY_OR_FIELD_LIMIT",
                f"Your organization has reached the limit of custom fields on {sobject.name}.",
            )
        now = self._clock.now()
        custom = CustomField(
            self._ids.next("00N"), sobject.name, name, dict(metadata), now, user_id, now, user_id
        )
        field = describe_custom_field(name, metadata)
        sobject.fields[name.lower()] = field
        sobject.custom_fields[name.lower()] = custom
        add_column(self._database, sobject.name, field)
        if self._is_mirrored(sobject):
            add_column(self._database, "Account", put_mirror(self._catalog, field))
        return custom.id

    def _is_mirrored(self, sobject: SObject) -> bool:
        return sobject.name == "Contact" and has_person_accounts(self._catalog)

    def _most_fields(self) -> int:
        edition = self._database.sql('SELECT "OrganizationType" FROM org."Organization"')[0][0]
        return MOST_FIELDS.get(str(edition), MOST_FIELDS_ELSE)

    def read(self, user_id: str, name_or_id: str) -> CustomField:
        """A custom field by its 00N id or full name; OrgFault 404 when there is none."""
        self._permissions.demand(user_id, "ViewSetup")
        return self._find(name_or_id)[1]

    def update(self, user_id: str, name_or_id: str, metadata: Mapping[str, Any]) -> None:
        """Replace the metadata of a field; its type stays what it is."""
        self._permissions.demand(user_id, "CustomizeApplication")
        sobject, custom = self._find(name_or_id)
        check_metadata(custom.name, metadata)
        if metadata["type"] != custom.metadata["type"]:
            raise OrgFault(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                f"Cannot change type of the field {custom.full_name} in the rehearsal",
                ("type",),
            )
        key = custom.name.lower()
        sobject.fields[key] = describe_custom_field(custom.name, metadata)
        sobject.custom_fields[key] = replace(
            custom, metadata=dict(metadata), modified_at=self._clock.now(), modified_by=user_id
        )
        if self._is_mirrored(sobject):
            put_mirror(self._catalog, sobject.fields[key])

    def delete(self, user_id: str, name_or_id: str) -> None:
        """Delete a field with its values, its permissions and its place in the lead mapping."""
        self._permissions.demand(user_id, "CustomizeApplication")
        sobject, custom = self._find(name_or_id)
        del sobject.fields[custom.name.lower()], sobject.custom_fields[custom.name.lower()]
        drop_column(self._database, sobject.name, custom.name)
        if self._is_mirrored(sobject):
            del self._catalog["Account"].fields[mirror_name(custom.name).lower()]
            drop_column(self._database, "Account", mirror_name(custom.name))
        self._database.sql('DELETE FROM org."FieldPermissions" WHERE "Field" = $1', [custom.full_name])
        self._mappings = [
            mapping
            for mapping in self._mappings
            if custom.full_name not in (f"Lead.{mapping[0]}", f"{mapping[1]}.{mapping[2]}")
        ]

    def all_custom_fields(self) -> Iterator[CustomField]:
        """Every custom field of the org."""
        return (field for sobject in self._catalog for field in sobject.custom_fields.values())

    def _place(self, full_name: str) -> tuple[SObject, str]:
        object_name, _, name = full_name.partition(".")
        if object_name == ACTIVITY:
            raise not_imitated("custom fields made on Activity")
        sobject = self._catalog.find(object_name)
        if sobject is not None and sobject.name in ACTIVITIES:
            raise bad_picklist_value("Entity Enumeration Or ID", sobject.name, "TableEnumOrId")
        if sobject is None or sobject.kind != "table" or not name:
            raise OrgFault(
                400,
                "INVALID_CROSS_REFERENCE_KEY",
                f"no object named {object_name} for {full_name}",
                ("FullName",),
            )
        return sobject, name

    def _find(self, name_or_id: str) -> tuple[SObject, CustomField]:
        wanted = (
            id18(name_or_id[:15]) if name_or_id.startswith("00N") and "." not in name_or_id else name_or_id
        )
        for sobject in self._catalog:
            for custom in sobject.custom_fields.values():
                if wanted == custom.id or wanted.lower() == custom.full_name.lower():
                    return sobject, custom
        raise not_found()

    # lead conversion ----------------------------------------------------------------------------------
    def lead_mappings(self, user_id: str) -> list[LeadMapping]:
        """Every mapping of a custom Lead field into what a lead becomes."""
        self._permissions.demand(user_id, "ViewSetup")
        return list(self._mappings)

    def replace_lead_mappings(self, user_id: str, mappings: Sequence[LeadMapping]) -> None:
        """Set the whole lead mapping; OrgFault when one of it is impossible, and then nothing changes."""
        self._permissions.demand(user_id, "CustomizeApplication")
        seen: set[tuple[str, str]] = set()
        wanted: list[LeadMapping] = []
        for source, target, field in mappings:
            checked = self._checked(source, target, field)
            if checked[:2] in seen:
                raise _refused(f"Lead field {source} is mapped more than once to {target}")
            seen.add(checked[:2])
            wanted.append(checked)
        self._mappings = wanted

    def _checked(self, source: str, target: str, field: str) -> LeadMapping:
        if target not in CONVERT_TARGETS:
            raise _refused(f"outputObject must be one of {', '.join(CONVERT_TARGETS)}: {target}")
        describes = []
        for object_name, name in (("Lead", source), (target, field)):
            describe = self._catalog[object_name].find(name)
            if describe is None or not describe["custom"]:
                raise _refused(
                    f"In field: {object_name}.{name} - no custom field named {object_name}.{name} found"
                )
            describes.append(describe)
        lead, other = describes
        is_text = lead["type"] == "string" and other["type"] == "textarea"
        if lead["type"] != other["type"] and not is_text:
            raise _refused(
                f"Lead.{source} ({lead['type']}) cannot be mapped to {target}.{field} ({other['type']})"
            )
        if other["length"] < lead["length"]:
            raise _refused(f"Lead.{source} is longer than {target}.{field}")
        return lead["name"], target, other["name"]


def _refused(message: str) -> OrgFault:
    return OrgFault(400, "FIELD_INTEGRITY_EXCEPTION", message)
