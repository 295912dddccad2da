"""Salesforce through simple-salesforce: a reader that cannot write, and a writer.

Both work with a session that :mod:`runbook_lib.systems.salesforce.login` opened, so that the library never
logs in by itself. Its ``sf.Lead.…`` handlers are not used: on a lost session they repeat the call without
end.
Every refusal is a :class:`~runbook_lib.errors.SalesforceRefused` with Salesforce's code, such as
``INVALID_SESSION_ID``; no answer at all is :class:`~runbook_lib.errors.Unreachable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from runbook_lib.errors import Defect, SalesforceBusy, SalesforceRefused
from runbook_lib.systems.salesforce import metadata
from runbook_lib.systems.salesforce.errors import of_answer, refusal, translated
from runbook_lib.systems.salesforce.login import Session
from runbook_lib.systems.salesforce.records import RecordResult, plain, read_result
from runbook_lib.systems.secrets.vault import Secret
from runbook_lib.systems.transport import Transport

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce
    from simple_salesforce.metadata import SfdcMetadataApi

API_VERSION = "67.0"
"""Version of REST and Tooling API. Source: Salesforce release notes, Summer '26."""
LONGEST_QUERY = 12_000
"""Characters of a query once it is URL-encoded. Salesforce refuses a URI of more than 16,384 bytes with
414.
"""
QUERIES_PER_CALL = 5
"""Queries of one composite call. Source: REST API guide, "Composite"."""
RECORDS_PER_CALL = 200
"""Records of one collection call. Source: REST API guide, "sObject Collections"."""

LOCK_PAUSES = (1.0, 3.0)
"""Seconds before records that were locked are written again."""
BUSY_PAUSES = (5.0, 20.0, 60.0)
"""Seconds before something is read again because too many long calls were at work."""
T = TypeVar("T")


@dataclass(frozen=True)
class Identity:
    """Who is asking, in which org."""

    user_id: str
    username: str
    org_id: str
    org_name: str
    organization_type: str
    """The edition, such as "Enterprise Edition"."""
    is_sandbox: bool
    instance_name: str


@dataclass(frozen=True)
class QueryAnswer:
    """The answer to one query of several."""

    total: int
    """What ``COUNT()`` counts, or how many records there are."""
    records: list[dict[str, Any]]


