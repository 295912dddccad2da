"""The state of an org that a test turns while it runs: its switches, and what a user logs in with.

Source of the faults they lead to: partner WSDL, LoginFault; see `login.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from runbook_lib.rehearsal.database import quoted
from runbook_lib.rehearsal.org.org import Org
from runbook_lib.rehearsal.org.schema.standard_objects import system_permissions
from runbook_lib.rehearsal.org.switches import Switches

CREDENTIAL_KNOBS = {"password": str, "security_token": str, "password_expired": bool}
"""Attributes of `Credential`."""
COLUMN_KNOBS = {
    "is_active": ("User", "Id", "IsActive"),
    "is_frozen": ("UserLogin", "UserId", "IsFrozen"),
    "is_locked": ("UserLogin", "UserId", "IsPasswordLocked"),
}
"""Knob → table, its column with the user's id, and the column that is set."""
RULES = {
    'UPDATE org."ValidationRule" SET "Active" = $1 WHERE "ValidationName" = $2': (
        '"ValidationName" FROM org."ValidationRule"'
    ),
    'UPDATE org."DuplicateRule" SET "IsActive" = $1 WHERE "DeveloperName" = $2': (
        '"DeveloperName" FROM org."DuplicateRule"'
    ),
}
"""How a rule is switched, and the names of such rules."""
LICENSES = "licenses"
"""Knob of the org: how many user licenses of each kind it has."""
_LISTS = ("scopes", "flows", "approved_users")
"""Attributes of an OAuth client that hold several values."""
WITHOUT = "without_permission"
"""Knob of a user: a system permission that they lose, in their profile and in every permission set they
hold."""


def turn_switches(org: Org, wanted: Mapping[str, Any]) -> None:
    """Set org-wide switches by name; none when one is unknown or of another type (ValueError)."""
    known = {field.name for field in fields(Switches)}
    for name, value in wanted.items():
        _refuse_unknown(name, {*known, LICENSES})
        _refuse_other_type(name, value, int if name == LICENSES else type(getattr(org.switches, name)))
    for name, value in wanted.items():
        if name == LICENSES:
            org.database.sql('UPDATE org."UserLicense" SET "TotalLicenses" = $1', [value])
        else:
            setattr(org.switches, name, value)


def turn_rule(org: Org, wanted: Mapping[str, Any]) -> None:
    """Switch the rule `wanted["rule"]` of the org on or off. ValueError as for `turn_switches`."""
    name, active = str(wanted.get("rule", "")), wanted.get("active")
    _refuse_other_type("active", active, bool)
    known = {row[0]: change for change, named in RULES.items() for row in org.database.sql(f"SELECT {named}")}
    _refuse_unknown(name, set(known))
    org.database.sql(known[name], [active, name])


def turn_user(org: Org, wanted: Mapping[str, Any]) -> None:
    """Set what `wanted` names of the user `wanted["username"]`. ValueError as for `turn_switches`."""
    knobs = {name: value for name, value in wanted.items() if name != "username"}
    for name, value in knobs.items():
        _refuse_unknown(name, {*CREDENTIAL_KNOBS, *COLUMN_KNOBS, WITHOUT})
        _refuse_other_type(name, value, (CREDENTIAL_KNOBS | {WITHOUT: str}).get(name, bool))
    if WITHOUT in knobs:
        _refuse_unknown(knobs[WITHOUT], {permission.name for permission in system_permissions()})
    try:
        credential = org.credential(str(wanted.get("username", "")))
    except KeyError as missing:
        raise ValueError(f"no user named {missing.args[0]!r}") from missing
    for name, value in knobs.items():
        if name in CREDENTIAL_KNOBS:
            setattr(credential, name, value)
        elif name == WITHOUT:
            _take_permission(org, credential.user_id, value)
        else:
            table, key, column = COLUMN_KNOBS[name]
            statement = f'UPDATE org."{table}" SET "{column}" = $1 WHERE "{key}" = $2'
            org.database.sql(statement, [value, credential.user_id])


def turn_oauth_client(org: Org, wanted: Mapping[str, Any]) -> None:
    """Change the app ``wanted["client_id"]`` as named. ValueError as for `turn_switches`."""
    knobs = {name: value for name, value in wanted.items() if name != "client_id"}
    client_id = str(wanted.get("client_id", ""))
    _refuse_unknown(client_id, set(org.apps.clients))
    client = org.apps.clients[client_id]
    for name, value in knobs.items():
        _refuse_unknown(name, {field.name for field in fields(client)})
        _refuse_other_type(name, value, list if name in _LISTS else type(getattr(client, name)))
    values: dict[str, Any] = {
        name: tuple(value) if name in _LISTS else value for name, value in knobs.items()
    }
    org.apps.clients[client_id] = replace(client, **values)


def _take_permission(org: Org, user_id: str, permission: str) -> None:
    column = quoted(f"Permissions{permission}")
    held = 'SELECT "PermissionSetId" FROM org."PermissionSetAssignment" WHERE "AssigneeId" = $1'
    org.database.sql(f'UPDATE org."PermissionSet" SET {column} = false WHERE "Id" IN ({held})', [user_id])
    profile = 'SELECT "ProfileId" FROM org."User" WHERE "Id" = $1'
    org.database.sql(f'UPDATE org."Profile" SET {column} = false WHERE "Id" IN ({profile})', [user_id])


def _refuse_unknown(name: str, known: set[str]) -> None:
    if name not in known:
        raise ValueError(f"no knob named {name!r}; there are: {', '.join(sorted(known))}")


def _refuse_other_type(name: str, value: Any, expected: type) -> None:
    if type(value) is not expected:
        raise ValueError(f"{name} must be a {expected.__name__}")
