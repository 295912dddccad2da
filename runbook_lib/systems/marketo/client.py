"""Marketo's REST API, read-only by an allow-list of paths.

Marketo answers most errors with HTTP 200 and ``success: false``; they become
:class:`~runbook_lib.errors.MarketoRefused` with Marketo's code. Source: Marketo developer guide, "REST API",
"Authentication" and "Error Codes".
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from runbook_lib.errors import Defect, MarketoRefused, Unreachable
from runbook_lib.systems.marketo.access_token import AccessToken
from runbook_lib.systems.marketo.crm_lock import CrmLock, RolesAnswer, crm_lock
from runbook_lib.systems.marketo.envelope import Envelope, read_envelope
from runbook_lib.systems.marketo.errors import NOT_JSON, refusal, refused_token, wrong_shape
from runbook_lib.systems.retry import wait_for_marketo
from runbook_lib.systems.secrets.vault import Secret, Vault
from runbook_lib.systems.transport import Transport
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.connection import Connection

READABLE = re.compile(
    r"/rest/v1/(leads/describe2?|leads/partitions|leads|activities/types|activities/pagingtoken|activities|"
    r"(opportunities|opportunities/roles|companies|salespersons)/describe|opportunities|salespersons|"
    r"stats/(usage|errors)(/last7days)?)\.json|/bulk/v1/leads/export(/create|/[\w-]+/(enqueue|status))\.json"
)
"""The only paths this reader asks: each only reads. The job of an export changes nothing in the instance."""
USAGE = "/rest/v1/stats/usage.json"
"""Needs no permission of the API user's role: what answers even where all else is refused."""
VALUES_PER_CALL = 300
LONGEST_QUERY = 7_000
"""Bytes of a query string; Marketo refuses a URI of more than 8 KB, and takes it as a form instead."""
CALLS_PER_WINDOW, WINDOW = 50, 20.0
"""Half of the 100 calls in 20 seconds that all integrations of the instance share."""
_NEW_TOKEN = frozenset({"601", "602"})
_ATTEMPTS = 3


