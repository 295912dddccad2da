"""A world: the small declarative file that says what a rehearsal starts with.

A world names an organization, its users, profiles, permission sets, custom fields and switches, and
a Marketo instance. It holds no rows: people are generated from its seed (see org/people).
The secrets in it are obviously made up, but distinctive, because runs are searched for them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

WORLDS = files(__package__) / "worlds"


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
    is_active: bool = True


@dataclass(frozen=True)
class PermissionDeclaration:
    """A profile or a permission set: what its holders may do."""

    name: str
    label: str = ""
    license: str = "Salesforce"
    permissions: tuple[str, ...] | None = ()
    """System permissions without the prefix `Permissions`; None means every one."""
    objects: Mapping[str, str] | None = field(default_factory=dict)
    """Object → letters of "crud", plus "v" (view all records) and "m" (modify all); None means everything."""
    fields: tuple[str, ...] | None = ()
    """Readable and editable fields as `Object.Field`; None means every field that can be granted."""
    hidden_fields: tuple[str, ...] = ()
    """Exceptions from `fields`, as `Object.Field`."""


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
    use_any_api_auth_enforced: bool = False
    my_domain_only: bool = False
    daily_api_requests: int = 118_000
    api_requests_used: int = 2_140
    trusted_networks: tuple[str, ...] = ()
    licenses: int = 20


@dataclass(frozen=True)
class SalesforceDeclaration:
    """How the road reaches the org at the start."""

    admin_client_id: str = ""
    """Consumer key of the OAuth client that the administrator logs in with; empty: by SOAP login()."""


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
    custom_fields: tuple[CustomFieldDeclaration, ...]
    salesforce: SalesforceDeclaration
    marketo: MarketoDeclaration
    admin_username: str
    sync_username: str

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
        }


def world_names() -> tuple[str, ...]:
    """The worlds that come with the rehearsal."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in WORLDS.iterdir() if entry.name.endswith(".toml"))
    )


def load_world(name: str) -> World:
    """Read the world of that name; ValueError naming the known worlds when there is none."""
    if name not in world_names():
        raise ValueError(f"no world named {name!r}; there are: {', '.join(world_names())}")
    return world_of(tomllib.loads((WORLDS / f"{name}.toml").read_text(encoding="utf-8")))


def world_of(declared: Mapping[str, Any]) -> World:
    """The world that a parsed world file declares; a world may build on another with `like`."""
    if "like" in declared:
        like = tomllib.loads((WORLDS / f"{declared['like']}.toml").read_text(encoding="utf-8"))
        declared = _overlaid(like, {key: value for key, value in declared.items() if key != "like"})
    return World(
        name=declared["name"],
        seed=declared["seed"],
        people=declared["people"],
        organization=OrganizationDeclaration(**declared["organization"]),
        switches=SwitchDeclaration(**_tuples(declared.get("switches", {}))),
        users=tuple(UserDeclaration(**_tuples(user)) for user in declared["users"]),
        profiles=tuple(_permissions(entry) for entry in declared["profiles"]),
        permission_sets=tuple(_permissions(entry) for entry in declared.get("permission_sets", ())),
        custom_fields=tuple(_custom_field(entry) for entry in declared.get("custom_fields", ())),
        salesforce=SalesforceDeclaration(**declared.get("salesforce", {})),
        marketo=MarketoDeclaration(**declared["marketo"]),
        admin_username=declared["admin"],
        sync_username=declared["sync_user"],
    )


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the entries of `above` put on top, table by table."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both_tables = isinstance(value, Mapping) and isinstance(old, Mapping)
        merged[key] = _overlaid(old, value) if both_tables and isinstance(old, Mapping) else value
    return merged


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _permissions(entry: Mapping[str, Any]) -> PermissionDeclaration:
    """A profile or permission set; the word "all" stands for everything."""
    table: dict[str, Any] = {key: None if value == "all" else value for key, value in _tuples(entry).items()}
    return PermissionDeclaration(**table)


def _custom_field(entry: Mapping[str, Any]) -> CustomFieldDeclaration:
    """A custom field; `values` is short for a value set, and what every type needs is filled in."""
    metadata = {key: value for key, value in entry.items() if key not in ("field", "fill", "values")}
    if "values" in entry:
        values = [{"fullName": value, "label": value, "default": False} for value in entry["values"]]
        metadata["valueSet"] = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    if metadata["type"] in ("LongTextArea", "Html", "MultiselectPicklist"):
        metadata.setdefault("visibleLines", 4)
    if metadata["type"] == "Checkbox":
        metadata.setdefault("defaultValue", "false")
    object_name, name = entry["field"].split(".")
    return CustomFieldDeclaration(object_name, name, metadata, fill=entry.get("fill", 0.6))
