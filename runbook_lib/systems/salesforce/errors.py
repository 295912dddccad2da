"""What Salesforce refuses, as the house's errors: status, code and path; never a whole body or a query."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from runbook_lib.errors import SalesforceBusy, SalesforceRefused
from runbook_lib.text import Message, say

T = TypeVar("T")
_EXCERPT = re.compile(r".*\^\s+ERROR at Row:\d+:Column:\d+\s", re.DOTALL)
"""What stands before the sentence of INVALID_FIELD and INVALID_TYPE: an excerpt of the query, in which a
username may be, and a caret below the fault. Recorded: jetstream issue 110; CumulusCI's cassettes."""
_CONCURRENT = "concurrentrequests"
"""In REQUEST_LIMIT_EXCEEDED: not the calls of the day are spent, but too many long ones are at work at this
moment (25 of more than 20 seconds). Source: Salesforce Help 000389067; recorded."""
_OF_SETUP = re.compile(r"'(FieldPermissions|ObjectPermissions|MutingPermissionSet|PermissionSet\w*)'")
_DEPENDS = re.compile(r"Permission (.+?) depends on permission\(s\): (.+)", re.DOTALL)
"""Recorded: NPSP pull 3979 and jsforce issue 749; a system permission by API name or label."""
SESSION_ENDED = "INVALID_SESSION_ID"
"""After this nothing more is tried: every further call would be refused in the same way."""


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
    except (requests.exceptions.JSONDecodeError, RecursionError):  # or nested too deeply to be read
        refused = refusal("NOT_JSON", say("the answer is not JSON"), "")
    except (requests.RequestException, AttributeError, TypeError, UnicodeError):
        # What the libraries trip over: an answer without the elements that they take for granted.
        refused = refusal("NOT_READABLE", say("the answer cannot be read"), "")
    # Raised outside the except blocks: the libraries' errors hold whole bodies and URLs.
    raise refused


def of_answer(status: int, content: Any, path: str) -> SalesforceRefused:
    """The error for an answer with an HTTP status that is one; ``content`` is its JSON or its text."""
    first = content[0] if isinstance(content, list) and content else content
    if isinstance(first, dict):
        code = first.get("errorCode") or first.get("statusCode") or first.get("error") or f"HTTP_{status}"
        message = first.get("message") or first.get("error_description") or ""
        return refusal(str(code), str(message), f"{path} (HTTP {status})")
    return refusal(f"HTTP_{status}", say("the answer is not JSON"), f"{path} (HTTP {status})")


def of_save_results(fault: Exception) -> SalesforceRefused:
    """The error for simple-salesforce's bare ``Exception`` that lists the Metadata API's save results."""
    match = re.search(r"\(([A-Z_]+), (.*)\)", str(fault), re.DOTALL)
    code, message = match.groups() if match else ("UNKNOWN", str(fault))
    return refusal(code, message, "Metadata API")


def of_one_api(api: str) -> SalesforceRefused:
    """The error where ``api`` alone does not accept a session that REST accepts."""
    what = say("Only the {api} does not accept this session; the other APIs do.", api=api)
    fix = say(
        "An admin checks whether the org blocks the {api} for this login (Setup, API Access Control, "
        "or the scopes of an OAuth client); then run again. Whatever does not need it continues.",
        api=api,
    )
    return SalesforceRefused(what, where=api, fix=fix, code=f"{SESSION_ENDED} ({api})")


def refusal(code: str, message: str | Message, where: str) -> SalesforceRefused:
    """The error for one code and what Salesforce said about it."""
    if isinstance(message, str):
        message = sentence_of(message)
    what = say("Salesforce refused a call with {code}: {told}", code=code, told=message)
    if code == "REQUEST_LIMIT_EXCEEDED" and is_about_concurrency(str(message)):
        return SalesforceBusy(what, where=where, fix=_CROWDED, code=code)
    fix = _FIXES.get(code, _ANY)
    if code == "INVALID_TYPE" and _OF_SETUP.search(str(message)):
        fix = _NO_SETUP
    return SalesforceRefused(what, where=where, fix=fix, code=code)


def sentence_of(text: str) -> str:
    """What Salesforce said, in one line of 300 characters at most, without an excerpt of the query."""
    text = _EXCERPT.sub("", text)
    return " ".join(re.sub(r"<br\s*/?>", " ", text).split())[:300]  # the tag is meant for Setup's own pages


def is_about_concurrency(message: str) -> bool:
    """Whether a limit that is exceeded is that of calls at one moment, not that of the day."""
    return _CONCURRENT in message.casefold().replace(" ", "")


def dependency_in(message: str) -> tuple[str, str] | None:
    """The permission that was refused and those it depends on, in Salesforce's words; ``None`` where the
    refusal is about something else."""
    match = _DEPENDS.search(message)
    return (match[1], match[2]) if match else None


def fix_of(code: str) -> Message | None:
    """What ends a refusal with this code; ``None`` where only the general advice is known."""
    return _FIXES.get(code)


_ANY = say("Run `runbook check WORKSPACE`; if it finds nothing, show this code to the org's admin.")
_BUSY = say("Wait a few minutes, then run again; what was done is on record.")
_RIGHTS = say("An admin compares the permissions of the logged-in user with what the checks ask for.")
_CROWDED = say(
    "The org was running too many long calls from all programs at that moment. Wait a few minutes, "
    "then run again; what was done is on record."
)
_NO_SETUP = say(
    "The logged-in user lacks “View Setup and Configuration”: an admin ticks it in one of the user's "
    "permission sets, under System Permissions."
)
_API = say("An admin ticks API Enabled for the user, and checks that the org's edition includes the API.")
# Source: Salesforce REST API, "Status Codes and Error Responses"; SOAP API, "Core Data Types", ExceptionCode.
_FIXES: dict[str, Message] = {
    "INVALID_SESSION_ID": say("The session has ended. Run again to log in again."),
    "REQUEST_LIMIT_EXCEEDED": say(
        "The org has used up its API calls for the last 24 hours. Wait, or find out what uses them: "
        "Setup, Company Information, API Requests."
    ),
    "INVALID_FIELD": say("The field does not exist, or the logged-in user may not see it."),
    "INVALID_TYPE": say("The object does not exist, or the logged-in user may not see it."),
    "UNABLE_TO_LOCK_ROW": _BUSY,
    "ALREADY_IN_PROCESS": _BUSY,
    "SERVER_UNAVAILABLE": _BUSY,
    "HTTP_429": _BUSY,
    "ANSWER_SHAPE": say(
        "Run again. If this persists, something in between changes the answers, or Salesforce has "
        "changed them: show this line to whoever maintains the runbook."
    ),
    "QUERY_TIMEOUT": _BUSY,
    "REQUEST_RUNNING_TOO_LONG": _BUSY,
    "HTTP_503": _BUSY,
    "INSUFFICIENT_ACCESS": _RIGHTS,
    "INSUFFICIENT_ACCESS_OR_READONLY": _RIGHTS,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": _RIGHTS,
    "FORBIDDEN": _RIGHTS,
    "API_DISABLED_FOR_ORG": _API,
    "API_CURRENTLY_DISABLED": _API,
    "LICENSE_LIMIT_EXCEEDED": say("Free up a user license, or use an existing user as the sync user."),
    "DUPLICATE_USERNAME": say("Usernames are unique in all of Salesforce: choose another sync_username."),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": say("The password has expired. Set a new one in a browser."),
}
