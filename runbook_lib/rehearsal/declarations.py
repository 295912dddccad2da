"""What a world file declares, piece by piece: the org, its users and what they may, its switches, Marketo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class OrganizationDeclaration:
    """Who the Salesforce org is."""

    id: str
    name: str
    edition: str
    instance: str
    my_domain: str
    is_sandbox: bool = False
    language: str = "en_US"
    country: str = "US"
    time_zone: str = "America/Los_Angeles"
    default_access: Mapping[str, str] = field(default_factory=dict)
    """Object → org-wide default sharing, where it is not as in a new org: ``None`` is private."""
    features: tuple[str, ...] = ()
    """Switched on once and for all: see ``org/schema/features.py``."""
    currency: str = "USD"


@dataclass(frozen=True)
class UserDeclaration:
    """One Salesforce user, and the secrets they log in with."""

    username: str
    first_name: str
    last_name: str
    profile: str
    password: str = ""
    security_token: str = ""
    permission_sets: tuple[str, ...] = ()
    permission_set_groups: tuple[str, ...] = ()
    is_active: bool = True
    is_frozen: bool = False
    marketing_user: bool = False


@dataclass(frozen=True)
class PermissionDeclaration:
    """A profile or a permission set: what its holders may do."""

    name: str
    label: str = ""
    license: str = "Salesforce"
    full_name: str = ""
    """Name of a profile in the Metadata API, where its label is not the English one."""
    permissions: tuple[str, ...] | None = ()
    """System permissions without the prefix `Permissions`; None means every one."""
    objects: Mapping[str, str] | None = field(default_factory=dict)
    """Object → letters of "crud", plus "v" (view all records), "m" (modify all) and "a" (view all fields);
    None means everything but the last."""
    fields: tuple[str, ...] | None = ()
    """Readable and editable fields as `Object.Field`; None means every field that can be granted."""
    hidden_fields: tuple[str, ...] = ()
    """Exceptions from `fields`, as `Object.Field`."""


@dataclass(frozen=True)
class GroupDeclaration:
    """A permission-set group: who is assigned to it holds every set in it."""

    name: str
    label: str
    permission_sets: tuple[str, ...]
    muting: PermissionDeclaration | None = None
    """What its muting permission set takes away again."""


@dataclass(frozen=True)
class SetupDeclaration:
    """One row of a setup object that a world has from the start, such as a DuplicateRule."""

    object_name: str
    values: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What a rule does, in the words of the Metadata API: no query shows it."""


@dataclass(frozen=True)
class FaultDeclaration:
    """What is wrong in a world on purpose: the id of the check that must name it, and who mends it.

    ``mended_by``: the step of the runbook that does, or "person" where only somebody in Salesforce can.
    """

    check: str
    what: str
    mended_by: str


@dataclass(frozen=True)
class CustomFieldDeclaration:
    """One custom field, in the words of the Metadata API (type Text, Number, Picklist …)."""

    object_name: str
    name: str
    metadata: Mapping[str, Any]
    fill: float = 0.6
    """Share of the generated rows that have a value."""


@dataclass(frozen=True)
class SwitchDeclaration:
    """Org-wide switches and budgets at the start."""

    soap_login: bool = True
    api: bool = True
    oauth_password_flow: bool = True
    use_any_api_auth_enforced: bool = False
    my_domain_only: bool = False
    daily_api_requests: int = 118_000
    api_requests_used: int = 2_140
    data_storage_mb: int = 10_240
    data_storage_left_mb: int = 9_180
    trusted_networks: tuple[str, ...] = ()
    licenses: int = 20
    profile_networks: Mapping[str, list[str]] = field(default_factory=dict)
    """Profile → networks from which alone its users may log in."""
    profile_hours: Mapping[str, list[int]] = field(default_factory=dict)
    """Profile → first hour and hour after the last (UTC) in which its users may log in."""
    passwords_expire: str = "NinetyDays"
    """After how long passwords expire, in the words of SecuritySettings (Never, ThirtyDays … OneYear)."""
    profile_password_days: Mapping[str, int] = field(default_factory=dict)
    """Profile → the same for its users, in days (0: never), where it has a password policy of its own."""


@dataclass(frozen=True)
class SalesforceDeclaration:
    """How the road reaches the org at the start."""

    admin_client_id: str = ""
    """Consumer key of the OAuth client that the administrator logs in with; empty: by SOAP login()."""
    admin_flow: str = "password"
    sync_client_id: str = ""
    """Consumer key of the OAuth client whose Run As user is the sync user; empty: by SOAP login()."""


@dataclass(frozen=True)
class ChangeDeclaration:
    """Something that changes people in Marketo, as a form or a smart campaign does. Fields are named as in
    Salesforce: those that are not mapped cannot be meant."""

    kind: str
    """`form` (Fill Out Form), `score` (Change Score) or `data value` (Change Data Value)."""
    object: str
    """`Lead` or `Contact`: what the people are in Salesforce."""
    people: int = 1
    """How many: the first of them by Marketo's id, or those after `skip`."""
    skip: int = 0
    email: str = ""
    """The address of the people who are meant, in place of a number."""
    set: Mapping[str, Any] = field(default_factory=dict)
    """Field → new value; an empty text empties it."""
    add: Mapping[str, int] = field(default_factory=dict)
    """Field → number that is added, as a score."""
    copy: tuple[str, ...] = ()
    """Fields that take the value which another person of the same object has."""


@dataclass(frozen=True)
class MarketoDeclaration:
    """The Marketo instance at the start."""

    munchkin_id: str
    client_id: str
    client_secret: str
    api_user: str
    authentication: str = "basic"
    tied_to_crm: bool = False
    people: int = 0
    """People who are in Marketo before any sync."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[ChangeDeclaration, ...] = ()
    """What happens to people once the initial sync is over."""
