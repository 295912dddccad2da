"""What has arrived in Marketo: sampled people, opportunities and users, and the sync user's own logins.

Calls of Salesforce: people one, opportunities and users one, logins one. Of Marketo: one per kind of record.
Values are compared and forgotten; only Ids and numbers are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.probes.query import CANNOT_TELL, Question, ask, unknown
from runbook_lib.survey.probes.shared_emails import normalised_email
from runbook_lib.survey.snapshot import Login, PeopleSeen, Unknown
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader
    from runbook_lib.systems.salesforce.client import SalesforceReader

SAMPLE = 100
"""Records of each kind that are looked up in Marketo."""
LOGIN_DAYS = 5
"""How far back logins are read: as far as Marketo's own Sync Status goes."""
MOST_LOGINS = 200

_PEOPLE = {
    "Lead": "SELECT Id, Email, LastName FROM Lead WHERE IsConverted = {no} ORDER BY Id LIMIT {most}",
    "Contact": "SELECT Id, Email, LastName FROM Contact ORDER BY Id LIMIT {most}",
}
_ID_FIELDS = {"Lead": "sfdcLeadId", "Contact": "sfdcContactId"}
_RECORDS = {
    "Opportunity": "SELECT Id FROM Opportunity ORDER BY Id LIMIT {most}",
    "User": "SELECT Id, Email FROM User WHERE IsActive = {yes} AND UserType = {standard} "
    "ORDER BY Id LIMIT {most}",
}
_LOGINS = (
    "SELECT LoginTime, Status, SourceIp FROM LoginHistory WHERE UserId = {user} AND LoginTime >= {since} "
    "ORDER BY LoginTime DESC LIMIT {most}"
)
_OWN_ADDRESS = (
    "SELECT SourceIp FROM LoginHistory WHERE UserId = {user} AND LoginTime >= {since} "
    "ORDER BY LoginTime DESC LIMIT 1"
)


def people_seen(reader: SalesforceReader, marketo: MarketoReader) -> tuple[PeopleSeen, ...] | Unknown:
    """A sample of the leads and contacts the user of ``reader`` sees, looked up in Marketo by their Ids.

    The same people each time as long as none of them is deleted: those with the lowest Ids. What Marketo has
    of their e-mail and last name is compared with what Salesforce has.
    """
    questions = {name: _filled(template) for name, template in _PEOPLE.items()}
    seen = []
    for name, answer in zip(questions, reader.composite_queries(list(questions.values())), strict=True):
        if isinstance(answer, SystemRefused):
            return unknown(answer)
        seen.append(_look_up_people(marketo, name, answer.records))
    return tuple(seen)


def records_seen(
    reader: SalesforceReader, marketo: MarketoReader
) -> dict[str, PeopleSeen | Unknown] | Unknown:
    """A sample of opportunities by Id and of active users by e-mail, looked up in Marketo.

    Each kind by itself: where Marketo does not let us look (603), that kind is ``Unknown``.
    """
    look_up: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], PeopleSeen]] = {
        "Opportunity": lambda rows: _opportunities(marketo, rows),
        "User": lambda rows: _users(marketo, rows),
    }
    questions = {name: _filled(template) for name, template in _RECORDS.items()}
    found: dict[str, PeopleSeen | Unknown] = {}
    for name, answer in zip(questions, reader.composite_queries(list(questions.values())), strict=True):
        if isinstance(answer, SystemRefused):
            found[name] = unknown(answer)
            continue
        try:
            found[name] = look_up[name](answer.records)
        except CANNOT_TELL as fault:
            found[name] = unknown(fault)
    return found


def logins(admin: SalesforceReader, sync_user_id: str, now: datetime) -> tuple[Login, ...] | Unknown:
    """The sync user's logins of the last days, newest first, as the admin sees them; one call.

    Status cannot be filtered on, so all are read. Whether one came from elsewhere is told by the address of
    the admin's own newest login, which is this computer's; addresses are not kept.
    Source: Salesforce object reference, LoginHistory.
    """
    since = now - timedelta(days=LOGIN_DAYS)
    questions = [
        Question("logins", soql(_LOGINS, user=sync_user_id, since=since, most=MOST_LOGINS)),
        Question("own", soql(_OWN_ADDRESS, user=admin.session.user_id, since=since)),
    ]
    answers = ask(admin, questions)
    rows, own = answers["logins"], answers["own"]
    if isinstance(rows, Unknown):
        return rows
    here = None if isinstance(own, Unknown) or not own else own[0]["SourceIp"]
    return tuple(
        Login(
            datetime.fromisoformat(row["LoginTime"]),
            str(row["Status"]),
            None if here is None else row["SourceIp"] != here,
        )
        for row in rows
    )


def user_id(admin: SalesforceReader, username: str) -> str | Unknown:
    """The Id of the user of that name; one call."""
    rows = ask(admin, [Question("user", soql("SELECT Id FROM User WHERE Username = {user}", user=username))])[
        "user"
    ]
    if isinstance(rows, Unknown):
        return rows
    return str(rows[0]["Id"]) if rows else Unknown("there is no such user")


def _look_up_people(
    marketo: MarketoReader, object_name: str, people: Sequence[Mapping[str, Any]]
) -> PeopleSeen:
    field = _ID_FIELDS[object_name]
    ids = [str(row["Id"]) for row in people]
    rows = marketo.leads(field, ids, ["id", field, "email", "lastName"]) if ids else []
    there = {str(row.get(field) or "")[:15]: row for row in rows}
    both = [(row, there[str(row["Id"])[:15]]) for row in people if str(row["Id"])[:15] in there]
    return PeopleSeen(
        object_name,
        sampled=len(ids),
        found=len(both),
        missing=tuple(each for each in ids if each[:15] not in there),
        compared=len(both),
        different=tuple(str(ours["Id"]) for ours, theirs in both if not _are_equal(ours, theirs)),
    )


def _are_equal(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether both systems have the same e-mail and last name; empty on both sides is the same."""
    return normalised_email(ours.get("Email")) == normalised_email(theirs.get("email")) and _plain(
        ours.get("LastName")
    ) == _plain(theirs.get("lastName"))


def _opportunities(marketo: MarketoReader, records: Sequence[Mapping[str, Any]]) -> PeopleSeen:
    ids = [str(row["Id"]) for row in records]
    rows = marketo.opportunities(ids) if ids else []
    there = {str(row.get("externalOpportunityId") or "")[:15] for row in rows}
    return _counted("Opportunity", ids, lambda each: each[:15] in there)


def _users(marketo: MarketoReader, records: Sequence[Mapping[str, Any]]) -> PeopleSeen:
    emails = {str(row["Id"]): normalised_email(row["Email"]) for row in records if row["Email"]}
    rows = marketo.sales_persons(sorted(set(emails.values()))) if emails else []
    there = {normalised_email(row.get("email")) for row in rows}
    return _counted("User", emails, lambda each: emails[each] in there)


def _counted(object_name: str, ids: Iterable[str], is_there: Callable[[str], bool]) -> PeopleSeen:
    sampled = list(ids)
    missing = tuple(each for each in sampled if not is_there(each))
    return PeopleSeen(object_name, len(sampled), len(sampled) - len(missing), missing)


def _plain(words: object) -> str:
    return " ".join(str(words or "").split())


def _filled(template: str) -> str:
    values = {"no": False, "yes": True, "standard": "Standard", "most": SAMPLE}
    return soql(template, **{name: value for name, value in values.items() if f"{{{name}}}" in template})
