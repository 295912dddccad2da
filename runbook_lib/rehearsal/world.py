"""A world: the small declarative file that says what a rehearsal starts with.

A world names an organization, its users, profiles, permission sets, custom fields and switches, and
a Marketo instance. It holds no rows: people are generated from its seed (see org/people).
The secrets in it are obviously made up, but distinctive, because runs are searched for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from runbook_lib.rehearsal.declarations import (
    ChangeDeclaration,
    CustomFieldDeclaration,
    FaultDeclaration,
    GroupDeclaration,
    MarketoDeclaration,
    OrganizationDeclaration,
    PermissionDeclaration,
    SalesforceDeclaration,
    SetupDeclaration,
    SwitchDeclaration,
    UserDeclaration,
)
from runbook_lib.rehearsal.oauth_client import OAuthClient
from runbook_lib.rehearsal.world_files import completed, read_world, world_names

__all__ = ["World", "load_world", "world_names", "world_of"]

NOT_METADATA = ("field", "fill", "values", "restricted")
"""What a declared custom field says of itself beside the words of the Metadata API."""


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
    labels: Mapping[str, str]
    """``Object`` or ``Object.Field`` → its label, where it was renamed or translated."""
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
        organization=OrganizationDeclaration(**_tuples(declared["organization"])),
        switches=SwitchDeclaration(**_tuples(declared.get("switches", {}))),
        users=tuple(UserDeclaration(**_tuples(user)) for user in declared["users"]),
        profiles=tuple(_permissions(entry) for entry in declared["profiles"]),
        permission_sets=tuple(_permissions(entry) for entry in declared.get("permission_sets", ())),
        permission_set_groups=tuple(_group(entry) for entry in declared.get("permission_set_groups", ())),
        setup=tuple(_setup(entry) for entry in declared.get("setup", ())),
        faults=tuple(FaultDeclaration(**entry) for entry in declared.get("faults", ())),
        custom_fields=tuple(_custom_field(entry) for entry in declared.get("custom_fields", ())),
        salesforce=SalesforceDeclaration(**declared.get("salesforce", {})),
        oauth_clients=tuple(OAuthClient(**_tuples(entry)) for entry in declared.get("oauth_clients", ())),
        labels=declared.get("labels", {}),
        marketo=_marketo(declared["marketo"]),
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


def _group(entry: Mapping[str, Any]) -> GroupDeclaration:
    table = _tuples(entry)
    if muting := table.pop("muting", None):
        table["muting"] = _permissions({"name": f"{table['name']}_Muted", **muting})
    return GroupDeclaration(**table)


def _setup(entry: Mapping[str, Any]) -> SetupDeclaration:
    values = {key: value for key, value in entry.items() if key not in ("object", "metadata")}
    return SetupDeclaration(entry["object"], values, entry.get("metadata", {}))


def change_of(entry: Mapping[str, Any]) -> ChangeDeclaration:
    """What a table says that happens to people; TypeError for a word that it does not know."""
    return ChangeDeclaration(**_tuples(entry))


def _marketo(table: Mapping[str, Any]) -> MarketoDeclaration:
    changes = tuple(change_of(entry) for entry in table.get("changes", ()))
    return MarketoDeclaration(**{**table, "changes": changes})


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
