"""When a password of the sync user expires, by the policy that holds for them.

A profile may have a policy of its own, which overrides the org's; its full name does not tell whose it is, so
that policies are read until it is found, those first that sound like it. Sources: Metadata API guide,
ProfilePasswordPolicy (passwordExpiration: 0, 30, 60, 90, 180 or 365 days) and SecuritySettings
(passwordPolicies.expiration); WSDL 63.0, Expiration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from runbook_lib.survey.model.org_settings import PasswordPolicy
from runbook_lib.survey.model.unknown import Unknown, untold
from runbook_lib.survey.probes.query import chunks
from runbook_lib.systems.salesforce import metadata
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

NEVER_EXPIRES = "PermissionsPasswordNeverExpires"
"""The permission that overrides every policy. Source: Salesforce Help, "Set Password Policies"."""
MOST_READS = 5
"""Calls that read policies of profiles, ten a call."""
_MOST = MOST_READS * metadata.MOST_COMPONENTS
MOST_CALLS = 3 + MOST_READS
"""Which policies there are, the profile's name, and the org's own policy."""
EXPIRATION: Mapping[str, int] = {
    "Never": 0, "ThirtyDays": 30, "SixtyDays": 60, "NinetyDays": 90, "SixMonths": 180, "OneYear": 365,
}  # fmt: skip
"""As the org's policy says it → the days that a profile's says of the same choice in Setup."""


def password_policy(reader: SalesforceReader, profile_id: str) -> PasswordPolicy | Unknown:
    """The policy for users of that profile. Raises what Salesforce refuses."""
    if names := metadata.names_of(reader, "ProfilePasswordPolicy"):
        policy = _of_profile(reader, names, profile_id)
        if policy is not None:
            return policy
    return _of_org(metadata.read_security_settings(reader))


def _of_profile(
    reader: SalesforceReader, names: Sequence[str], profile_id: str
) -> PasswordPolicy | Unknown | None:
    """The profile's own policy; ``None``: it has none."""
    profile = _plain(metadata.profile_name(reader, profile_id))
    if not profile:
        return untold(
            say("Salesforce does not say the name of the sync user's profile, and profiles have password "
                "policies of their own."),
            say("Look at Password Policies in Setup → Users → Profiles. The logged-in admin may lack “View "
                "Setup and Configuration”."),
        )  # fmt: skip
    first = sorted(names, key=lambda name: profile not in _plain(name))
    for some in list(chunks(first, metadata.MOST_COMPONENTS))[:MOST_READS]:
        for policy in metadata.read_profile_policies(reader, some):
            if _plain(policy["profile"]) == profile:
                return PasswordPolicy(int(policy["passwordExpiration"]), of_profile=True)
    if len(names) <= _MOST:
        return None
    return untold(
        say("{count} profiles have password policies of their own; that of the sync user's profile is not "
            "among the first {read}.", count=len(names), read=_MOST),
        say("Look at Password Policies in Setup → Users → Profiles, or grant “Password Never Expires” in "
            "notebook 02."),
    )  # fmt: skip


def _of_org(settings: Mapping[str, Any]) -> PasswordPolicy | Unknown:
    lifetime = str((settings.get("passwordPolicies") or {}).get("expiration") or "")
    if lifetime in EXPIRATION:
        return PasswordPolicy(EXPIRATION[lifetime])
    return untold(
        say("Salesforce does not say after how many days a password expires (“{told}”).", told=lifetime),
        say("Look at Setup → Security → Password Policies. The logged-in admin may lack “Modify Metadata "
            "Through Metadata API Functions”."),
    )  # fmt: skip


def _plain(name: str) -> str:
    """A name as it is compared: a policy writes its profile in lower case, and names are percent-encoded."""
    return unquote(name).casefold()
