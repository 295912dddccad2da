"""What the admin's session tells of the org around the sync, and of the sync user's account.

Calls: surroundings three, account three. Login hours and IP ranges stand in the profile's metadata alone.
Sources: Object Reference, Organization, DuplicateRule, AssignmentRule, ApexTrigger, FlowDefinitionView,
LoginHistory, OauthToken; Tooling API, ValidationRule; Metadata API, Profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from runbook_lib.survey.model.org_settings import AccountHealth, LoginAttempt, Rule, Rules, Surroundings
from runbook_lib.survey.model.unknown import Absent, Unknown, untold
from runbook_lib.survey.probes.query import Question, Rows, ask, unknown
from runbook_lib.survey.requirements import MARKETO_FIELD_OBJECTS
from runbook_lib.systems.reach import CANNOT_TELL
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

Content = TypeVar("Content")
Value = TypeVar("Value")
ATTEMPTS = 20
"""Newest logins that are looked at; LoginHistory keeps six months."""
SURROUNDINGS_CALLS = 3
"""Six queries in two composite calls, and one of the Tooling API."""
ACCOUNT_CALLS = 3
"""Three queries in one composite call, and the profile: its name in the Metadata API, and its metadata."""
SHARED_OBJECTS = ("Lead", "Account", "Opportunity", "Campaign")
"""Objects whose org-wide default Organization tells; contacts follow their account."""
_ORGANIZATION = "SELECT DefaultLeadAccess, DefaultAccountAccess, DefaultOpportunityAccess, "
_ORGANIZATION += "DefaultCampaignAccess FROM Organization"
_SEES_ALL = (
    "SELECT SobjectType FROM ObjectPermissions WHERE PermissionsViewAllRecords = {yes} AND ParentId IN "
    "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = {user})"
)
_ATTEMPTS = (
    "SELECT LoginTime, LoginType, Application, SourceIp, Status FROM LoginHistory WHERE UserId IN "
    "(SELECT Id FROM User WHERE Username = {user}) ORDER BY LoginTime DESC LIMIT {most}"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def surroundings(reader: SalesforceReader, username: str) -> Surroundings:
    """What the records of the sync user ``username`` meet; a kind that is refused is ``Unknown``."""
    answers = ask(reader, surroundings_questions(username))
    return Surroundings(
        sharing=_read(answers["organization"], _sharing),
        sees_all=_read(answers["sees_all"], lambda rows: tuple(sorted({row["SobjectType"] for row in rows}))),
        validation_rules=_validation_rules(reader),
        duplicate_rules=_read(answers["duplicate"], _rules("SobjectType", "MasterLabel")),
        assignment_rules=_read(answers["assignment"], _rules("SobjectType", "Name")),
        triggers=_read(answers["trigger"], _rules("TableEnumOrId", "Name")),
        flows=_read(answers["flow"], _rules("TriggerObjectOrEvent.QualifiedApiName", "Label")),
    )


def account(reader: SalesforceReader, username: str) -> AccountHealth | Absent | Unknown:
    """The health of the sync user's account; ``Absent`` where there is no such user."""
    answers = ask(reader, health_questions(username))
    users = answers["user"]
    if isinstance(users, Unknown):
        return users
    if not users:
        return Absent("User")
    profile = _profile(reader, str(users[0]["ProfileId"]))
    return AccountHealth(
        password_changed=users[0]["LastPasswordChangeDate"] or "",
        attempts=_read(answers["attempts"], lambda rows: tuple(_attempt(row) for row in rows)),
        oauth_apps=_read(answers["oauth"], lambda rows: tuple(sorted({str(row["AppName"]) for row in rows}))),
        networks=_read(profile, _networks),
        hours=_read(profile, _hours),
    )


