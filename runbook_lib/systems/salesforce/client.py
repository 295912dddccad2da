"""Salesforce through simple-salesforce: a reader that cannot write.

It works with a session that :mod:`runbook_lib.systems.salesforce.login` opened, so that the library never
logs in by itself. Its ``sf.Lead.…`` handlers are not used: on a lost session they repeat the call without
end.
Every refusal is a :class:`~runbook_lib.errors.SalesforceRefused` with Salesforce's code, such as
``INVALID_SESSION_ID``; no answer at all is :class:`~runbook_lib.errors.Unreachable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from runbook_lib.errors import Defect, SalesforceRefused, SystemRefused
from runbook_lib.systems.retry import Wait, is_passing
from runbook_lib.systems.salesforce import metadata, shapes
from runbook_lib.systems.salesforce.errors import SESSION_ENDED, of_answer, of_one_api, translated
from runbook_lib.systems.salesforce.login import SalesforceSession
from runbook_lib.systems.salesforce.records import plain
from runbook_lib.systems.transport import Transport
from runbook_lib.text import say

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

API_VERSION = "67.0"
"""Version of REST and Tooling API. Source: Salesforce release notes, Summer '26."""
LONGEST_QUERY = 12_000
"""Characters of a query once it is URL-encoded. Salesforce refuses a URI of more than 16,384 bytes with
414.
"""
QUERIES_PER_CALL = 5
"""Queries of one composite call, which has at most 25 parts. Source: REST API guide, "Composite"."""
DESCRIBES_PER_CALL = 10
"""Describes beside them: more would make an answer of dozens of megabytes in a large org."""
_QUERY = "query/?q="
MOMENT = (1.0, 3.0, 5.0)
"""Seconds before parts of a composite call that were refused for a moment are asked for again."""


@dataclass(frozen=True)
class UserIdentity:
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


Result = TypeVar("Result")


