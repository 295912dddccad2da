"""What the Metadata API tells of profiles beside their rights: when and from where their users get in, and
when their passwords expire."""

from __future__ import annotations

from runbook_lib.rehearsal.org.org import Org
from runbook_lib.rehearsal.org.switches import ProfileAccess

READ = "ViewSetup"
"""The permission that reads setup."""
_NAMES = 'SELECT "Name", "FullName" FROM org."Profile"'


def profile_access(org: Org, user_id: str, full_name: str) -> ProfileAccess | None:
    """When and from where the users of a profile get in; None where there is no profile of that name."""
    org.permissions.demand(user_id, READ)
    rows = org.database.sql(f'{_NAMES} WHERE "FullName" = $1', [full_name])
    return org.switches.profile_access(str(rows[0][0])) if rows else None


def profile_policies(org: Org, user_id: str) -> dict[str, tuple[str, int]]:
    """Full name of each password policy of a profile → the profile's name in the Metadata API, and after how
    many days its passwords expire (0: never). No documentation says how such names are made: these do not
    tell whose policy it is."""
    org.permissions.demand(user_id, READ)
    full_names = dict(org.database.sql(_NAMES))
    declared = enumerate(sorted(org.switches.profile_password_days.items()))
    return {f"PT{number}_1511800": (str(full_names[name]), days) for number, (name, days) in declared}


def passwords_expire(org: Org, user_id: str) -> str:
    """After how long passwords expire by the org's own policy, in the words of the Metadata API."""
    org.permissions.demand(user_id, READ)
    return org.switches.passwords_expire
