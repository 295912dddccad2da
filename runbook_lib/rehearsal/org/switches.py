"""The switches and budgets of an org that a test, or a person in Setup, can turn while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_network

from runbook_lib.rehearsal.declarations import SwitchDeclaration


@dataclass
class Switches:
    """All of them can be set at any time; the next call obeys."""

    soap_login: bool
    """SOAP API login() is enabled for the org."""
    api: bool
    """The edition has the API at all."""
    use_any_api_auth_enforced: bool
    """SOAP login() needs the user permission Use Any API Auth."""
    my_domain_only: bool
    """Logins at login.salesforce.com and test.salesforce.com are prevented."""
    daily_api_requests: int
    api_requests_used: int
    data_storage_mb: int
    data_storage_left_mb: int
    trusted_networks: list[str] = field(default_factory=list)
    """Networks ("203.0.113.0/24") from which no security token is needed."""
    profile_networks: dict[str, list[str]] = field(default_factory=dict)
    """Profile name → login IP ranges; outside them its users cannot log in."""
    profile_hours: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Profile name → first hour and hour after the last (UTC) of its login hours."""
    usernames_elsewhere: list[str] = field(default_factory=list)
    """Usernames that users of other orgs have: nobody here can see them, or take them."""
    deleted_fields: list[str] = field(default_factory=list)
    """Custom fields (`Lead.Old__c`) deleted and not erased: nobody sees them, their names are kept."""
    catalog_shows_hidden_fields: bool = True
    """EntityParticle and FieldDefinition name fields that the asker may not see. What real orgs do is
    undecided: the Object Reference promises "parity with describe", octoberswimmer/aer-dist issue 386 saw
    the opposite."""
    oauth_password_flow: bool = True
    passwords_expire: str = "NinetyDays"
    """After how long passwords expire: an Expiration of the Metadata API, which tells it. No password here
    grows old by itself."""
    profile_password_days: dict[str, int] = field(default_factory=dict)
    """Profile name → days of its own password policy (0: never)."""
    failures_before_lockout: int = 10

    def profile_access(self, profile: str) -> ProfileAccess:
        """The login hours and the login IP ranges of a profile."""
        networks = [ip_network(network) for network in self.profile_networks.get(profile, ())]
        ranges = tuple((str(network[0]), str(network[-1])) for network in networks)
        return ProfileAccess(self.profile_hours.get(profile), ranges)


@dataclass(frozen=True)
class ProfileAccess:
    """When and from where the users of a profile get in: hours (UTC), first and last address of ranges."""

    hours: tuple[int, int] | None
    ranges: tuple[tuple[str, str], ...]


def switches_of(declared: SwitchDeclaration) -> Switches:
    """The switches as a world declares them."""
    return Switches(
        declared.soap_login,
        declared.api,
        declared.use_any_api_auth_enforced,
        declared.my_domain_only,
        declared.daily_api_requests,
        declared.api_requests_used,
        declared.data_storage_mb,
        declared.data_storage_left_mb,
        list(declared.trusted_networks),
        {profile: list(networks) for profile, networks in declared.profile_networks.items()},
        {profile: (first, end) for profile, (first, end) in declared.profile_hours.items()},
        oauth_password_flow=declared.oauth_password_flow,
        passwords_expire=declared.passwords_expire,
        profile_password_days=dict(declared.profile_password_days),
    )
