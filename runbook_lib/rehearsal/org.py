"""The imitation of a Salesforce org: its state and rules, apart from HTTP.

To set a fault on a running org, turn `org.switches` (see switches.py), change `org.credential(username)` (password,
security_token, password_expired) or write to the tables through `org.database`; `lock`, `freeze`, `deactivate`
and `expire_password` are short for the usual ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .catalog import SObject, standard_catalog
from .clock import Clock
from .computed import ComputedRows
from .custom_field_types import CustomField
from .database import Database
from .describe import GLOBAL_KEYS, FieldDescribe, describe_child, stamp_version
from .faults import LoginFault, OrgFault, SchemaFault
from .founding import Founder, found_catalog
from .ids import IdCounter
from .limits import limits_of
from .login import EXPIRED_PASSWORD, Attempt, Credential, LoginDesk, LoginHost, Session
from .people import generate_people
from .permissions import Permissions
from .picklists import setup_picklist
from .query_result import NEWEST_VERSION, QueryResult, fetch
from .records import Records
from .schema_folder import overlay
from .setup_fields import SetupFields
from .soql import parse
from .soql_scope import Asking, Reach
from .soql_sql import MOST_GROUPS, Translator
from .switches import switches_of
from .world import World

__all__ = ["LoginFault", "LoginHost", "Org", "OrgFault", "QueryResult", "SchemaFault", "Session"]


class Org:
    """One Salesforce org. All methods may be called from any thread."""

    def __init__(
        self, world: World, clock: Clock, people: int | None = None, schema_folder: Path | None = None
    ) -> None:
        self.world = world
        self.clock = clock
        self.switches = switches_of(world.switches)
        self.database = Database()
        self.catalog = standard_catalog()
        ids = IdCounter()
        recorded = overlay(self.catalog, schema_folder)
        self.notices: tuple[str, ...] = recorded.notices
        """What was made of the schema folder, in sentences for people."""
        found_catalog(self.catalog, world, ids, recorded.objects)
        for sobject in self.catalog:
            if sobject.kind == "table":
                self.database.create_table(sobject)
        user_ids = Founder(self.database, self.catalog, ids, world).found(recorded.organization)
        self.permissions = Permissions(self.database, self.catalog)
        self._login = LoginDesk(self.database, self.catalog, self.permissions, self.switches, clock)
        for user in world.users:
            self._login.credentials[user.username.lower()] = Credential(
                user_ids[user.username], user.username, user.password, user.security_token
            )
        self._records = Records(self.database, self.catalog, self.permissions, clock, ids)
        self._records.rules.count_licenses()
        self._fields = SetupFields(self.database, self.catalog, self.permissions, clock, ids)
        self._computed = ComputedRows(self.database, self.catalog, self.permissions)
        self.people = world.people if people is None else people
        generate_people(self.database, self.catalog, world, ids, self.people)

    @property
    def org_id(self) -> str:
        """The 18-character id of the org."""
        return str(self.database.sql('SELECT "Id" FROM org."Organization"')[0][0])

    @property
    def organization(self) -> dict[str, Any]:
        """The row of Organization."""
        return self._records.find("Organization")[0]

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
    ) -> Session:
        """A session; LoginFault when refused. Every attempt of a known user leaves a LoginHistory row."""
        return self._login.log_in(
            Attempt(username, password_and_token, host, api_version, source_ip, api_type)
        )

    def session(self, session_id: str) -> Session:
        """The session of an API call. OrgFault 401 INVALID_SESSION_ID when it is over, 403 when the API is
        closed to the org or the user, 500 INVALID_OPERATION_WITH_EXPIRED_PASSWORD when a password is due."""
        session = self.session_to_set_password(session_id)
        if session.password_expired:
            raise OrgFault(500, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", EXPIRED_PASSWORD)
        if not (self.switches.api and self.permissions.has(session.user_id, "ApiEnabled")):
            raise OrgFault(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")
        return session

    def session_to_set_password(self, session_id: str) -> Session:
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
        """Give a user a new password, and a security token if he has none yet (`credential` tells it: the rehearsal
        has no mailbox)."""
        if user_id != whose_id:
            self.permissions.demand(user_id, "ResetPasswords")
        username = str(self._records.read(user_id, "User", whose_id)["Username"])
        known = self._login.credentials.get(username.lower())
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
        """The describes of the fields the user may read; what he may not edit is shown as not updateable."""
        sobject = self.permissions.readable_object(user_id, object_name)
        access = self.permissions.fields(user_id, sobject)
        return [
            field
            | {
                "createable": field["createable"] and name in access.editable,
                "updateable": field["updateable"] and name in access.editable,
                "picklistValues": setup_picklist(self.catalog, sobject, field),
            }
            for name, field in sobject.fields.items()
            if name in access.readable
        ]

    def describe(self, user_id: str, object_name: str, version: str = NEWEST_VERSION) -> dict[str, Any]:
        """The describe of one object as that user sees it."""
        fields = self.visible_fields(user_id, object_name)
        sobject = self.catalog[object_name]
        return stamp_version(self._own_describe(user_id, sobject) | {"fields": fields}, version)

    def describe_global(self, user_id: str, version: str = NEWEST_VERSION) -> dict[str, Any]:
        """The global describe: every object the user may read, but those of the Tooling API."""
        whole = [
            stamp_version(_global(sobject, access.create, access.edit, access.delete), version)
            for sobject, access in self.permissions.accesses(user_id)
            if access.read and sobject.kind != "tooling"
        ]
        return {
            "encoding": "UTF-8",
            "maxBatchSize": 200,
            "sobjects": sorted(whole, key=lambda one: one["name"]),
        }

    def _own_describe(self, user_id: str, sobject: SObject) -> dict[str, Any]:
        access = self.permissions.access(user_id, sobject)
        children = [
            describe_child(child.name, field, None if child.kind != "table" else f"{child.name}s")
            for child, field in self.catalog.fields_to(sobject.name)
        ]
        flags = {"createable": access.create, "updateable": access.edit, "deletable": access.delete}
        own = sobject.describe
        return (
            own | {flag: own[flag] and may for flag, may in flags.items()} | {"childRelationships": children}
        )

    # data -------------------------------------------------------------------------------------------
    def query(self, user_id: str, soql: str) -> QueryResult:
        """The answer to a query; OrgFault MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE … when refused."""
        return self._query(user_id, soql, Reach(self.clock.now()))

    def query_all(self, user_id: str, soql: str) -> QueryResult:
        """The same, with records of the recycle bin."""
        return self._query(user_id, soql, Reach(self.clock.now(), deleted=True))

    def tooling_query(self, user_id: str, soql: str) -> QueryResult:
        """The same over the Tooling API's objects: CustomField and the metadata catalog too."""
        return self._query(user_id, soql, Reach(self.clock.now(), tooling=True))

    def _query(self, user_id: str, soql: str, reach: Reach) -> QueryResult:
        query = parse(soql)
        asking = Asking(self.catalog, self.permissions, self._computed, user_id, reach)
        plan = Translator(asking, query).translate()
        if plan.is_count:
            count = int(self.database.sql(plan.sql, plan.parameters)[0][0])
            return QueryResult(plan.shape, plan.columns, [], count)
        result = QueryResult(plan.shape, plan.columns, fetch(self.database, plan.sql, plan.parameters))
        if plan.is_grouped and result.total > MOST_GROUPS:
            raise OrgFault(
                400,
                "EXCEEDED_ID_LIMIT",
                "Aggregate query does not support queryMore(), use LIMIT to "
                "restrict the results to a single batch",
            )
        if (
            query.source.lower() == "customfield"
            and result.total > 1
            and {"FullName", "Metadata"} & set(plan.columns)
        ):
            raise OrgFault(
                400,
                "MALFORMED_QUERY",
                "When retrieving results with Metadata or FullName fields, the "
                "query qualifications must specify no more than one row for retrieval. Result size: "
                f"{result.total}",
            )
        return result

    def create(self, user_id: str, object_name: str, values: Mapping[str, Any]) -> str:
        """Make a record and give its id; OrgFault with Salesforce's code when refused."""
        record_id = self._records.create(user_id, object_name, values)
        if object_name.lower() == "user":
            username = str(self._records.find("User", Id=record_id)[0]["Username"])
            self._login.credentials[username.lower()] = Credential(record_id, username, "", "")
        return record_id

    def read(
        self, user_id: str, object_name: str, record_id: str, fields: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """One record as JSON, of all readable fields or of those named; OrgFault 404 when it is not there."""
        names = (
            list(fields) if fields else [field["name"] for field in self.visible_fields(user_id, object_name)]
        )
        row = self._records.read(user_id, object_name, record_id)
        found = self.query_all(
            user_id, f"SELECT {', '.join(names)} FROM {object_name} WHERE Id = '{row['Id']}'"
        )
        return found.rows[0]

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

    def lead_convert_settings(self, user_id: str) -> list[tuple[str, str, str]]:
        """(inputField, outputObject, outputField) of every mapping."""
        return self._fields.lead_mappings(user_id)

    def update_lead_convert_settings(self, user_id: str, mappings: Sequence[tuple[str, str, str]]) -> None:
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


def _global(sobject: SObject, create: bool, edit: bool, delete: bool) -> dict[str, Any]:
    own = {key: sobject.describe[key] for key in GLOBAL_KEYS if key in sobject.describe}
    return own | {
        "createable": own["createable"] and create,
        "updateable": own["updateable"] and edit,
        "deletable": own["deletable"] and delete,
    }
