"""What changes after go-live, one thing at a time: done to the rehearsal, and taken back afterward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from runbook_lib.guide.state import acknowledged, history
from runbook_lib.guide.state.session import Session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.declarations import SetupDeclaration
from runbook_lib.rehearsal.org.controls import turn_user
from runbook_lib.rehearsal.org.org import Org
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import WATCH
from runbook_lib.survey.model.org_settings import AccountHealth, PasswordPolicy
from tests.guide.colleagues import somebody_makes

FIELD = "Lead.Drifting__c"
"""Stands in the org, and in the state that was proven, before anything drifts."""
CYCLE = 301
"""Seconds after which Marketo's next cycle is due."""
Drifting = Callable[[RehearsalServer, Session], AbstractContextManager[None]]


def _remove(server: RehearsalServer, name: str) -> None:
    server.org.delete_custom_field(server.org.user_id(server.world.admin_username), name)


@contextmanager
def _appears(server: RehearsalServer, session: Session) -> Iterator[None]:
    somebody_makes(server, "Lead.Surprise__c")
    yield
    _remove(server, "Lead.Surprise__c")


@contextmanager
def _goes(server: RehearsalServer, session: Session) -> Iterator[None]:
    _remove(server, FIELD)
    yield
    somebody_makes(server, FIELD)


@contextmanager
def _is_retyped(server: RehearsalServer, session: Session) -> Iterator[None]:
    _remove(server, FIELD)
    somebody_makes(server, FIELD, {"type": "Number", "precision": 18, "scale": 2})
    yield
    _remove(server, FIELD)
    somebody_makes(server, FIELD)


@contextmanager
def _is_renamed(server: RehearsalServer, session: Session) -> Iterator[None]:
    _remove(server, FIELD)
    somebody_makes(server, "Lead.Renamed__c", {"label": FIELD})
    yield
    _remove(server, "Lead.Renamed__c")
    somebody_makes(server, FIELD)


@contextmanager
def _changed(org: Org, table: str, column: str, value: object, where: str = "true") -> Iterator[None]:
    """One column of some rows, which all held the same."""
    had = org.database.sql(f'SELECT DISTINCT "{column}" FROM org."{table}" WHERE {where}')
    (old,) = had[0]
    struck = [row[0] for row in org.database.sql(f'SELECT "Id" FROM org."{table}" WHERE {where}')]
    change = f'UPDATE org."{table}" SET "{column}" = $1 WHERE "Id" IN (SELECT unnest($2))'
    org.database.sql(change, [value, struck])
    try:
        yield
    finally:
        org.database.sql(change, [old, struck])


def _loses_permission(server: RehearsalServer, session: Session) -> AbstractContextManager[None]:
    return _changed(server.org, "PermissionSet", "PermissionsEditTask", False, "\"Name\" = 'Marketo_Sync'")


def _may_not_edit_leads(server: RehearsalServer, session: Session) -> AbstractContextManager[None]:
    return _changed(
        server.org, "ObjectPermissions", "PermissionsDelete", False,
        "\"SobjectType\" = 'Opportunity' AND \"ParentId\" IN "
        "(SELECT \"Id\" FROM org.\"PermissionSet\" WHERE \"Name\" = 'Marketo_Sync')",
    )  # fmt: skip


@contextmanager
def _is_frozen(server: RehearsalServer, session: Session) -> Iterator[None]:
    user = server.world.sync_username
    turn_user(server.org, {"username": user, "is_frozen": True})
    yield
    turn_user(server.org, {"username": user, "is_frozen": False})


@contextmanager
def _is_inactive(server: RehearsalServer, session: Session) -> Iterator[None]:
    user = server.world.sync_username
    turn_user(server.org, {"username": user, "is_active": False})
    yield
    turn_user(server.org, {"username": user, "is_active": True})


@contextmanager
def proven_before(session: Session, days: int, **changes: Any) -> Iterator[None]:
    """As if the proven state were so many days older, and had been otherwise in ``changes``."""
    state = acknowledged.proven_state(session.workspace, session.journal)
    assert state is not None
    older = replace(state, taken_at=state.taken_at - timedelta(days=days), **changes)
    for name in (older, state):
        kept = history.save_snapshot(session.workspace, name)
        session.journal.append(WATCH.name, "prove", Kind.read, {"what": "", acknowledged.STATE: kept})
        if name is older:
            yield


@contextmanager
def _policy_of_profile(server: RehearsalServer, days: int) -> Iterator[None]:
    """The sync user's profile has a password policy of its own."""
    policies = server.org.switches.profile_password_days
    policies[server.world.sync_user.profile] = days
    try:
        yield
    finally:
        policies.clear()