def surroundings_questions(username: str) -> list[Question]:
    """The queries of :func:`surroundings`."""
    objects = list(MARKETO_FIELD_OBJECTS)
    yes: dict[str, Any] = {"yes": True}
    templates = {
        "duplicate": "SELECT SobjectType, MasterLabel FROM DuplicateRule WHERE IsActive = {yes} "
        "AND SobjectType IN {objects}",
        "assignment": "SELECT SobjectType, Name FROM AssignmentRule WHERE Active = {yes} "
        "AND SobjectType IN {objects}",
        # Not by TriggerObjectOrEventLabel: people rename and translate the labels of objects.
        "flow": "SELECT TriggerObjectOrEvent.QualifiedApiName, Label FROM FlowDefinitionView "
        "WHERE IsActive = {yes} AND TriggerObjectOrEvent.QualifiedApiName IN {objects}",
    }
    asked = {name: soql(text, objects=objects, **yes) for name, text in templates.items()}
    asked["trigger"] = soql(
        "SELECT TableEnumOrId, Name FROM ApexTrigger WHERE Status = {active} AND TableEnumOrId IN {objects}",
        active="Active",
        objects=objects,
    )
    asked["organization"] = _ORGANIZATION
    asked["sees_all"] = soql(_SEES_ALL, user=username, **yes)
    return [Question(name, text) for name, text in asked.items()]


def health_questions(username: str) -> list[Question]:
    """The queries of :func:`account`."""
    asked = {
        "user": soql(
            "SELECT LastPasswordChangeDate, ProfileId FROM User WHERE Username = {user}", user=username
        ),
        "attempts": soql(_ATTEMPTS, user=username, most=ATTEMPTS),
        "oauth": soql("SELECT AppName FROM OauthToken WHERE User.Username = {user}", user=username),
    }
    return [Question(name, text) for name, text in asked.items()]


def _validation_rules(reader: SalesforceReader) -> Rules | Unknown:
    query = soql(
        "SELECT EntityDefinitionId, ValidationName, ErrorDisplayField, ErrorMessage FROM ValidationRule "
        "WHERE Active = {yes} "
        "AND EntityDefinitionId IN {objects}",
        yes=True,
        objects=list(MARKETO_FIELD_OBJECTS),
    )
    try:
        rows = reader.tooling_query(query)
    except CANNOT_TELL as fault:
        return unknown(fault)
    columns = ("EntityDefinitionId", "ValidationName", "ErrorDisplayField", "ErrorMessage")
    rules = {Rule(*(str(row[column] or "") for column in columns)) for row in rows}
    return tuple(sorted(rules, key=str))


def _read(answer: Content | Unknown, read: Callable[[Content], Value]) -> Value | Unknown:
    return answer if isinstance(answer, Unknown) else read(answer)


def _rules(object_column: str, name_column: str) -> Callable[[Rows], Rules]:
    def read(rows: Rows) -> Rules:
        rules = {Rule(str(_at(row, object_column)), str(row[name_column])) for row in rows}
        return tuple(sorted(rules, key=str))

    return read


def _at(row: Mapping[str, Any], path: str) -> Any:
    """The value of a column, which may be one of a parent."""
    value: Any = row
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def _sharing(rows: Rows) -> dict[str, str]:
    return {name: str(rows[0].get(f"Default{name}Access") or "") for name in SHARED_OBJECTS}


def _attempt(row: Mapping[str, Any]) -> LoginAttempt:
    columns = ("LoginTime", "LoginType", "Application", "SourceIp", "Status")
    return LoginAttempt(*(str(row.get(column) or "") for column in columns))


def _profile(reader: SalesforceReader, profile_id: str) -> Mapping[str, Any] | Unknown:
    """The profile's metadata; every user has a profile, so that an empty answer tells nothing."""
    try:
        return reader.profile(profile_id) or untold(
            say("Salesforce returned nothing when asked for the sync user's profile."),
            say(
                "Look at Login Hours and Login IP Ranges in Setup → Users → Profiles. The logged-in "
                "admin may lack “Modify Metadata Through Metadata API Functions”."
            ),
        )
    except CANNOT_TELL as fault:
        return unknown(fault)


def _networks(profile: Mapping[str, Any]) -> tuple[str, ...]:
    ranges: Iterable[Mapping[str, Any]] = profile.get("loginIpRanges") or ()
    return tuple(f"{network['startAddress']}–{network['endAddress']}" for network in ranges)


def _hours(profile: Mapping[str, Any]) -> dict[str, str]:
    """Weekday → hours; the Metadata API counts minutes since midnight in the org's time zone."""
    hours: Mapping[str, Any] = profile.get("loginHours") or {}
    return {
        day: f"{_clock(hours[f'{day}Start'])}–{_clock(hours[f'{day}End'])}"
        for day in _DAYS
        if hours.get(f"{day}Start") is not None and hours.get(f"{day}End") is not None
    }


def _clock(minutes: object) -> str:
    count = int(str(minutes))
    return f"{count // 60:02}:{count % 60:02}"
