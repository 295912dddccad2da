"""A snapshot of two systems in which all is well; tests change one thing in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.survey.model.licenses import License, Seats
from runbook_lib.survey.model.org_settings import AccountHealth, Surroundings
from runbook_lib.survey.needed_fields import required, wanted
from runbook_lib.survey.requirements import (
    MARKETO_FIELD_OBJECTS,
    OBJECT_PERMISSIONS,
    RECOMMENDED_FIELDS,
    SYSTEM_PERMISSIONS,
    USE_ANY_API_AUTH,
    marketo_field,
)
from runbook_lib.survey.snapshot import (
    ApiBudget,
    ConvertedField,
    DuplicateCounts,
    Field,
    Inventory,
    PeopleSeen,
    PermissionSet,
    Snapshot,
    SyncLogin,
)
from tests.org_by_hand import MARKETO, NOW, ORG, USER, small_org

ORG_ID = "00D5g000000AcmeEAE"
USER_ID = "0055g00000SyncUAAW"
DESCRIBE_TYPES = {"Number": "double", "DateTime": "datetime", "Text": "string"}


@pytest.fixture
def snapshot() -> Snapshot:
    """Everything looked at, and all of it as it should be just before Sync Fields."""
    return small_org(
        organization=replace(ORG, id=ORG_ID),
        sync_user=replace(
            USER,
            id=USER_ID,
            profile_id="00e5g00000ProfAAA",
            profile_name="Minimum Access - Marketo",
            is_frozen=False,
            is_locked=False,
            marketing_user=True,
        ),
        sync_login=SyncLogin(USER_ID, ORG_ID, False, NOW),
        system_permissions={
            permission.column: True for permission in (*SYSTEM_PERMISSIONS, USE_ANY_API_AUTH)
        },
        object_access=dict(OBJECT_PERMISSIONS),
        permission_set=PermissionSet("0PS5g0000000001AAA", "Marketo_Sync", "Marketo Sync", True),
        visible=visible_fields(),
        present=visible_fields(),
        grants=(),
        records_seen=None,
        custom_fields=tuple(
            own_field(where, name) for where in MARKETO_FIELD_OBJECTS for name in RECOMMENDED_FIELDS
        ),
        conversion=tuple(ConvertedField(name, "Contact", name) for name in RECOMMENDED_FIELDS),
        budget=ApiBudget(118_000, 115_000, storage_mb=10_240, storage_left_mb=9_000),
        partitions=("Default",),
        rows={"Lead": 600, "Contact": 400, "Account": 90, "Opportunity": 80, "Campaign": 7},
        inventory=Inventory(
            {"Lead": 600, "Contact": 400, "Account": 90, "Opportunity": 80, "Campaign": 7},
            converted_leads=12,
            idle={"Lead": 20, "Contact": 10},
            without_role=0,
            currencies=(),
        ),
        duplicates=no_duplicates(),
        marketo=MARKETO,
        marketo_calls=12,
        surroundings=Surroundings(sharing={"Lead": "ReadEditTransfer"}, sees_all=()),
        account=AccountHealth("2026-10-22T09:00:00.000+0000", attempts=(), oauth_apps=()),
        people_seen=(PeopleSeen("Lead", 100, 100), PeopleSeen("Contact", 100, 100)),
        seats=Seats((License("100a", "Salesforce", "SFDC", 20, 5),), ()),
    )


def visible_fields() -> dict[str, tuple[Field, ...]]:
    """What Marketo requires and wants, and its own fields; nothing else."""
    fields: dict[str, tuple[Field, ...]] = {}
    for object_name, names in required().items():
        own = [
            own_field(object_name, name)
            for name in RECOMMENDED_FIELDS
            if object_name in MARKETO_FIELD_OBJECTS
        ]
        plain = sorted(names | wanted().get(object_name, frozenset()))
        fields[object_name] = (*(Field(object_name, name, name, "string") for name in plain), *own)
    return fields


def own_field(object_name: str, name: str) -> Field:
    """One of Marketo's fields, exactly as specified and writable."""
    specification = marketo_field(name)
    return Field(
        object=object_name,
        name=name,
        label=specification.label,
        type=DESCRIBE_TYPES[specification.type],
        length=specification.length,
        precision=specification.precision,
        scale=specification.scale,
        custom=True,
        createable=True,
        updateable=True,
        permissionable=True,
    )


def no_duplicates() -> DuplicateCounts:
    """A thousand people with a thousand e-mails."""
    none = {"lead": 0, "contact": 0, "across": 0}
    return DuplicateCounts(
        1000, 0, {**none, "probable": 0}, {**none, "probable": 0}, conflicts=0, opted_out=40
    )
