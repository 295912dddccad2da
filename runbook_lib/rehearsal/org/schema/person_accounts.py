"""The custom fields of contacts that person accounts show: `Tier__c` of Contact as `Tier__pc` of Account.

Account has them by its describe alone: Setup keeps the field on Contact, and so does field-level security.
Source: Salesforce Help, "Person Account Fields" and "Considerations for Using Person Accounts". That
FieldPermissions know no `Account.Tier__pc` is read there, not seen in a recorded reply.
"""

from __future__ import annotations

from runbook_lib.rehearsal.org.schema.catalog import MIRROR_ENDING, Catalog
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe


def has_person_accounts(catalog: Catalog) -> bool:
    """Whether person accounts are switched on in the org."""
    return catalog["Account"].find("IsPersonAccount") is not None


def mirror_all(catalog: Catalog) -> None:
    """Gives every custom field of contacts its mirror on Account, and every mirror its field.

    Describes that were saved of two orgs may hold the mirror alone; no org has one without its field.
    """
    contact = catalog["Contact"]
    for mirror in [field for field in catalog["Account"].fields.values() if _is_mirror(field)]:
        name = mirror["name"].removesuffix(MIRROR_ENDING) + "__c"
        if not contact.find(name):
            contact.fields[name.lower()] = {**mirror, "name": name}
    for field in contact.fields.values():
        if field["custom"] and not catalog["Account"].find(mirror_name(field["name"])):
            put_mirror(catalog, field)


def put_mirror(catalog: Catalog, field: FieldDescribe) -> FieldDescribe:
    """Puts the mirror of one field of Contact on Account, in place of an earlier one."""
    relationship = field["relationshipName"]
    mirror: FieldDescribe = {
        **field,
        "name": mirror_name(field["name"]),
        "relationshipName": relationship and relationship.removesuffix("__r") + "__pr",
    }
    catalog["Account"].fields[mirror["name"].lower()] = mirror
    return mirror


def _is_mirror(field: FieldDescribe) -> bool:
    return bool(field["custom"]) and field["name"].endswith(MIRROR_ENDING)


def mirror_name(name: str) -> str:
    """`Tier__pc` of `Tier__c`."""
    return name.removesuffix("__c") + MIRROR_ENDING