@contextmanager
def _password_ages(server: RehearsalServer, session: Session) -> Iterator[None]:
    """It was set 25 days ago, may expire and lasts 30 days by the profile's policy, as was known when the
    state was proven 20 days ago."""
    state = acknowledged.proven_state(session.workspace, session.journal)
    assert state is not None and isinstance(state.account, AccountHealth)
    assert isinstance(state.system_permissions, Mapping)
    changed = (state.taken_at - timedelta(days=25)).replace(microsecond=0)
    account = replace(state.account, password_changed=f"{changed:%Y-%m-%dT%H:%M:%S.000+0000}")
    may_expire = {**state.system_permissions, "PermissionsPasswordNeverExpires": False}
    where = f"\"Username\" = '{server.world.sync_username}'"
    with (
        _changed(server.org, "User", "LastPasswordChangeDate", changed.replace(tzinfo=None), where),
        _changed(server.org, "PermissionSet", "PermissionsPasswordNeverExpires", False,
                 '"Id" IN (SELECT "PermissionSetId" FROM org."PermissionSetAssignment" WHERE "AssigneeId" '
                 f"= '{server.org.user_id(server.world.sync_username)}')"
                 ' AND "PermissionsPasswordNeverExpires"'),
        _policy_of_profile(server, 30),
        proven_before(session, 20, account=account, system_permissions=may_expire,
                      password_policy=PasswordPolicy(30, of_profile=True)),
    ):  # fmt: skip
        yield


@contextmanager
def _soap_login_ends(server: RehearsalServer, session: Session) -> Iterator[None]:
    with proven_before(session, 365):
        yield


@contextmanager
def _calls_run_out(server: RehearsalServer, session: Session) -> Iterator[None]:
    """60 % of the day's calls were used a day and a half after it was next to none."""
    switches = server.org.switches
    had = switches.api_requests_used
    switches.api_requests_used = int(switches.daily_api_requests * 0.6)
    with proven_before(session, 2):
        yield
    switches.api_requests_used = had


@contextmanager
def _twice(server: RehearsalServer, session: Session) -> Iterator[None]:
    org = server.org
    admin = org.user_id(server.world.admin_username)
    (email,) = org.database.sql('SELECT "Email" FROM org."Lead" WHERE "Email" IS NOT NULL LIMIT 1')[0]
    made = org.create(admin, "Lead", {"LastName": "Twice", "Company": "Acme", "Email": email})
    server.clock.forward(CYCLE)
    server.instance.crm.catch_up()
    yield
    org.delete(admin, "Lead", made)


@contextmanager
def _fails(server: RehearsalServer, session: Session) -> Iterator[None]:
    """Somebody entered another password in Marketo: its next cycle is refused."""
    crm, clock = server.instance.crm, server.clock
    had = crm._credentials
    assert had is not None
    crm._credentials = replace(had, password_and_token="another")
    clock.forward(CYCLE)
    crm.catch_up()
    yield
    crm._credentials = had
    clock.forward(CYCLE)
    crm.catch_up()


@contextmanager
def _is_set_up(org: Org, table: str, row: Mapping[str, Any]) -> Iterator[None]:
    made = org._rows.insert(org.catalog[table], dict(row), "")
    try:
        yield
    finally:
        org.database.sql(f'DELETE FROM org."{table}" WHERE "Id" = $1', [made])


def _rule_is_made(server: RehearsalServer, session: Session) -> AbstractContextManager[None]:
    row = {"ValidationName": "Budget", "Active": True, "EntityDefinitionId": "Lead", "ErrorMessage": "No."}
    formula = {"errorConditionFormula": "ISBLANK(Phone)"}
    server.org.data_rules.declare(SetupDeclaration("ValidationRule", row, formula))
    return _is_set_up(server.org, "ValidationRule", row)


def _duplicate_rule_is_made(server: RehearsalServer, session: Session) -> AbstractContextManager[None]:
    row = {"DeveloperName": "Strict", "MasterLabel": "Strict", "SobjectType": "Contact", "IsActive": True}
    matches = {"matches": {"Contact": ["Email"]}}
    server.org.data_rules.declare(SetupDeclaration("DuplicateRule", row, matches))
    return _is_set_up(server.org, "DuplicateRule", row)


DRIFTS: Mapping[str, Drifting] = {
    "drift-field:Lead.Surprise__c": _appears,
    f"drift-gone:{FIELD}": _goes,
    f"drift-type:{FIELD}": _is_retyped,
    f"drift-renamed:{FIELD}": _is_renamed,
    "drift-permission:EditTask": _loses_permission,
    "drift-access:Opportunity": _may_not_edit_leads,
    "drift-password:expires": _password_ages,
    "drift-user:frozen": _is_frozen,
    "drift-user:active": _is_inactive,
    "drift-retires:soap-login": _soap_login_ends,
    "drift-api-calls:DailyApiRequests": _calls_run_out,
    "drift-duplicates:lead": _twice,
    "status": _fails,
    "drift-validation-rule:Lead: Budget": _rule_is_made,
    "drift-duplicate-rule:Contact: Strict": _duplicate_rule_is_made,
}
"""What is named → how it comes about."""