class SalesforceReader:
    """Reads an org as the user of ``session``; has no method that writes."""

    def __init__(self, transport: Transport, session: SalesforceSession) -> None:
        self.session = session
        self.transport = transport
        self._foreseen: dict[str, tuple[int, Any] | SystemRefused] = {}

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
    def metadata_api(self) -> metadata.MetadataApi:
        """The types of the Metadata API; reading its WSDL takes some tenths of a second."""
        return metadata.open_metadata_api(self)

    def identity(self) -> UserIdentity:
        """Who is asking, in which org: one query of Organization."""
        rows = self.query("SELECT Id, Name, OrganizationType, IsSandbox, InstanceName FROM Organization")
        org = rows[0] if rows else shapes.an_object(None, "Organization")
        return UserIdentity(
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
        return self._object("sobjects")

    def describe(self, name: str) -> dict[str, Any]:
        """The describe of one object as Salesforce returns it; holds only fields that the user can read."""
        return self._object(describe_path(name))

    def query(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query, all pages; ``attributes`` are left out, a sub-query is a list."""
        return self._records("query/", soql)

    def tooling_query(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query of the Tooling API, such as one of CustomField."""
        return self.of_one_api("Tooling API", lambda: self._records("tooling/query/", soql))

    def count(self, soql: str) -> int:
        """The number that a ``SELECT COUNT() FROM …`` gives."""
        return shapes.member(self._get("query/", {"q": _checked(soql)}), "totalSize", int, "query")

    def limits(self) -> dict[str, Any]:
        """The org's limits: ``{"DailyApiRequests": {"Max": …, "Remaining": …}, …}``."""
        return self._object("limits/")

    def composite_queries(self, queries: Sequence[str]) -> list[QueryAnswer | SalesforceRefused]:
        """The answer to each query, or why it was refused, in order; five queries make one call."""
        answers = self.composite([query_path(soql) for soql in queries])
        return [self._answer(soql, *answer) for soql, answer in zip(queries, answers, strict=True)]

    def foresee(self, paths: Iterable[str]) -> None:
        """Asks now, in as few calls as they fit into, what is asked for in a moment with :meth:`composite`.

        Each answer is given once. A call that is refused as a whole is told to who asks for one of its parts.
        """
        for some in packed(list(dict.fromkeys(paths))):
            try:
                self._foreseen |= zip(some, self._asked(some), strict=True)
            except SystemRefused as fault:
                self._foreseen |= dict.fromkeys(some, fault)

    def composite(self, paths: Sequence[str]) -> list[tuple[int, Any]]:
        """HTTP status and body of a GET of each path under the version's root, in order.

        A part that was refused for a moment only is asked for again, within the bound of all reads.
        """
        known = {path: self._foreseen.pop(path) for path in dict.fromkeys(paths) if path in self._foreseen}
        for some in packed([path for path in dict.fromkeys(paths) if path not in known]):
            known |= zip(some, self._asked(some), strict=True)
        return [_answered(known[path]) for path in paths]

    def forget_foreseen(self) -> None:
        """What was asked ahead and not needed counts no more: it grows old."""
        self._foreseen.clear()

    def lead_convert_settings(self) -> dict[str, Any]:
        """The org's LeadConvertSettings, in the names and the nesting of the Metadata API."""
        return metadata.read(self)

    def profile(self, profile_id: str) -> dict[str, Any]:
        """The metadata of a profile, in the names and the nesting of the Metadata API; empty where nothing
        is told of it. Two calls."""
        return metadata.read_profile(self, profile_id)

    def of_one_api(self, api: str, call: Callable[[], Result]) -> Result:
        """What ``call`` of that API returns. Where it does not know the session, REST is asked whether it is
        over.

        A refusal of one API says nothing about the others: the Metadata API is closed to some sessions that
        REST serves. Raises ``INVALID_SESSION_ID`` only where the session has ended for all.
        """
        try:
            return translated(call)
        except SalesforceRefused as refused:
            if refused.code != SESSION_ENDED:
                raise
        try:
            self.limits()
        except SalesforceRefused as refused:
            if refused.code == SESSION_ENDED:
                raise
        raise of_one_api(api)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One call of the REST API under ``path``; its JSON, ``{}`` where there is none."""
        return translated(lambda: self.client.restful(path, method=method, **options)) or {}

    def _get(self, path: str, params: dict[str, str] | None = None) -> Any:
        return self.call("GET", path, params=params)

    def _object(self, path: str) -> dict[str, Any]:
        return shapes.an_object(self._get(path), path)

    def _records(self, path: str, soql: str) -> list[dict[str, Any]]:
        return self._all_pages(self._get(path, {"q": _checked(soql)}), shapes.columns_of(soql), path)

    def _all_pages(self, answer: Any, columns: Sequence[str], where: str) -> list[dict[str, Any]]:
        records = [plain(record) for record in shapes.rows(answer, columns, where)]
        seen: set[str] = set()
        while (path := shapes.next_page(answer, where)) is not None:
            if path in seen:  # pages that go round would never end
                raise shapes.wrong_shape(where, "nextRecordsUrl: another page")
            seen.add(path)
            answer = self._next_page(path)
            records += [plain(record) for record in shapes.rows(answer, columns, where)]
        return records

    def _next_page(self, path: str) -> Any:
        return translated(lambda: self.client.query_more(path, identifier_is_url=True))

    def _answer(self, soql: str, status: int, body: Any) -> QueryAnswer | SalesforceRefused:
        if status != 200:
            return of_answer(status, body, "composite")
        total = shapes.member(body, "totalSize", int, "composite")
        return QueryAnswer(total, self._all_pages(body, shapes.columns_of(soql), "composite"))

    def _asked(self, paths: Sequence[str]) -> list[tuple[int, Any]]:
        answers = self._composite(paths)
        for pause in MOMENT:
            again = [place for place, (status, body) in enumerate(answers) if _passes(status, body)]
            if not again:
                break
            self.transport.wait(
                Wait(pause, say("too many calls at once, or a record that others have locked"))
            )
            repeated = self._composite([paths[place] for place in again])
            for place, answer in zip(again, repeated, strict=True):
                answers[place] = answer
        return answers

    def _composite(self, paths: Sequence[str]) -> list[tuple[int, Any]]:
        root = f"/services/data/v{API_VERSION}/"
        requests = [
            {"method": "GET", "url": root + path, "referenceId": f"part{number}"}
            for number, path in enumerate(paths)
        ]
        body = {"allOrNone": False, "compositeRequest": requests}
        return list(shapes.parts_of(self.call("POST", "composite/", json=body), len(paths), "composite"))


def query_path(soql: str) -> str:
    """The path of a query under the version's root."""
    return f"{_QUERY}{quote(_checked(soql), safe='')}"


def describe_path(name: str) -> str:
    """The path of an object's describe under the version's root."""
    return f"sobjects/{quote(name, safe='')}/describe"


def packed(paths: Sequence[str]) -> Iterator[list[str]]:
    """``paths`` in as few composite calls as they fit into, each call in their order."""
    queries = [path for path in paths if path.startswith(_QUERY)]
    others = [path for path in paths if not path.startswith(_QUERY)]
    while queries or others:
        yield [*others[:DESCRIBES_PER_CALL], *queries[:QUERIES_PER_CALL]]
        queries, others = queries[QUERIES_PER_CALL:], others[DESCRIBES_PER_CALL:]


def _answered(answer: tuple[int, Any] | SystemRefused) -> tuple[int, Any]:
    if isinstance(answer, SystemRefused):
        raise answer
    return answer


def _passes(status: int, body: Any) -> bool:
    return status >= 400 and is_passing(str(body)[:2_000])


def _checked(soql: str) -> str:
    if len(quote(soql, safe="")) > LONGEST_QUERY:
        what = say("A query of {count} characters does not fit into a URL.", count=len(soql))
        raise Defect(what, fix=say("Ask for fewer fields at once."))
    return soql
