"""The imitation of a Salesforce org: its state and rules, apart from HTTP.

To set a fault on a running org, turn `org.switches` (see switches.py), change `org.credential(username)`
(password, security_token, password_expired) or write to the tables through `org.database`; `lock`, `freeze`,
`deactivate` and `expire_password` are short for the usual ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.custom_fields import LeadMapping, SetupFields
from runbook_lib.rehearsal.org.describe import Describer
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.ids import IdCounter
from runbook_lib.rehearsal.org.limits import limits_of
from runbook_lib.rehearsal.org.login.apps import AppDesk
from runbook_lib.rehearsal.org.login.desk import LoginDesk
from runbook_lib.rehearsal.org.login.passwords import check_new_password
from runbook_lib.rehearsal.org.login.session import Attempt, Credential, LoginHost, OrgSession, new_credential
from runbook_lib.rehearsal.org.login.texts import MUST_BE_CHANGED
from runbook_lib.rehearsal.org.people.generation import generate_people
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.rows.records import Records
from runbook_lib.rehearsal.org.rows.store import RowStore
from runbook_lib.rehearsal.org.rows.tables import create_tables
from runbook_lib.rehearsal.org.rules.setup import SetupRules
from runbook_lib.rehearsal.org.schema.custom_field_types import CustomField
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe
from runbook_lib.rehearsal.org.schema.recorded import overlay
from runbook_lib.rehearsal.org.schema.standard_objects import standard_catalog
from runbook_lib.rehearsal.org.seed import Founder
from runbook_lib.rehearsal.org.seed.catalog import found_catalog
from runbook_lib.rehearsal.org.soql.queries import Queries
from runbook_lib.rehearsal.org.soql.result import NEWEST_VERSION, QueryResult
from runbook_lib.rehearsal.org.soql.scope import QueryReach
from runbook_lib.rehearsal.org.switches import switches_of
from runbook_lib.rehearsal.org.writes.batches import Batches
from runbook_lib.rehearsal.org.writes.data_rules import DataRules
from runbook_lib.rehearsal.world import World


class Org:
    """One Salesforce org. All methods may be called from any thread."""

    def __init__(
        self, world: World, clock: Clock, people: int | None = None, schema_folder: Path | None = None
    ) -> None:
        self.clock = clock
        self.switches = switches_of(world.switches)
        self.people = world.people if people is None else people
        self.database = Database(self.people)
        self.catalog = standard_catalog()
        ids = IdCounter()
        recorded = overlay(self.catalog, schema_folder)
        self.world = world.as_organization(recorded.organization) if recorded.organization else world
        """The world as declared, in the org of the schema folder if that names one."""
        self.notices: tuple[str, ...] = recorded.notices
        """What was made of the schema folder, in sentences for people."""
        found_catalog(self.catalog, world, ids, recorded.objects)
        create_tables(self.database, self.catalog)
        user_ids = Founder(self.database, self.catalog, ids, world).seed(recorded.organization)
        self.permissions = Permissions(self.database, self.catalog)
        self._login = LoginDesk(self.database, self.catalog, self.permissions, self.switches, clock)
        for user in world.users:
            self._login.credentials[user.username.lower()] = Credential(
                user_ids[user.username], user.username, user.password, user.security_token
            )
        self._rows = RowStore(self.database, self.catalog, clock, ids)
        self.apps = AppDesk(self._login, self._rows, self.catalog["OauthToken"], world.oauth_clients)
        rules = SetupRules(self.database, self.catalog, self._rows, self.switches)
        rules.users.count_licenses()
        rules.groups.sum_up()
        self.data_rules = DataRules(self.database, self.catalog, world.setup)
        self._records = Records(self.database, self.permissions, self._rows, rules, self.data_rules)
        self.batches = Batches(self.database, self.permissions, self.data_rules)
        self._fields = SetupFields(self.database, self.catalog, self.permissions, clock, ids, self.switches)
        self._describer = Describer(self.catalog, self.permissions)
        self._queries = Queries(self.database, self.catalog, self.permissions, self.switches)
        generate_people(self.database, self.catalog, world, ids, self.people)

    @property
    def org_id(self) -> str:
        """The 18-character id of the org."""
        return str(self.database.sql('SELECT "Id" FROM org."Organization"')[0][0])

    @property
    def organization(self) -> dict[str, Any]:
        """The row of Organization."""
        return self._rows.find("Organization")[0]

    @property
    def is_sandbox(self) -> bool:
        """Whether the org is a sandbox, and so logs in at test.salesforce.com."""
        return bool(self.organization["IsSandbox"])

    @property
    def my_domain(self) -> str:
        """The name before .my.salesforce.com."""
        return self.world.organization.my_domain

    # log in ----------------------------------------------------------------------------------------
    def log_in(
        self,
        username: str,
        password_and_token: str,
        host: LoginHost,
        api_version: float,
        source_ip: str,
        api_type: str = "SOAP Partner",
    ) -> OrgSession:
        """A session; LoginFault when refused. Every attempt of a known user leaves a LoginHistory row."""
        return self._login.log_in(
            Attempt(username, password_and_token, host, api_version, source_ip, api_type)
        )

    def session(self, session_id: str) -> OrgSession:
        """The session of an API call. OrgFault 401 INVALID_SESSION_ID when it is over, 403 when the API is
        closed to the org or the user, 500 INVALID_OPERATION_WITH_EXPIRED_PASSWORD when a password is due."""
        session = self.session_to_set_password(session_id)
        if session.password_expired:
            raise OrgFault(500, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", MUST_BE_CHANGED)
        if not (self.switches.api and self.permissions.has(session.user_id, "ApiEnabled")):
            raise OrgFault(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")
        if not session.may("api"):
            raise OrgFault(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")
        return session

    def session_to_set_password(self, session_id: str) -> OrgSession:
        """The session of the one call that an expired password allows."""
        return self._login.find(session_id)

    def expire_sessions(self) -> None:
        """End every session."""
        self._login.expire_all()

    def log_out(self, session_id: str) -> None:
        """End one session."""
        self._login.expire(session_id)

    def user_id(self, username: str) -> str:
        """The id of a user; KeyError when there is none."""
        return self.credential(username).user_id

    def credential(self, username: str) -> Credential:
        """What a user logs in with; change it to set a fault."""
        return self._login.credentials[username.lower()]

    def set_password(self, user_id: str, whose_id: str, password: str) -> None:
        """Give a user a new password, and a security token if they have none yet.

        `credential` tells the token: the rehearsal has no mailbox that Salesforce could send it to.
        """
        if user_id != whose_id:
            self.permissions.demand(user_id, "ResetPasswords")
        username = str(self._records.read(user_id, "User", whose_id)["Username"])
        known = self._login.credentials.get(username.lower())
        check_new_password(password, known.password if known else "")
        token = (known.security_token if known else "") or f"Token{whose_id[-8:]}+/="
        self._login.credentials[username.lower()] = Credential(whose_id, username, password, token)

    def lock(self, username: str) -> None:
        """Lock a user out, as too many wrong passwords do."""
        self._set_login(username, "IsPasswordLocked")

    def freeze(self, username: str) -> None:
        """Freeze a user."""
        self._set_login(username, "IsFrozen")

    def _set_login(self, username: str, column: str) -> None:
        self.database.sql(
            f'UPDATE org."UserLogin" SET "{column}" = true WHERE "UserId" = $1', [self.user_id(username)]
        )

    def deactivate(self, username: str) -> None:
        """Make a user inactive."""
        self.database.sql(
            'UPDATE org."User" SET "IsActive" = false WHERE "Id" = $1', [self.user_id(username)]
        )

    def expire_password(self, username: str) -> None:
        """Let a user's password be due for a change: login succeeds, everything else fails."""
        self.credential(username).password_expired = True

    # describe ---------------------------------------------------------------------------------------
    def visible_fields(self, user_id: str, object_name: str) -> list[FieldDescribe]:
        """The describes of the fields the user may read; what they may not edit is shown as not
        updateable."""
        return self._describer.visible_fields(user_id, object_name)

    def describe(self, user_id: str, object_name: str, version: str = NEWEST_VERSION) -> dict[str, Any]:
        """The describe of one object as that user sees it."""
        return self._describer.describe(user_id, object_name, version)

    def describe_global(self, user_id: str, version: str = NEWEST_VERSION) -> dict[str, Any]:
        """The global describe: every object the user may read, but those of the Tooling API."""
        return self._describer.describe_global(user_id, version)

    # data -------------------------------------------------------------------------------------------
    def query(self, user_id: str, soql: str) -> QueryResult:
        """The answer to a query; OrgFault MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE … when refused."""
        return self._queries.answer(user_id, soql, QueryReach(self.clock.now()))

    def query_all(self, user_id: str, soql: str) -> QueryResult:
        """The same, with records of the recycle bin."""
        return self._queries.answer(user_id, soql, QueryReach(self.clock.now(), deleted=True))

    def tooling_query(self, user_id: str, soql: str) -> QueryResult:
        """The same over the Tooling API's objects: CustomField and the metadata catalog too."""
        return self._queries.answer(user_id, soql, QueryReach(self.clock.now(), tooling=True))

    def create(self, user_id: str, object_name: str, values: Mapping[str, Any]) -> str:
        """Make a record and give its id; OrgFault with Salesforce's code when refused."""
        record_id = self._records.create(user_id, object_name, values)
        if object_name.lower() == "user":
            username = str(self._rows.find("User", Id=record_id)[0]["Username"])
            self._login.credentials[username.lower()] = new_credential(record_id, username)
        return record_id

    def newcomers(self) -> list[Credential]:
        """What users log in with who were made since the beginning: nobody has a mailbox to read it in."""
        known = {user.username.lower() for user in self.world.users}
        return [credential for name, credential in self._login.credentials.items() if name not in known]

    def read(
        self,
        user_id: str,
        object_name: str,
        record_id: str,
        fields: Sequence[str] | None = None,
        version: str = NEWEST_VERSION,
    ) -> dict[str, Any]:
        """One record as JSON, of all readable fields or of those named; OrgFault 404 when it is not there."""
        names = (
            list(fields) if fields else [field["name"] for field in self.visible_fields(user_id, object_name)]
        )
        row = self._records.read(user_id, object_name, record_id)
        result = self.query_all(
            user_id, f"SELECT {', '.join(names)} FROM {object_name} WHERE Id = '{row['Id']}'"
        )
        return result.page(0, 1, version)[0]

    def update(self, user_id: str, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change a record; OrgFault with Salesforce's code when refused."""
        self._records.update(user_id, object_name, record_id, values)

    def delete(self, user_id: str, object_name: str, record_id: str) -> None:
        """Delete a record; OrgFault with Salesforce's code when refused."""
        self._records.delete(user_id, object_name, record_id)

    # metadata ---------------------------------------------------------------------------------------
    def create_custom_field(self, user_id: str, full_name: str, metadata: Mapping[str, Any]) -> str:
        """Make a custom field and give its 00N id; nobody sees it until FieldPermissions are granted."""
        return self._fields.create(user_id, full_name, metadata)

    def read_custom_field(self, user_id: str, field_id_or_full_name: str) -> CustomField:
        """A custom field as Setup knows it; OrgFault 404 when there is none."""
        return self._fields.read(user_id, field_id_or_full_name)

    def update_custom_field(
        self, user_id: str, field_id_or_full_name: str, metadata: Mapping[str, Any]
    ) -> None:
        """Replace the metadata of a custom field."""
        self._fields.update(user_id, field_id_or_full_name, metadata)

    def delete_custom_field(self, user_id: str, field_id_or_full_name: str) -> None:
        """Delete a custom field with its values."""
        self._fields.delete(user_id, field_id_or_full_name)

    def lead_convert_settings(self, user_id: str) -> list[LeadMapping]:
        """(inputField, outputObject, outputField) of every mapping."""
        return self._fields.lead_mappings(user_id)

    def update_lead_convert_settings(self, user_id: str, mappings: Sequence[LeadMapping]) -> None:
        """Set the whole lead mapping; OrgFault when one is impossible, and then nothing changes."""
        self._fields.replace_lead_mappings(user_id, mappings)

    # limits -----------------------------------------------------------------------------------------
    def limits(self, user_id: str) -> dict[str, dict[str, int]]:
        """The limits of the org with what is left of them; needs View Setup and Configuration."""
        self.permissions.demand(user_id, "ViewSetup")
        return limits_of(self.switches)

    def count_call(self) -> None:
        """Take one call from the daily budget; OrgFault 403 REQUEST_LIMIT_EXCEEDED when it is spent."""
        if self.switches.api_requests_used >= self.switches.daily_api_requests:
            raise OrgFault(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.switches.api_requests_used += 1

    def api_calls_today(self) -> int:
        """API calls that count toward the daily budget, so far."""
        return self.switches.api_requests_used
