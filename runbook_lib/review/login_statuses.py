"""What a status of LoginHistory means, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.text import Message, say

_REASONS: Mapping[str, Message] = {
    "Invalid Password": say("the password, or the security token after it, is wrong"),
    "Password Lockout": say("too many wrong passwords: the user is locked out for a while"),
    "User is Inactive": say("the user is not active"),
    "User Is Frozen": say("the user is frozen"),
    "Failed: API security token required": say("the security token is missing or an old one"),
    "Restricted IP": say("it came from outside the profile's login IP ranges"),
    "Restricted Time": say("it came outside the profile's login hours"),
    "Restricted Domain": say(
        "My Domain prevents logins at login.salesforce.com: my_domain in connection.toml names the "
        "org's own address"
    ),
    "Login Rate Exceeded": say("more than 3,600 logins in an hour: wait an hour"),
    "Maximum Logins Exceeded": say("too many logins: wait an hour"),
    "Failed: API-only user": say("the user may only use the API, and somebody tried a browser"),
    "Failed: OAuth API access disabled": say("the connected app may not use the API"),
    "Failed: IP Address Not Allowed": say("the connected app does not admit this address"),
    "Multi-factor (formerly called two-factor) is required": say(
        "Salesforce asks this user for a second factor, which Marketo does not have"
    ),
    "Username-Password Flow Disabled": say("the org has switched off this kind of OAuth login"),
}
"""Status of LoginHistory → what it means. Source: Object Reference, EventLogFile, login statuses; other
spellings were seen in real orgs, which is why they are compared without regard to case."""
_BY_STATUS: Mapping[str, Message] = {status.casefold(): meaning for status, meaning in _REASONS.items()}


def is_known_status(status: str) -> bool:
    """Whether somebody has written down what it means."""
    return status.strip().casefold() in _BY_STATUS


def told_status(status: str) -> Message | str:
    """The status with its meaning; alone where nobody knows it."""
    known = _BY_STATUS.get(status.strip().casefold())
    return say("{status}: {meaning}", status=status, meaning=known) if known else status
