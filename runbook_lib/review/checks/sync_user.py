"""Checks of the sync user: there, able to log in, and allowed to do what Marketo does with that login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.rights_matrix import listed_words
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.requirements import (
    OBJECT_PERMISSIONS,
    STEP_2,
    SYSTEM_PERMISSIONS,
)
from runbook_lib.survey.snapshot import NO_ACCESS, Absent, ObjectAccess, Part, Snapshot, SyncUser, Unknown
from runbook_lib.text import Message, joined, say

HELP_USERS = "Salesforce Help, Freeze or Unfreeze User Accounts; Unlock Users"


def judge_exists(snapshot: Snapshot) -> Answer:
    """There is a user of the name in connection.toml, and it is not the admin."""
    user = snapshot.sync_user
    if isinstance(user, Unknown):
        return cannot_tell(user)
    if isinstance(user, Absent):
        return Answer(
            Status.ERROR,
            say(
                "There is no Salesforce user “{username}” in this org.",
                username=snapshot.expected.sync_username,
            ),
            say("Marketo logs in as this user; without the user nothing can be synced."),
            say(
                "Notebook 02 creates the user once that has been decided (in its form, or with "
                "create_user in decisions/setup.toml). By hand: Setup → Users → Users → New User, "
                "license “Salesforce”. Or correct sync_username in connection.toml: a sandbox username "
                "ends in a dot and the sandbox's name."
            ),
            Who.SALESFORCE_ADMIN,
        )
    existing = cast(SyncUser, user)
    if existing.username.lower() == snapshot.expected.admin_username.lower():
        return Answer(
            Status.WARN,
            say("The sync user “{username}” is the admin's own user.", username=existing.username),
            say(
                "Every field this person sees becomes a Marketo field, and Marketo's changes cannot be "
                "told apart from this person's."
            ),
            say("Use a separate user for Marketo: set sync_username in connection.toml."),
        )
    return ok(
        say(
            "“{username}” exists; profile “{profile}”.",
            username=existing.username,
            profile=existing.profile_name,
        )
    )


def judge_active(snapshot: Snapshot) -> Answer:
    """The user is active."""
    return _flag(
        snapshot,
        _user(snapshot).is_active,
        say("“{username}” is active.", username=_username(snapshot)),
        say("“{username}” is not active.", username=_username(snapshot)),
        say(
            "In Salesforce Setup → Users → Users, click Edit beside the user, tick Active and save. "
            "This uses a license."
        ),
    )


def judge_not_frozen(snapshot: Snapshot) -> Answer:
    """The user is not frozen."""
    frozen = _user(snapshot).is_frozen
    return _flag(
        snapshot,
        None if frozen is None else not frozen,
        say("“{username}” is not frozen.", username=_username(snapshot)),
        say("“{username}” is frozen.", username=_username(snapshot)),
        say(
            "In Salesforce Setup → Users → Users, open the user and click Unfreeze. First ask who "
            "froze the user, and why."
        ),
    )


def judge_not_locked(snapshot: Snapshot) -> Answer:
    """The user is not locked out after wrong passwords."""
    locked = _user(snapshot).is_locked
    return _flag(
        snapshot,
        None if locked is None else not locked,
        say("“{username}” is not locked out.", username=_username(snapshot)),
        say("“{username}” is locked out after too many wrong passwords.", username=_username(snapshot)),
        say(
            "In Salesforce Setup → Users → Users, open the user and click Unlock, or wait until the "
            "lockout period of the password policies is over. Then find out what is still using the "
            "old password."
        ),
    )


def judge_system_permissions(snapshot: Snapshot) -> Answer:
    """The sync user has the eight permissions of Marketo's page; the advised one missing is a warning."""
    has = cast(Mapping[str, bool], snapshot.system_permissions)
    missing = [permission for permission in SYSTEM_PERMISSIONS if not has.get(permission.column)]
    if not missing:
        return ok(
            say(
                "“{username}” has the {count} permissions Marketo asks for.",
                username=_username(snapshot),
                count=len(SYSTEM_PERMISSIONS),
            )
        )
    only_advised = all(permission.advised for permission in missing)
    return Answer(
        Status.WARN if only_advised else Status.ERROR,
        say(
            "“{username}” lacks: {missing}.",
            username=_username(snapshot),
            missing=joined((permission.label for permission in missing), ", "),
        ),
        say("The password will expire one day, and the sync will stop then.")
        if only_advised
        else say("Marketo's sync would fail wherever it lacks a permission."),
        _permission_set_fix(snapshot, say("System Permissions")),
        Who.SALESFORCE_ADMIN,
    )