class SalesforceReader:
    """Reads an org as the user of ``session``; has no method that writes."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self.session = session
        self.transport = transport

    @cached_property
    def client(self) -> Salesforce:
        """The library's client, tied to our session and our transport."""
        from simple_salesforce.api import Salesforce  # lazy: it loads its SOAP library too

        return Salesforce(
            session_id=self.session.session_id.reveal(),
            instance=self.session.instance,
            session=self.transport.session,
            version=API_VERSION,
            object_pairs_hook=dict,
        )

    @cached_property
    def metadata_api(self) -> SfdcMetadataApi:
        """The library's client of the Metadata API; reading its WSDL takes some tenths of a second."""
        return metadata.open_metadata_api(self)

    def identity(self) -> Identity:
        """Who is asking, in which org: one query of Organization."""
        org = self.query("SELECT Id, Name, OrganizationType, IsSandbox, InstanceName FROM Organization")[0]
        return Identity(
            self.session.user_id,
            self.session.username,
            org["Id"],
            org["Name"],
            org["OrganizationType"] or "",
            bool(org["IsSandbox"]),
            org["InstanceName"] or "",
        )

    def describe_global(self) -> dict[str, Any]:
        """The objects the user can see: ``{"sobjects": [...], …}``."""
        return dict(self._get("sobjects"))

    def describe(self, name: str) -> dict[str, Any]:
        """The describe of one object as Salesforce returns it; holds only fields that the user can read."""
        return dict(self._get(f"sobjects/{quote(name, safe='')}/describe"))

    def query(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query, all pages; ``attributes`` are left out, a sub-query is a list."""
        return self._records("query/", soql)

    def tooling_query(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query of the Tooling API, such as one of CustomField."""
        return self._records("tooling/query/", soql)

    def count(self, soql: str) -> int:
        """The number that a ``SELECT COUNT() FROM …`` gives."""
        return int(self._get("query/", {"q": _checked(soql)})["totalSize"])

    def limits(self) -> dict[str, Any]:
        """The org's limits: ``{"DailyApiRequests": {"Max": …, "Remaining": …}, …}``."""
        return dict(self._get("limits/"))

    def composite_queries(self, queries: Sequence[str]) -> list[QueryAnswer | SalesforceRefused]:
        """The answer to each query, or why it was refused, in order; five queries make one call."""
        answers: list[QueryAnswer | SalesforceRefused] = []
        for start in range(0, len(queries), QUERIES_PER_CALL):
            answers += self._composite(queries[start : start + QUERIES_PER_CALL])
        return answers

    def lead_convert_settings(self) -> dict[str, Any]:
        """The org's LeadConvertSettings, in the names and the nesting of the Metadata API."""
        return self.patiently(lambda: metadata.read(self))

    def profile(self, profile_id: str) -> dict[str, Any]:
        """The metadata of a profile, in the names and the nesting of the Metadata API; empty where nothing
        is told of it. Two calls."""
        return metadata.read_profile(self, profile_id)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One call of the REST API under ``path``; its JSON, ``{}`` where there is none."""
        return translated(lambda: self.client.restful(path, method=method, **options)) or {}

    def _get(self, path: str, params: dict[str, str] | None = None) -> Any:
        return self.patiently(lambda: self.call("GET", path, params=params))

    def patiently(self, read: Callable[[], T]) -> T:
        """What ``read`` returns, which only reads; where Salesforce has too many calls at work it is asked
        again, three times at most."""
        for seconds in BUSY_PAUSES:
            try:
                return read()
            except SalesforceBusy:
                self.transport.pause(seconds)
        return read()

    def _records(self, path: str, soql: str) -> list[dict[str, Any]]:
        answer = self._get(path, {"q": _checked(soql)})
        return self._all_pages(answer)

    def _all_pages(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        records = [plain(record) for record in answer.get("records", [])]
        while not answer.get("done", True):
            answer = self._next_page(answer["nextRecordsUrl"])
            records += [plain(record) for record in answer["records"]]
        return records

    def _next_page(self, url: str) -> Any:
        return self.patiently(lambda: translated(lambda: self.client.query_more(url, identifier_is_url=True)))

    def _composite(self, queries: Sequence[str]) -> Iterator[QueryAnswer | SalesforceRefused]:
        root = f"/services/data/v{API_VERSION}/query/?q="
        requests = [
            {"method": "GET", "url": root + quote(_checked(soql), safe=""), "referenceId": f"query{number}"}
            for number, soql in enumerate(queries)
        ]
        body = {"allOrNone": False, "compositeRequest": requests}
        answer = self.patiently(lambda: self.call("POST", "composite/", json=body))
        for part in answer["compositeResponse"]:
            if part["httpStatusCode"] == 200:
                yield QueryAnswer(int(part["body"]["totalSize"]), self._all_pages(part["body"]))
            else:
                yield of_answer(part["httpStatusCode"], part["body"], "composite")


class SalesforceWriter:
    """Writes to the org that ``reader`` reads, as the same user. Only :mod:`runbook_lib.change.apply`
    makes one.

    Nothing is repeated after :class:`Unreachable`: whether the call arrived can only be seen by looking
    again.
    """

    def __init__(self, reader: SalesforceReader) -> None:
        self.reader = reader

    def create(self, object_name: str, values: dict[str, Any]) -> str:
        """Makes one record; returns its id."""
        answer = self.reader.call("POST", f"sobjects/{quote(object_name, safe='')}/", json=values)
        return str(answer["id"])

    def update(self, object_name: str, record_id: str, values: dict[str, Any]) -> None:
        """Changes fields of one record."""
        self.reader.call("PATCH", _record_path(object_name, record_id), json=values)

    def delete(self, object_name: str, record_id: str) -> None:
        """Deletes one record."""
        self.reader.call("DELETE", _record_path(object_name, record_id))

    def create_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        """Makes records, each by itself (``allOrNone`` false): one result per record, in order."""
        return self._collect("POST", object_name, records)

    def update_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        """Changes records, each of which names its ``Id``: one result per record, in order."""
        return self._collect("PATCH", object_name, records)

    def delete_many(self, record_ids: Sequence[str]) -> list[RecordResult]:
        """Deletes records of any object by id: one result per id, in order."""
        results: list[RecordResult] = []
        for start in range(0, len(record_ids), RECORDS_PER_CALL):
            ids = ",".join(record_ids[start : start + RECORDS_PER_CALL])
            params = {"ids": ids, "allOrNone": "false"}
            results += map(read_result, self.reader.call("DELETE", "composite/sobjects", params=params))
        return results

    def create_custom_field(self, full_name: str, metadata: dict[str, Any]) -> str:
        """Makes a custom field such as ``Lead.mkto71_Lead_Score__c``; returns its id.

        Nobody may see the new field, not even the admin, until FieldPermissions say so.
        Source: Tooling API, CustomField.
        """
        body = {"FullName": full_name, "Metadata": metadata}
        return str(self.reader.call("POST", "tooling/sobjects/CustomField", json=body)["id"])

    def update_lead_convert_settings(self, settings: dict[str, Any]) -> None:
        """Writes LeadConvertSettings; give the whole of what was read, with the changes merged in."""
        metadata.update(self.reader, settings)

    def set_password(self, user_id: str, password: Secret) -> None:
        """Sets a user's password."""
        path = f"{_record_path('User', user_id)}/password"
        self.reader.call("POST", path, json={"NewPassword": password.reveal()})

    def _collect(
        self, method: str, object_name: str, records: Sequence[dict[str, Any]]
    ) -> list[RecordResult]:
        results = self._send(method, object_name, records)
        for seconds in LOCK_PAUSES:
            locked = [place for place, result in enumerate(results) if result.code == "UNABLE_TO_LOCK_ROW"]
            if not locked:
                break
            # Salesforce did not write these because somebody else was writing: safe to give it again.
            self.reader.transport.pause(seconds)
            again = self._send(method, object_name, [records[place] for place in locked])
            for place, result in zip(locked, again, strict=True):
                results[place] = result
        return results

    def _send(self, method: str, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        results: list[RecordResult] = []
        for start in range(0, len(records), RECORDS_PER_CALL):
            some = records[start : start + RECORDS_PER_CALL]
            typed = [{"attributes": {"type": object_name}, **values} for values in some]
            body = {"allOrNone": False, "records": typed}
            answer = self.reader.call(method, "composite/sobjects", json=body)
            if len(answer) != len(some):
                told = f"{len(answer)} results for {len(some)} records"
                raise refusal("RESULT_COUNT", told, "composite/sobjects")
            results += map(read_result, answer)
        return results


def _checked(soql: str) -> str:
    if len(quote(soql, safe="")) > LONGEST_QUERY:
        raise Defect(
            f"A query of {len(soql)} characters does not fit into a URL; ask for fewer fields at once."
        )
    return soql


def _record_path(object_name: str, record_id: str) -> str:
    return f"sobjects/{quote(object_name, safe='')}/{quote(record_id, safe='')}"
