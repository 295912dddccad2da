"""What describe tells each user: the objects and fields they may see, as Salesforce shows them."""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.schema.object_describe import GLOBAL_KEYS, describe_child, stamp_version
from runbook_lib.rehearsal.org.schema.setup_picklists import setup_picklist


class Describer:
    """Describes objects to users."""

    def __init__(self, catalog: Catalog, permissions: Permissions) -> None:
        self._catalog = catalog
        self._permissions = permissions

    def visible_fields(self, user_id: str, object_name: str) -> list[FieldDescribe]:
        """The describes of the fields the user may read; what they may not edit is shown as not
        updateable."""
        sobject = self._permissions.readable_object(user_id, object_name)
        access = self._permissions.fields(user_id, sobject)
        return [
            field
            | {
                "createable": field["createable"] and name in access.editable,
                "updateable": field["updateable"] and name in access.editable,
                "picklistValues": setup_picklist(self._catalog, sobject, field),
            }
            for name, field in sobject.fields.items()
            if name in access.readable
        ]

    def describe(self, user_id: str, object_name: str, version: str) -> dict[str, Any]:
        """The describe of one object as that user sees it."""
        fields = self.visible_fields(user_id, object_name)
        sobject = self._catalog[object_name]
        return stamp_version(self._own_describe(user_id, sobject) | {"fields": fields}, version)

    def describe_global(self, user_id: str, version: str) -> dict[str, Any]:
        """The global describe: every object the user may read, but those of the Tooling API."""
        whole = [
            stamp_version(_global(sobject, access.create, access.edit, access.delete), version)
            for sobject, access in self._permissions.accesses(user_id)
            if access.read and not sobject.is_tooling
        ]
        return {
            "encoding": "UTF-8",
            "maxBatchSize": 200,
            "sobjects": sorted(whole, key=lambda entry: entry["name"]),
        }

    def _own_describe(self, user_id: str, sobject: SObject) -> dict[str, Any]:
        access = self._permissions.access(user_id, sobject)
        children = [
            describe_child(child.name, field, None if child.kind != "table" else f"{child.name}s")
            for child, field in self._catalog.fields_to(sobject.name)
        ]
        flags = {"createable": access.create, "updateable": access.edit, "deletable": access.delete}
        own = sobject.describe
        return (
            own | {flag: own[flag] and may for flag, may in flags.items()} | {"childRelationships": children}
        )


def _global(sobject: SObject, create: bool, edit: bool, delete: bool) -> dict[str, Any]:
    own = {key: sobject.describe[key] for key in GLOBAL_KEYS if key in sobject.describe}
    return own | {
        "createable": own["createable"] and create,
        "updateable": own["updateable"] and edit,
        "deletable": own["deletable"] and delete,
    }
