"""What the admin's session tells of the sync user's own logins, and of how many records there are at all.

One call for both; the apps that the sync user let in cost another, and are asked for only where Marketo
logs in by OAuth. Sources: Salesforce object reference, LoginHistory, whose Status cannot be filtered on, and
OauthToken.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.arrival.sample import Pool
from runbook_lib.survey.probes.query import Question, Rows, ask
from runbook_lib.survey.snapshot import AppToken, Login, Unknown
from runbook_lib.systems.salesforce.soql import soql
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

LOGIN_DAYS = 5
"""How far back logins are read: as far as Marketo's own Sync Status goes."""
MOST_LOGINS = 200
_LOGINS = (
    "SELECT LoginTime, Status, SourceIp FROM LoginHistory WHERE UserId = {user} AND LoginTime >= {since} "
    "ORDER BY LoginTime DESC LIMIT {most}"
)
_OWN_ADDRESS = (
    "SELECT SourceIp FROM LoginHistory WHERE UserId = {user} AND LoginTime >= {since} "
    "ORDER BY LoginTime DESC LIMIT 1"
)


_TOKENS = "SELECT AppName, UseCount, LastUsedDate FROM OauthToken WHERE UserId = {user}"


def app_tokens(admin: SalesforceReader, sync_user_id: str) -> tuple[AppToken, ...] | Unknown:
    """The apps that the sync user let in, by name; one call."""
    rows = ask(admin, [Question("tokens", soql(_TOKENS, user=sync_user_id))])["tokens"]
    if isinstance(rows, Unknown):
        return rows
    tokens = (
        AppToken(
            str(row["AppName"] or ""),
            int(row["UseCount"] or 0),
            datetime.fromisoformat(row["LastUsedDate"]) if row["LastUsedDate"] else None,
        )
        for row in rows
    )
    return tuple(sorted(tokens, key=lambda token: token.app))


def logins_and_counts(
    admin: SalesforceReader, sync_user_id: str, now: datetime, pools: Iterable[Pool] = ()
) -> tuple[tuple[Login, ...] | Unknown, dict[str, int]]:
    """The sync user's logins of the last days, newest first, and object → the records that the admin sees.

    Whether a login came from elsewhere is told by the address of the admin's own newest login, which is this
    computer's; addresses are not kept. A count that is refused is left out.
    """
    since = now - timedelta(days=LOGIN_DAYS)
    counted = list(pools)
    questions = [
        Question("logins", soql(_LOGINS, user=sync_user_id, since=since, most=MOST_LOGINS)),
        Question("own", soql(_OWN_ADDRESS, user=admin.session.user_id, since=since)),
        *(Question(pool.object, pool.query("COUNT(Id) records")) for pool in counted),
    ]
    answers = ask(admin, questions)
    counts = {
        pool.object: int(rows[0]["records"])
        for pool in counted
        if not isinstance(rows := answers[pool.object], Unknown)
    }
    return _logins(answers["logins"], answers["own"]), counts


def user_id(admin: SalesforceReader, username: str) -> str | Unknown:
    """The Id of the user of that name; one call."""
    rows = ask(admin, [Question("user", soql("SELECT Id FROM User WHERE Username = {user}", user=username))])[
        "user"
    ]
    if isinstance(rows, Unknown):
        return rows
    return str(rows[0]["Id"]) if rows else untold(say("There is no user {name} in this org.", name=username))


def _logins(rows: Rows | Unknown, own: Rows | Unknown) -> tuple[Login, ...] | Unknown:
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
