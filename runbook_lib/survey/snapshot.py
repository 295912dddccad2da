"""What both systems looked like at one moment: frozen data, JSON in and out, and a digest.

A snapshot is made of parts. A part is a value, ``Unknown`` (we looked and cannot tell, with the reason) or
``None`` (nobody looked). The three are never mixed up: a check that meets ``Unknown`` says "cannot tell".
Only ``survey/collect.py`` makes snapshots; everything above reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from runbook_lib.survey.model.arrival import Activity as Activity
from runbook_lib.survey.model.arrival import AppToken as AppToken
from runbook_lib.survey.model.arrival import FieldSeen as FieldSeen
from runbook_lib.survey.model.arrival import Login as Login
from runbook_lib.survey.model.arrival import NewRecord as NewRecord
from runbook_lib.survey.model.arrival import PeopleSeen as PeopleSeen
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.model.grants import FieldGrant as FieldGrant
from runbook_lib.survey.model.grants import Parents as Parents
from runbook_lib.survey.model.grants import ViewAll as ViewAll
from runbook_lib.survey.model.grants import all_grants
from runbook_lib.survey.model.inventory import ApiBudget as ApiBudget
from runbook_lib.survey.model.inventory import DuplicateCounts as DuplicateCounts
from runbook_lib.survey.model.inventory import Inventory as Inventory
from runbook_lib.survey.model.licenses import Seats
from runbook_lib.survey.model.marketo import Lock as Lock
from runbook_lib.survey.model.marketo import MarketoState as MarketoState
from runbook_lib.survey.model.marketo import PersonField as PersonField
from runbook_lib.survey.model.org_settings import AccountHealth, PasswordPolicy, Surroundings
from runbook_lib.survey.model.profiles import ProfileFields
from runbook_lib.survey.model.rights import Rights as Rights
from runbook_lib.survey.model.schema import NO_ACCESS as NO_ACCESS
from runbook_lib.survey.model.schema import Field as Field
from runbook_lib.survey.model.schema import ObjectAccess as ObjectAccess
from runbook_lib.survey.model.unknown import Absent as Absent
from runbook_lib.survey.model.unknown import Unknown as Unknown
from runbook_lib.survey.parts import Part as Part


@dataclass(frozen=True)
class Expected:
    """What connection.toml says should be true, and what decisions/setup.toml adds: ``campaigns``: whether
    they are to be synced; ``custom_objects``: which custom objects are to be reviewed, too;
    ``permission_set`` and ``permission_set_label``: API name and label of the set that carries their rights;
    ``marketo_fields``: which of Marketo's own fields are wanted; ``login_host``: where the org's users log
    in."""

    name: str
    environment: str
    admin_username: str
    sync_username: str
    munchkin_id: str
    authentication: str
    campaigns: bool = True
    custom_objects: tuple[str, ...] = ()
    permission_set: str = "Marketo_Sync"
    permission_set_label: str = "Marketo Sync"
    marketo_fields: tuple[str, ...] = ()
    login_host: str = ""


@dataclass(frozen=True)
class Organization:
    """The org, as its Organization record tells (``id`` has 18 characters).

    ``language``, ``locale``, ``time_zone``: the org's defaults for new users, as Salesforce's keys.
    """

    id: str
    name: str
    edition: str
    is_sandbox: bool
    instance: str
    person_accounts: bool = False
    language: str = ""
    locale: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class SyncUser:
    """The user Marketo logs in as, as the admin sees it. ``None`` in a flag: cannot tell.

    ``administers``: the profile may change all data and customize the application; its name tells nothing,
    because Salesforce translates the names of its own profiles. ``license_key``: LicenseDefinitionKey of the
    license, the same in every language (``SFDC``).
    """

    id: str
    username: str
    name: str
    email: str
    is_active: bool
    profile_id: str
    profile_name: str
    user_type: str
    is_frozen: bool | None = None
    is_locked: bool | None = None
    administers: bool | None = None
    license_key: str | None = None
    license_name: str = ""
    marketing_user: bool | None = None

    @property
    def is_shut_out(self) -> bool:
        """Whether Salesforce refuses their every login, whatever the password."""
        return not self.is_active or bool(self.is_frozen) or bool(self.is_locked)


@dataclass(frozen=True)
class SyncLogin:
    """What a test login as the sync user returned."""

    user_id: str
    org_id: str
    password_expired: bool
    at: datetime
    by_client: bool = False
    """Whether an app's client credentials opened it: that proves nothing about the user's password."""


@dataclass(frozen=True)
class PermissionSet:
    """The permission set that carries the sync user's rights, as it stands in the org.

    ``system``: ``Permissions…`` columns that are true. ``objects``: object → access.
    ``fields``: ``Lead.Email`` → may edit; a field without a row is absent. ``assigned``, ``objects`` and
    ``fields`` are each ``Unknown`` by itself where Salesforce refused to tell it.
    """

    id: str
    name: str
    label: str
    assigned: bool | Unknown
    system: tuple[str, ...] = ()
    objects: Mapping[str, ObjectAccess] | Unknown = field(default_factory=dict)
    fields: Mapping[str, bool] | Unknown = field(default_factory=dict)


@dataclass(frozen=True)
class ConvertedField:
    """One line of the lead-conversion mapping: a Lead field and where its value goes."""

    lead_field: str
    target_object: str
    target_field: str


@dataclass(frozen=True)
class Snapshot:
    """Both systems at one moment (``taken_at``, UTC). A part: a value, ``Unknown``, or ``None`` (not looked).

    ``visible``: object → its fields as the *sync user* sees them; this is what Sync Fields will create.
    ``present``: object → its fields as the *admin* sees them.
    ``custom_fields``: the ``mkto71_`` fields, whoever may see them; ``type`` is empty where Salesforce told
    only that one is there.
    ``records_seen``: a sample of opportunities and users, looked up in Marketo, by object.
    ``logins``: those of the sync user in the last five days, newest first, at most 200. ``app_tokens``: apps
    that they let in by OAuth; nobody looks where Marketo logs in by password. ``activity``: the newest in
    Marketo that the sync alone writes.
    ``fill``: ``Lead.Email`` → how many records have a value, as the admin sees them; ``Unknown`` where it
    could not be measured.
    ``rows``: object → number of records as the sync user sees them (the admin where they cannot log in yet).
    ``inventory``: what there is to be copied, as the admin counts it. ``partitions``: Marketo's, by name.
    ``marketo_calls``: made today, by all integrations.
    ``password_policy``: nobody looks where a permission keeps the sync user's password from expiring.
    """

    taken_at: datetime
    expected: Expected
    organization: Organization | Unknown | None = None
    sync_user: SyncUser | Absent | Unknown | None = None
    sync_login: SyncLogin | Unknown | None = None
    system_permissions: Mapping[str, bool] | Unknown | None = None
    object_access: Mapping[str, ObjectAccess | Unknown] | Unknown | None = None
    permission_set: PermissionSet | Absent | Unknown | None = None
    visible: Mapping[str, tuple[Field, ...]] | Unknown | None = None
    present: Mapping[str, tuple[Field, ...]] | Unknown | None = None
    grants: tuple[FieldGrant, ...] | Unknown | None = None
    custom_fields: tuple[Field, ...] | Unknown | None = None
    conversion: tuple[ConvertedField, ...] | Unknown | None = None
    budget: ApiBudget | Unknown | None = None
    rows: Mapping[str, int] | Unknown | None = None
    duplicates: DuplicateCounts | Unknown | None = None
    marketo: MarketoState | Unknown | None = None
    people_seen: tuple[PeopleSeen, ...] | Unknown | None = None
    records_seen: Mapping[str, PeopleSeen | Unknown] | Unknown | None = None
    logins: tuple[Login, ...] | Unknown | None = None
    app_tokens: tuple[AppToken, ...] | Unknown | None = None
    activity: Activity | Unknown | None = None
    surroundings: Surroundings | Unknown | None = None
    account: AccountHealth | Absent | Unknown | None = None
    fill: Mapping[str, Fill | Unknown] | Unknown | None = None
    parents: Parents | Unknown | None = None
    seats: Seats | Unknown | None = None
    rights: Rights | Unknown | None = None
    profile_fields: tuple[ProfileFields, ...] | Unknown | None = None
    inventory: Inventory | Unknown | None = None
    partitions: tuple[str, ...] | Unknown | None = None
    marketo_calls: int | Unknown | None = None
    password_policy: PasswordPolicy | Unknown | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over everything but the moment: two looks at the same state have the same digest."""
        data = to_json(self)
        del data["taken_at"]
        return digest_of(data)

    def unreached(self) -> Unknown | None:
        """The first part that is unknown because a system could not be asked at all; ``None``: all could."""
        parts = (getattr(self, part.value) for part in Part)
        return next((part for part in parts if isinstance(part, Unknown) and part.unreached), None)

    @cached_property
    def grants_by_field(self) -> Mapping[str, tuple[FieldGrant, ...]] | Unknown | None:
        """Field → every row that shows it to the sync user and can be changed, by a group, too. Reckoned
        once: whoever hides thousands of fields asks for each of them."""
        grants = all_grants(self.grants, self.parents)
        if not isinstance(grants, tuple):
            return grants
        rows: defaultdict[str, tuple[FieldGrant, ...]] = defaultdict(tuple)
        for grant in grants:
            rows[grant.field] += (grant,)
        return dict(rows)

    def visible_fields(self) -> Iterator[Field]:
        """Every field the sync user sees, in the order of object and name; none where nobody could look."""
        if isinstance(self.visible, Mapping):
            for name in sorted(self.visible):
                yield from sorted(self.visible[name], key=lambda field: field.name)


def digest_of(data: Any) -> str:
    """SHA-256 (hex) over the canonical JSON of ``data``: keys sorted, no spaces, UTF-8."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as JSON-ready data."""
    data: dict[str, Any] = _adapter().dump_python(snapshot, mode="json")
    return data


def from_json(data: Mapping[str, Any]) -> Snapshot:
    """The inverse of :func:`to_json`. ``ValueError`` where ``data`` is no snapshot."""
    snapshot: Snapshot = _adapter().validate_python(data)
    return snapshot


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter  # lazy: reading a snapshot is rarer than importing this module

    return TypeAdapter(Snapshot)
