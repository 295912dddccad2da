"""What Marketo refuses, as the house's errors. Source: Marketo developer guide, "Error Codes"."""

from __future__ import annotations

from runbook_lib.errors import MarketoRefused
from runbook_lib.text import Message, say


def refusal(code: str, message: str, path: str, request_id: str) -> MarketoRefused:
    """The error for one code; ``message`` are Marketo's words, ``request_id`` is what its support asks for.

    ``603_ROLE`` and ``603_ADDRESS`` are the two meanings of Marketo's 603, told apart by the reader. The
    three meanings of 1029 are told apart by their text, and keep their names as the error's code.
    """
    code = (
        _BULK.get(message.rstrip("."), EXPORT_QUOTA if "quota" in message else code)
        if code == "1029"
        else code
    )
    what = _WHATS.get(code) or say(
        "Marketo refused a call with {code}: {told}", code=code, told=message[:300]
    )
    where = f"{path} (request {request_id})" if request_id else path
    return MarketoRefused(
        what,
        where=where,
        fix=_FIXES.get(code, _ANY),
        code=code.removesuffix("_ROLE").removesuffix("_ADDRESS"),
    )


def refused_token(status: int, where: str) -> MarketoRefused:
    """The error for a token request that gave no token."""
    if status == 401:
        return MarketoRefused(
            say("Marketo does not accept this client id and client secret."),
            where=where,
            fix=say(
                "Look them up in Marketo under Admin, LaunchPoint, View Details of the custom service; "
                "correct client_id in connection.toml and enter the client secret again."
            ),
            code="401",
        )
    return MarketoRefused(
        say("Marketo gave no access token: HTTP {status}.", status=status),
        where=where,
        fix=say("Check munchkin_id in connection.toml; if it is right, wait a few minutes and run again."),
        code=f"HTTP_{status}",
    )


NOT_JSON = "the answer is not JSON as documented"


def wrong_shape(path: str) -> MarketoRefused:
    """The error for an answer that lacks what its guide documents; a proxy or an outage sends such things."""
    return refusal("ANSWER_SHAPE", NOT_JSON, path, "")


QUEUE_FULL, EXPORT_QUOTA, ALREADY_QUEUED = "1029_QUEUE", "1029_QUOTA", "1029_QUEUED"
_BULK = {"Too many jobs in queue": QUEUE_FULL, "Export job already queued": ALREADY_QUEUED}
"""Texts of 1029. Source: Marketo developer guide, "Bulk Extract"; "Export daily quota 500MB exceeded." is
recorded."""
_ANY = say("Give the code and the request id to Marketo Support.")
_LATER = say("Wait a few minutes, then run again.")
_WHATS: dict[str, Message] = {
    QUEUE_FULL: say("Marketo's queue of exports is full."),
    EXPORT_QUOTA: say("The volume that Marketo lets all integrations export in a day is used up."),
    "603_ROLE": say("The role of the API user does not have the permission for this call."),
    "603_ADDRESS": say("Marketo refuses every call of this client, even those that need no permission."),
}
_FIXES: dict[str, Message] = {
    QUEUE_FULL: say("Other integrations have ten exports in Marketo's queue. Run again later."),
    EXPORT_QUOTA: say(
        "Run again after midnight, US Central Time; or find out in Marketo which integration exports "
        "so much (500 MB a day for all of them together)."
    ),
    "603_ROLE": say(
        "A Marketo admin gives the role of the API-only user the read-only permissions of the group "
        "Access API: Lead, Opportunity, Company, Sales Person, Activity, Assets."
    ),
    "603_ADDRESS": say(
        "A Marketo admin adds this network's address to the allowlist for API access under Admin, "
        "Login Settings; or checks whether the API-only user still exists."
    ),
    "601": say("A Marketo admin checks whether the custom service still exists under Admin, LaunchPoint."),
    "602": _LATER,
    "604": _LATER,
    "606": say("Other integrations are using up the rate limit (100 calls in 20 seconds). Run again later."),
    "607": say(
        "The instance has used up its calls for the day. The count starts again at midnight, US Central Time."
    ),
    "608": _LATER,
    "611": _LATER,
    "614": _LATER,
    "615": _LATER,
    "713": _LATER,
    "719": _LATER,
    "1003": say("Ask for fewer people at once, or filter by another field."),
    "1018": say("The instance is tied to a CRM; only Marketo Support can untie it."),
}