class MarketoReader:
    """Reads an instance as the API client of ``connection``; can write nothing.

    ``token``: one that was bought before; ``keep`` hears of each that is bought.
    """

    def __init__(
        self, transport: Transport, connection: Connection, vault: Vault,
        token: AccessToken | None = None, keep: Callable[[AccessToken], None] = lambda token: None,
    ) -> None:  # fmt: skip
        self.transport = transport
        self._connection = connection
        self._vault = vault
        self._root = f"https://{connection.marketo_host}"
        self._token: AccessToken | None = None
        self._ends = 0.0
        self._keep = keep
        if token is not None:
            self._hold(token)
        self._recent: deque[float] = deque(maxlen=CALLS_PER_WINDOW)

    @property
    def api_user(self) -> str:
        """The API-only user to whom the client belongs: the scope of the token."""
        return self._access_token().api_user

    def describe(self) -> list[dict[str, Any]]:
        """The person fields of ``leads/describe``: ``{id, displayName, dataType, length?, rest?, soap?}``."""
        return self._read("/rest/v1/leads/describe.json").result

    def describe2(self) -> dict[str, Any]:
        """The person fields of ``leads/describe2``: ``name``, ``searchableFields`` (names), ``fields``.

        A field has name, displayName, dataType, length?, updateable and crmManaged.
        """
        result = self._read("/rest/v1/leads/describe2.json").result
        path = "/rest/v1/leads/describe2.json"
        if not result:
            raise refusal("NO_RESULT", "the answer holds no fields", path, "")
        fields = result[0].get("fields")
        if not isinstance(fields, list) or not all(_is_field(field) for field in fields):
            raise wrong_shape(path)
        return {**result[0], "searchableFields": list(_flat(result[0].get("searchableFields", [])))}

    def partitions(self) -> list[str]:
        """The names of the person partitions; every instance has one, “Default”."""
        return [str(row.get("name", "")) for row in self._read("/rest/v1/leads/partitions.json").result]

    def leads(self, filter_type: str, values: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        """The people whose field ``filter_type`` has one of ``values``, with ``fields``; 300 values a call.

        ``filter_type`` is one of describe2's searchableFields, such as sfdcLeadId.
        """
        return self._records("/rest/v1/leads.json", filter_type, values, fields)

    def opportunities(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """The opportunities whose ``externalOpportunityId`` is one of ``ids``; 300 a call.

        Source: Marketo REST API, "Opportunities"; readable also with a native CRM sync since May 2022.
        """
        path, field = "/rest/v1/opportunities.json", "externalOpportunityId"
        return self._records(path, field, ids, [field])

    def sales_persons(self, emails: Sequence[str]) -> list[dict[str, Any]]:
        """The sales persons with one of these e-mails; 300 a call. Source: as :meth:`opportunities`."""
        return self._records("/rest/v1/salespersons.json", "email", emails, ["email"])

    def activities(self, since: datetime, types: Sequence[int], pages: int) -> list[dict[str, Any]]:
        """Activities of these types since that moment, the oldest first; at most so many pages of 300.

        Source: Marketo REST API, "Activities": a page may be empty and more may follow.
        """
        path, params = "/rest/v1/activities.json", {"activityTypeIds": ",".join(map(str, types))}
        place = self._read(
            "/rest/v1/activities/pagingtoken.json", {"sinceDatetime": since.isoformat(timespec="seconds")}
        ).next_page
        rows: list[dict[str, Any]] = []
        for _ in range(pages):
            if not place:
                raise wrong_shape(path)
            answer = self._read(path, {**params, "nextPageToken": place})
            rows, place = rows + answer.result, answer.next_page
            if not answer.more:
                break
        return rows

    def _records(
        self, path: str, filter_type: str, values: Sequence[str], fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for start in range(0, len(values), VALUES_PER_CALL):
            some = ",".join(values[start : start + VALUES_PER_CALL])
            params = {"filterType": filter_type, "filterValues": some, "fields": ",".join(fields)}
            answer = self._read(path, params)
            rows += answer.result
            while answer.next_page:
                answer = self._read(path, {**params, "nextPageToken": answer.next_page})
                rows += answer.result
        return rows

    def roles_describe(self) -> RolesAnswer:
        """Whether a native CRM sync locks the describe of opportunity roles. Never writes to find out.

        Source: Marketo developer guide, "Opportunity Roles" and error code 1018.
        """
        try:
            answer = self._ask("/rest/v1/opportunities/roles/describe.json", {})
        except MarketoRefused as fault:
            return RolesAnswer(CrmLock.unknown, "", (fault.code or "",))
        except Unreachable:
            return RolesAnswer(CrmLock.unknown, "", ("UNREACHABLE",))
        return RolesAnswer(crm_lock(answer), answer.request_id, answer.codes)

    def usage(self) -> int:
        """Calls of the whole instance today, by all its API users."""
        result = self._read(USAGE).result
        total = result[0].get("total", 0) if result else 0
        if not isinstance(total, int):
            raise wrong_shape(USAGE)
        return total

    def export(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """What ``/bulk/v1/leads/export/…`` tells of a job; with ``body`` it is a POST. See marketo_export."""
        whole = f"/bulk/v1/leads/export/{path}.json"
        result = self._read(whole, body=body).result
        if not result:
            raise refusal("NO_RESULT", "the answer holds no job", whole, "")
        return result[0]

    def export_bytes(self, job: str, start: int, size: int) -> bytes:
        """``size`` bytes of the file of an export, from byte ``start`` on."""
        self._wait_for_turn()
        path = f"/bulk/v1/leads/export/{quote(job, safe='')}/file.json"
        headers = {
            "Authorization": f"Bearer {self._access_token().secret.reveal()}",
            "Range": f"bytes={start}-{start + size - 1}",
        }
        answer = self.transport.send("GET", self._root + path, headers=headers)
        if answer.status_code not in (200, 206) or "json" in answer.headers.get("Content-Type", ""):
            raise refusal(f"HTTP_{answer.status_code}", "the answer is no file", path, "")
        return answer.content[start : start + size] if answer.status_code == 200 else answer.content

    @property
    def calls(self) -> int:
        """Calls of Marketo that were made through this reader's transport."""
        return self.transport.calls["marketo"]

    @property
    def instance(self) -> str:
        """The Munchkin id."""
        return self._connection.marketo.munchkin_id

    def _read(
        self, path: str, params: dict[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> Envelope:
        answer = self._ask(path, params or {}, body)
        if answer.success:
            return answer
        code, message = answer.errors[0] if answer.errors else ("UNKNOWN", "")
        if code == "603":
            code = "603_ROLE" if path != USAGE and self._ask(USAGE, {}).success else "603_ADDRESS"
        raise refusal(code, message, path, answer.request_id)

    def _ask(self, path: str, params: dict[str, str], body: dict[str, Any] | None = None) -> Envelope:
        """One call, made again where its code says that another attempt may succeed."""
        if not READABLE.fullmatch(path):
            raise Defect(say("{path} is not on the list of paths that only read.", path=path))
        renewed = False
        for attempt in range(1, _ATTEMPTS + 1):
            answer = self._call(path, params, body)
            code = answer.codes[0] if answer.codes and not answer.success else ""
            if code in _NEW_TOKEN and not renewed:
                self._token, renewed = None, True
            elif (wait := wait_for_marketo(code)) is not None and attempt < _ATTEMPTS:
                self.transport.wait(wait)
            else:
                return answer
        return answer

    def _call(self, path: str, params: dict[str, str], body: dict[str, Any] | None) -> Envelope:
        self._wait_for_turn()
        headers = {"Authorization": f"Bearer {self._access_token().secret.reveal()}"}
        query = urlencode(params)
        if body is not None:
            answer = self.transport.send("POST", self._root + path, json=body, headers=headers)
        elif len(query) <= LONGEST_QUERY:
            answer = self.transport.send("GET", self._root + path, params=params, headers=headers)
        else:
            url = f"{self._root}{path}?_method=GET"
            answer = self.transport.send("POST", url, data=params, headers=headers)
        try:
            return read_envelope(answer.json())
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise refusal(f"HTTP_{answer.status_code}", NOT_JSON, path, "") from None

    def _access_token(self) -> AccessToken:
        if self._token is None or self.transport.moment() >= self._ends:
            token = self._buy_token()
            self._hold(token)
            self._keep(token)
            return token
        return self._token

    def _buy_token(self) -> AccessToken:
        # All three in the query, also the secret, as Marketo documents it: the transport logs no query.
        params = {
            "grant_type": "client_credentials",
            "client_id": self._connection.marketo.client_id,
            "client_secret": self._vault.get("marketo_client_secret").reveal(),
        }
        answer = self.transport.send("GET", f"{self._root}/identity/oauth/token", params=params)
        try:
            body = answer.json()
            secret, seconds = Secret(_text(body["access_token"])), float(body["expires_in"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise refused_token(answer.status_code, f"{self._root}/identity/oauth/token") from None
        return AccessToken(secret, time.time() + seconds - 10, str(body.get("scope", "")))

    def _hold(self, token: AccessToken) -> None:
        """Uses this token until it ends, on the clock that waiting in a rehearsal moves, too."""
        self._vault.watch("marketo_access_token", token.secret)
        self._token, self._ends = token, self.transport.moment() + token.expires - time.time()

    def _wait_for_turn(self) -> None:
        now = self.transport.moment()
        if len(self._recent) == CALLS_PER_WINDOW and now - self._recent[0] < WINDOW:
            self.transport.pause(WINDOW - (now - self._recent[0]))
        self._recent.append(self.transport.moment())


def _is_field(field: Any) -> bool:
    return isinstance(field, dict) and isinstance(field.get("name"), str)


def _text(value: Any) -> str:
    """A text that is there; ``TypeError`` for anything else."""
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _flat(names: Any) -> Iterator[str]:
    """Marketo wraps each name in a list of its own, and documents it loosely."""
    if isinstance(names, str):
        yield names
    elif isinstance(names, list):
        for name in names:
            yield from _flat(name)
