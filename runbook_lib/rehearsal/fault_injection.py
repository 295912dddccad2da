"""Faults that are injected on purpose, so that every failure of the road can be walked.

A fault answers in the words of the system it imitates: an expired session is a 401 list on Salesforce's REST
API, a SOAP fault on its SOAP APIs and error 602 inside a 200 on Marketo's.
"""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from runbook_lib.rehearsal.marketo.envelope import RestError, refused
from runbook_lib.rehearsal.salesforce.soap import envelope


class FaultKind(StrEnum):
    """What goes wrong."""

    EXPIRED_SESSION = "expired_session"
    STATUS_503 = "status_503"
    HTML_503 = "html_503"
    RATE_LIMIT = "rate_limit"
    METADATA_LOCK = "metadata_lock"
    """Somebody else is changing Setup; Salesforce alone has this one."""
    ROW_LOCK = "row_lock"
    """Somebody else is writing the same record; Salesforce alone has this one."""
    SLOW = "slow"
    LOST_CONNECTION_BEFORE_WRITE = "lost_connection_before_write"
    LOST_CONNECTION_AFTER_WRITE = "lost_connection_after_write"


@dataclass(frozen=True)
class Fault:
    """One injected fault and how often it still strikes."""

    path: str
    """Regular expression searched from the start of the path; a plain prefix such as "/services" is one."""
    kind: FaultKind
    method: str = ""
    """HTTP method it is limited to, or empty for all."""
    times: int = 1
    """Requests it still strikes."""
    seconds: float = 1.0
    """How long `slow` waits before it answers."""

    def strikes(self, method: str, path: str) -> bool:
        """Whether a request meets this fault."""
        return self.method in ("", method) and re.match(self.path, path) is not None


class FaultBook:
    """The faults waiting to strike, in the order they were injected; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault strike the next `fault.times` requests it fits. re.error for a bad path."""
        re.compile(fault.path)
        with self._lock:
            self._faults.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if any; it is then used up by one."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.strikes(method, path):
                    if fault.times <= 1:
                        del self._faults[place]
                    else:
                        self._faults[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The faults that wait."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]


def fault_from_json(data: dict[str, Any]) -> Fault:
    """A fault as posted to the control. ValueError names what is wrong with it."""
    unknown = set(data) - {"path", "method", "kind", "times", "seconds"}
    if unknown:
        raise ValueError(f"unknown key: {', '.join(sorted(unknown))}")
    try:
        fault = Fault(
            path=str(data["path"]),
            kind=FaultKind(data["kind"]),
            method=str(data.get("method") or "").upper(),
            times=int(data.get("times", 1)),
            seconds=float(data.get("seconds", 1.0)),
        )
        re.compile(fault.path)
    except KeyError as missing:
        raise ValueError(f"missing key: {missing.args[0]}") from missing
    except re.error as broken:
        raise ValueError(f"path is not a regular expression: {broken}") from broken
    if fault.kind in _SALESFORCE_ALONE and not fault.path.startswith("/services"):
        raise ValueError(f"{fault.kind} strikes Salesforce alone: a path from /services on")
    return fault


def faulty_answer(kind: FaultKind, path: str) -> Response:
    """The answer of a fault that replaces the real one, in the wire format of the system at `path`."""
    if kind is FaultKind.HTML_503:
        return HTMLResponse(_MAINTENANCE_PAGE, 503)
    if path.startswith("/services/Soap"):
        _, code, message = _REST_FAULTS[kind]
        fault = envelope.fault_envelope(envelope.SoapFault(code, message), envelope.PARTNER_FAULT)
        return Response(fault, 500, media_type="text/xml")
    if path.startswith("/services"):
        status, code, message = _REST_FAULTS[kind]
        return JSONResponse([{"message": message, "errorCode": code}], status)
    if kind is FaultKind.STATUS_503:
        return PlainTextResponse("Service Unavailable", 503)
    return JSONResponse(refused(RestError(*_MARKETO_FAULTS[kind])))


_SALESFORCE_ALONE = (FaultKind.METADATA_LOCK, FaultKind.ROW_LOCK)
_REST_FAULTS = {
    FaultKind.EXPIRED_SESSION: (401, "INVALID_SESSION_ID", "Session expired or invalid"),
    FaultKind.STATUS_503: (503, "SERVER_UNAVAILABLE", "We are down for maintenance. Sorry!"),
    FaultKind.RATE_LIMIT: (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    FaultKind.ROW_LOCK: (
        400,
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record or 1 records: 0055g0000000002AAA",
    ),
    FaultKind.METADATA_LOCK: (
        400,
        "ALREADY_IN_PROCESS",
        "The changes you requested require salesforce.com to temporarily lock your organization's "
        "administration setup. However, the administration setup has already been locked by another change. "
        "Please wait for the previous action to finish, then try again later.",
    ),
}
"""Source: Salesforce REST API Developer Guide, "Status Codes and Error Responses"; recorded texts;
that of the lock was told in RoseSilverSoftware/IlluminatedCloud#330."""

_MARKETO_FAULTS = {
    FaultKind.EXPIRED_SESSION: ("602", "Access token expired"),
    FaultKind.RATE_LIMIT: ("606", "Max rate limit '100' exceeded with in '20' secs"),
}
"""Source: Marketo REST API, "Error Codes"; both arrive with HTTP 200."""

_MAINTENANCE_PAGE = (
    "<!DOCTYPE html><html><head><title>Maintenance</title><meta charset=utf-8></head>"
    "<body><p>We are down for maintenance.<br>Sorry!</body></html>"
)
"""Not well-formed XML on purpose: clients that parse every answer as XML must survive it."""