def judge_object_permissions(snapshot: Snapshot) -> Answer:
    """The sync user may read, create, edit and delete accounts, campaigns, contacts, leads and
    opportunities."""
    access = cast(Mapping[str, ObjectAccess | Unknown], snapshot.object_access)
    unknown = {name: value for name, value in access.items() if isinstance(value, Unknown)}
    known = {name: value for name, value in access.items() if not isinstance(value, Unknown)}
    missing = [
        say("{object} ({rights})", object=name, rights=listed_words(lacking))
        for name in OBJECT_PERMISSIONS
        if name not in unknown and (lacking := _lacking(known.get(name)))
    ]
    if unknown and not missing:
        return cannot_tell(next(iter(unknown.values())))
    if not missing:
        return ok(
            say(
                "“{username}” may read, create, edit and delete: {objects}.",
                username=_username(snapshot),
                objects=", ".join(OBJECT_PERMISSIONS),
            )
        )
    return Answer(
        Status.ERROR,
        say(
            "“{username}” may not do everything with: {missing}.",
            username=_username(snapshot),
            missing=joined(missing, ", "),
        ),
        say(
            "What the sync user cannot read never reaches Marketo, and what they cannot edit never "
            "comes back."
        ),
        _permission_set_fix(snapshot, say("Object Settings")),
        Who.SALESFORCE_ADMIN,
    )


def _flag(snapshot: Snapshot, good: bool | None, well: Message, ill: Message, fix: Message) -> Answer:
    if good:
        return ok(well)
    if good is None:
        return Answer(
            Status.UNKNOWN,
            say("Cannot tell whether “{username}” is frozen or locked.", username=_username(snapshot)),
            say("A frozen or locked user cannot log in, and neither can Marketo with that account."),
            say(
                "The admin needs the permission “Manage Users” to see this; or look at the user in "
                "Salesforce Setup → Users → Users."
            ),
            Who.SALESFORCE_ADMIN,
        )
    return Answer(
        Status.ERROR,
        ill,
        say("Marketo cannot log in as this user, so nothing is synced."),
        fix,
        Who.SALESFORCE_ADMIN,
    )


def _lacking(access: ObjectAccess | None) -> list[str]:
    if access is None:
        access = NO_ACCESS
    return [right for right, holds in asdict(access).items() if not holds]


def _permission_set_fix(snapshot: Snapshot, page: Message) -> Message:
    return say(
        "Notebook 02 adds them to the permission set “{label}”. By hand: Salesforce Setup → Users → "
        "Permission Sets → {label} → {page} → Edit.",
        label=snapshot.expected.permission_set_label,
        page=page,
    )


def _user(snapshot: Snapshot) -> SyncUser:
    return cast(SyncUser, snapshot.sync_user)


def _username(snapshot: Snapshot) -> str:
    return snapshot.expected.sync_username


SYNC_USER_CHECKS: tuple[Check, ...] = (
    Check(
        "sync_user_exists",
        SYNC_USER.name,
        say("The sync user exists"),
        STEP_2,
        judge_exists,
        reads=(Part.SYNC_USER,),
    ),
    Check(
        "sync_user_active",
        SYNC_USER.name,
        say("The sync user is active"),
        HELP_USERS,
        judge_active,
        needs=(Part.SYNC_USER,),
    ),
    Check(
        "sync_user_not_frozen",
        SYNC_USER.name,
        say("The sync user is not frozen"),
        HELP_USERS,
        judge_not_frozen,
        needs=(Part.SYNC_USER,),
    ),
    Check(
        "sync_user_not_locked",
        SYNC_USER.name,
        say("The sync user is not locked out"),
        HELP_USERS,
        judge_not_locked,
        needs=(Part.SYNC_USER,),
    ),
    Check(
        "system_permissions",
        SYNC_USER.name,
        say("The sync user's system permissions"),
        STEP_2,
        judge_system_permissions,
        needs=(Part.SYNC_USER, Part.SYSTEM_PERMISSIONS),
    ),
    Check(
        "object_permissions",
        SYNC_USER.name,
        say("The sync user's object permissions"),
        STEP_2,
        judge_object_permissions,
        needs=(Part.SYNC_USER, Part.OBJECT_ACCESS),
    ),
)
