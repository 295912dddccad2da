"""What Salesforce refuses, as the house's errors: status, code and path; never a whole body or a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from runbook_lib.errors import SalesforceRefused
from runbook_lib.text import Message, say

T = TypeVar("T")


def translated(call: Callable[[], T]) -> T:
    """What ``call`` returns; what the libraries raise in it is raised as :class:`SalesforceRefused`.

    ``Unreachable`` and other errors of the house pass through.
    """
    import requests  # lazy: loaded with the transport
    from simple_salesforce.exceptions import SalesforceError  # lazy: loaded with the client
    from zeep.exceptions import Error as ZeepError  # lazy: loaded with the client

    try:
        return call()
    except SalesforceError as fault:
        refused = of_answer(fault.status, fault.content, urlsplit(fault.url).path)
    except ZeepError as fault:
        code = str(getattr(fault, "code", "") or "UNKNOWN").rpartition(":")[2]
        refused = refusal(code, fault.message or "", "Metadata API")
    except requests.exceptions.JSONDecodeError:
        refused = refusal("NOT_JSON", "the answer is not JSON", "")
    # Raised outside the except blocks: the libraries' errors hold whole bodies and URLs.
    raise refused


def of_answer(status: int, content: Any, path: str) -> SalesforceRefused:
    """The error for an answer with an HTTP status that is one; ``content`` is its JSON or its text."""
    first = content[0] if isinstance(content, list) and content else content
    if isinstance(first, dict):
        code = first.get("errorCode") or first.get("statusCode") or first.get("error") or f"HTTP_{status}"
        told = first.get("message") or first.get("error_description") or ""
        return refusal(str(code), str(told), f"{path} (HTTP {status})")
    return refusal(f"HTTP_{status}", say("the answer is no JSON"), f"{path} (HTTP {status})")


def of_save_results(fault: Exception) -> SalesforceRefused:
    """The error for simple-salesforce's bare ``Exception`` that lists the Metadata API's save results."""
    told = re.search(r"\(([A-Z_]+), (.*)\)", str(fault), re.DOTALL)
    code, message = told.groups() if told else ("UNKNOWN", str(fault))
    return refusal(code, message, "Metadata API")


def refusal(code: str, told: str | Message, where: str) -> SalesforceRefused:
    """The error for one code and what Salesforce said about it."""
    if isinstance(told, str):
        told = " ".join(re.sub(r"<br\s*/?>", " ", told).split())[:300]  # meant for Setup's own pages
    what = say("Salesforce refused a call with {code}: {told}", code=code, told=told)
    return SalesforceRefused(what, where=where, fix=_FIXES.get(code, _ANY), code=code)


def fix_of(code: str) -> Message | None:
    """What ends a refusal with this code; ``None`` where only the general advice is known."""
    return _FIXES.get(code)


_ANY = say("Run `runbook check WORKSPACE`; if it finds nothing, show this code to the org's admin.")
_BUSY = say("Wait some minutes, then run again; what was done is on record.")
_RIGHTS = say("An admin compares the permissions of the user who is logged in with what the checks ask for.")
_API = say("An admin ticks API Enabled for the user, and checks that the edition of the org has the API.")
# Source: Salesforce REST API, "Status Codes and Error Responses"; SOAP API, "Core Data Types", ExceptionCode.
_FIXES: dict[str, Message] = {
    "INVALID_SESSION_ID": say("The session has ended. Run again: that logs in anew."),
    "REQUEST_LIMIT_EXCEEDED": say(
        "The org has used up its API calls of the last 24 hours. Wait, or find out what uses them: Setup, "
        "Company Information, API Requests."
    ),
    "INVALID_FIELD": say("The field does not exist, or the user who is logged in may not see it."),
    "INVALID_TYPE": say("The object does not exist, or the user who is logged in may not see it."),
    "UNABLE_TO_LOCK_ROW": _BUSY,
    "ALREADY_IN_PROCESS": _BUSY,
    "SERVER_UNAVAILABLE": _BUSY,
    "QUERY_TIMEOUT": _BUSY,
    "REQUEST_RUNNING_TOO_LONG": _BUSY,
    "HTTP_503": _BUSY,
    "INSUFFICIENT_ACCESS": _RIGHTS,
    "INSUFFICIENT_ACCESS_OR_READONLY": _RIGHTS,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": _RIGHTS,
    "FORBIDDEN": _RIGHTS,
    "API_DISABLED_FOR_ORG": _API,
    "API_CURRENTLY_DISABLED": _API,
    "LICENSE_LIMIT_EXCEEDED": say("Free a user licence, or let an existing user be the sync user."),
    "DUPLICATE_USERNAME": say("Usernames are unique in all of Salesforce: choose another sync_username."),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": say("The password has expired. Set a new one in a browser."),
}
