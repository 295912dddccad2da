"""What every Salesforce endpoint gets and gives: a `RestCall` in, a `RestAnswer` out, and the table of them.

Endpoints are plain functions of a `RestCall`, so that `/composite` can run them without going through HTTP.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from runbook_lib.rehearsal.org import Org, OrgSession, faults
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.salesforce.rest.cursors import Cursors
from runbook_lib.rehearsal.salesforce.rest.declared import Reads, refuse_unread
from runbook_lib.rehearsal.salesforce.rest.jobs import Jobs


@dataclass(frozen=True)
class Salesforce:
    """The org and what its APIs keep between two calls."""

    org: Org
    cursors: Cursors = field(default_factory=Cursors)
    jobs: Jobs = field(default_factory=Jobs)


@dataclass(frozen=True)
class RestCall:
    """One request of a logged-in user, apart from HTTP."""

    salesforce: Salesforce
    session: OrgSession
    method: str
    path: str
    """Below `/services/data/vXX.0/`, without slashes at its ends."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """The JSON that was sent, or None."""
    version: str
    """As in the URL, for example "59.0"."""

    @property
    def org(self) -> Org:
        """The org that is called."""
        return self.salesforce.org

    @property
    def user_id(self) -> str:
        """The caller."""
        return self.session.user_id

    @property
    def root(self) -> str:
        """Path of this API version, "/services/data/v59.0"."""
        return f"/services/data/v{self.version}"

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object. OrgFault JSON_PARSER_ERROR when it is none."""
        if not isinstance(self.body, dict):
            raise OrgFault(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, as a JSON object.")
        return self.body

    def parameter(self, name: str) -> str:
        """A query parameter that must be there. OrgFault 400 otherwise."""
        if not self.query.get(name):
            raise OrgFault(400, "MISSING_ARGUMENT", f"Missing required parameter: {name}")
        return self.query[name]


@dataclass(frozen=True)
class RestAnswer:
    """What a call came to."""

    status: int
    body: Any = None
    """JSON data, or text when `media_type` is not JSON; None for an empty answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    def as_bytes(self) -> bytes:
        """The body as it goes over the wire."""
        if self.body is None:
            return b""
        text = self.body if self.media_type != "application/json" else json.dumps(self.body)
        return str(text).encode()


EMPTY = RestAnswer(204)
"""204 No Content: how Salesforce says that an update or a delete is done."""


@dataclass(frozen=True)
class Resource:
    """One endpoint: HTTP method, path below the API version, and the function that answers."""

    method: str
    path: str
    """With `{name}` for one path segment, which the function gets as keyword argument `name`."""
    answer: Callable[..., RestAnswer]
    reads: Reads = Reads()
    """What it reads of the request; the rest is refused."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression; object and resource names ignore case, as Salesforce does."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path), re.IGNORECASE)


def refusal(fault: OrgFault) -> RestAnswer:
    """A fault as Salesforce's REST API answers it: always a JSON list."""
    return RestAnswer(fault.status, [fault.as_json()])


def dispatch(resources: tuple[Resource, ...], call: RestCall) -> RestAnswer:
    """Run the endpoint that fits the call; OrgFaults become answers, an unknown path 501."""
    allowed = []
    for resource in resources:
        match = resource.pattern.fullmatch(call.path)
        if match and resource.method == call.method:
            try:
                where = f"{call.method} {call.path}"
                refuse_unread(resource.reads, call.query, call.headers, call.body, where)
                return resource.answer(call, **match.groupdict())
            except OrgFault as fault:
                return refusal(fault)
        if match:
            allowed.append(resource.method)
    if allowed:
        message = f"HTTP Method '{call.method}' not allowed. Allowed are {','.join(allowed)}"
        return refusal(OrgFault(405, "METHOD_NOT_ALLOWED", message))
    return not_imitated(call.method, f"{call.root}/{call.path}")


def not_imitated(method: str, path: str) -> RestAnswer:
    """501 for a path that the rehearsal does not play."""
    return refusal(faults.not_imitated(f"{method} {path}"))
