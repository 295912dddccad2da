"""The catalog of a new org: the world's features, custom fields and labels on top of the standard ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runbook_lib.rehearsal.org.ids import SYSTEM_USER, IdCounter
from runbook_lib.rehearsal.org.schema.catalog import MIRROR_ENDING, Catalog, SObject
from runbook_lib.rehearsal.org.schema.custom_field_types import (
    CustomField,
    describe_custom_field,
    metadata_of,
)
from runbook_lib.rehearsal.org.schema.features import rename, switch_on
from runbook_lib.rehearsal.org.schema.person_accounts import has_person_accounts, mirror_all
from runbook_lib.rehearsal.org.seed.rows import DAY_ONE
from runbook_lib.rehearsal.world import World


def found_catalog(catalog: Catalog, world: World, ids: IdCounter, recorded: Iterable[str]) -> None:
    """Put the world's features, custom fields and labels into the catalog; with recorded objects, register
    their custom fields instead."""
    names = set(recorded)
    if not names:
        switch_on(catalog, world.organization.features)
    if not names:
        for declared in world.custom_fields:
            sobject = catalog[declared.object_name]
            field = describe_custom_field(declared.name, declared.metadata)
            sobject.fields[declared.name.lower()] = field
            register_custom_field(sobject, declared.name, declared.metadata, ids)
        rename(catalog, world.labels)
    if has_person_accounts(catalog):
        mirror_all(catalog)
        names |= {"Contact"} if names else set()
    for name in names:
        for field in catalog[name].fields.values():
            if field["custom"] and not field["name"].endswith(MIRROR_ENDING):
                register_custom_field(catalog[name], field["name"], metadata_of(field), ids)


def register_custom_field(sobject: SObject, name: str, metadata: Mapping[str, Any], ids: IdCounter) -> None:
    """Let Setup know a custom field that the describe already has."""
    sobject.custom_fields[name.lower()] = CustomField(
        ids.next("00N"), sobject.name, name, dict(metadata), DAY_ONE, SYSTEM_USER, DAY_ONE, SYSTEM_USER
    )
