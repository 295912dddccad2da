"""A world: the small declarative file that says what a rehearsal starts with.

A world names an organization, its users, profiles, permission sets, custom fields and switches, and
a Marketo instance. It holds no rows: people are generated from its seed (see org/people).
The secrets in it are obviously made up, but distinctive, because runs are searched for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runbook_lib.rehearsal.oauth_client import OAuthClient
from runbook_lib.rehearsal.world_files import completed, read_world, world_names

__all__ = ["World", "load_world", "world_names", "world_of"]

NOT_METADATA = ("field", "fill", "values", "restricted")
"""What a declared custom field says of itself beside the words of the Metadata API."""


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


@dataclass(frozen=True)
class UserDeclaration:
    """One Salesforce user, and the secrets he logs in with."""

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


@dataclass(frozen=True)
class SetupDeclaration:
    """One row of a setup object that a world has from the start, such as a DuplicateRule."""

    object_name: str
    values: Mapping[str, Any]


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
    trusted_networks: tuple[str, ...] = ()
    licenses: int = 20
    profile_networks: Mapping[str, list[str]] = field(default_factory=dict)
    """Profile → networks from which alone its users may log in."""
    profile_hours: Mapping[str, list[int]] = field(default_factory=dict)
    """Profile → first hour and hour after the last (UTC) in which its users may log in."""


@dataclass(frozen=True)
class SalesforceDeclaration:
    """How the road reaches the org at the start."""

    admin_client_id: str = ""
    """Consumer key of the OAuth client that the administrator logs in with; empty: by SOAP login()."""
    admin_flow: str = "password"
    sync_client_id: str = ""
    """Consumer key of the OAuth client whose Run As user is the sync user; empty: by SOAP login()."""


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


@dataclass(frozen=True)
class World:
    """Everything a rehearsal starts with."""

    name: str
    seed: int
    people: int
    organization: OrganizationDeclaration
    switches: SwitchDeclaration
    users: tuple[UserDeclaration, ...]
    profiles: tuple[PermissionDeclaration, ...]
    permission_sets: tuple[PermissionDeclaration, ...]
    permission_set_groups: tuple[GroupDeclaration, ...]
    setup: tuple[SetupDeclaration, ...]
    faults: tuple[FaultDeclaration, ...]
    custom_fields: tuple[CustomFieldDeclaration, ...]
    salesforce: SalesforceDeclaration
    oauth_clients: tuple[OAuthClient, ...]
    marketo: MarketoDeclaration
    admin_username: str
    sync_username: str
    owners: tuple[str, ...] = ()
    """Usernames of those who own the generated records; none: all but administrators and the sync user."""

    @property
    def admin(self) -> UserDeclaration:
        """The administrator who walks the road."""
        return self.user(self.admin_username)

    @property
    def sync_user(self) -> UserDeclaration:
        """The user Marketo logs in as."""
        return self.user(self.sync_username)

    def user(self, username: str) -> UserDeclaration:
        """The user of that name; KeyError when the world has none."""
        for user in self.users:
            if user.username == username:
                return user
        raise KeyError(username)

    def as_organization(self, record: Mapping[str, Any]) -> World:
        """The same world in the org that an Organization record tells of; its users stay."""
        declared = self.organization
        is_sandbox = bool(record.get("IsSandbox", declared.is_sandbox))
        # the My Domain of a sandbox carries the sandbox's name after two hyphens
        is_renamed = is_sandbox and "--" not in declared.my_domain
        organization = replace(
            declared,
            id=str(record.get("Id") or declared.id),
            name=str(record.get("Name") or declared.name),
            edition=str(record.get("OrganizationType") or declared.edition),
            instance=str(record.get("InstanceName") or declared.instance),
            is_sandbox=is_sandbox,
            my_domain=f"{declared.my_domain}--rehearsal" if is_renamed else declared.my_domain,
        )
        return replace(self, organization=organization)

    def secrets(self) -> dict[str, str]:
        """Every secret of the road, under the names the product asks for them by."""
        return {
            "salesforce_admin_password": self.admin.password,
            "salesforce_admin_token": self.admin.security_token,
            "salesforce_sync_password": self.sync_user.password,
            "salesforce_sync_token": self.sync_user.security_token,
            "marketo_client_secret": self.marketo.client_secret,
            **self._client_secrets(),
        }

    def _client_secrets(self) -> dict[str, str]:
        """The secrets of the apps by which the road logs in with client credentials."""
        road = self.salesforce
        admin = road.admin_client_id if road.admin_flow == "client_credentials" else ""
        used = {"salesforce_admin_client_secret": admin, "salesforce_sync_client_secret": road.sync_client_id}
        secrets = {client.client_id: client.client_secret for client in self.oauth_clients}
        return {name: secrets[client_id] for name, client_id in used.items() if client_id}


def load_world(name: str) -> World:
    """Read the world of that name; ValueError naming the known worlds when there is none."""
    return _world(read_world(name))


def world_of(declared: Mapping[str, Any]) -> World:
    """The world that a parsed world file declares; a world may build on another with `like`."""
    return _world(completed(declared))


def _world(declared: Mapping[str, Any]) -> World:
    return World(
        name=declared["name"],
        seed=declared["seed"],
        people=declared["people"],
        organization=OrganizationDeclaration(**declared["organization"]),
        switches=SwitchDeclaration(**_tuples(declared.get("switches", {}))),
        users=tuple(UserDeclaration(**_tuples(user)) for user in declared["users"]),
        profiles=tuple(_permissions(entry) for entry in declared["profiles"]),
        permission_sets=tuple(_permissions(entry) for entry in declared.get("permission_sets", ())),
        permission_set_groups=tuple(
            GroupDeclaration(**_tuples(entry)) for entry in declared.get("permission_set_groups", ())
        ),
        setup=tuple(_setup(entry) for entry in declared.get("setup", ())),
        faults=tuple(FaultDeclaration(**entry) for entry in declared.get("faults", ())),
        custom_fields=tuple(_custom_field(entry) for entry in declared.get("custom_fields", ())),
        salesforce=SalesforceDeclaration(**declared.get("salesforce", {})),
        oauth_clients=tuple(OAuthClient(**_tuples(entry)) for entry in declared.get("oauth_clients", ())),
        marketo=MarketoDeclaration(**declared["marketo"]),
        admin_username=declared["admin"],
        sync_username=declared["sync_user"],
        owners=tuple(declared.get("owners", ())),
    )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _permissions(entry: Mapping[str, Any]) -> PermissionDeclaration:
    """A profile or permission set; the word "all" stands for everything."""
    table: dict[str, Any] = {key: None if value == "all" else value for key, value in _tuples(entry).items()}
    return PermissionDeclaration(**table)


def _setup(entry: Mapping[str, Any]) -> SetupDeclaration:
    return SetupDeclaration(entry["object"], {key: value for key, value in entry.items() if key != "object"})


def _custom_field(entry: Mapping[str, Any]) -> CustomFieldDeclaration:
    """A custom field; `values` is short for a value set, and what every type needs is filled in."""
    metadata = {key: value for key, value in entry.items() if key not in NOT_METADATA}
    if "values" in entry:
        values = [{"fullName": value, "label": value, "default": False} for value in entry["values"]]
        metadata["valueSet"] = {
            "restricted": entry.get("restricted", True),
            "valueSetDefinition": {"sorted": False, "value": values},
        }
    if metadata["type"] in ("LongTextArea", "Html", "MultiselectPicklist"):
        metadata.setdefault("visibleLines", 4)
    if metadata["type"] == "Checkbox":
        metadata.setdefault("defaultValue", "false")
    object_name, name = entry["field"].split(".")
    return CustomFieldDeclaration(object_name, name, metadata, fill=entry.get("fill", 0.6))
