"""Which profile a user made for Marketo should have, and whether there is room for one.

Sources: Marketo documentation, Step 2 of 3: license "Salesforce", in Professional Edition the profile System
Administrator; Salesforce Help, "Minimum Access - Salesforce" (the profile that gives next to nothing).
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.review.professional import PROFESSIONAL
from runbook_lib.survey.model.licenses import License, Profile

LICENSE_KEY = "SFDC"
"""LicenseDefinitionKey of the license "Salesforce". Source: Object Reference, UserLicense."""
SHUT_LICENSES = {"AUL", "AUL1", "AULL_IGHT"}
"""Keys of licenses of the platform, which have no leads, campaigns and opportunities."""
SMALLEST = "Minimum Access"
EMAIL_ENCODING = "UTF-8"
"""Organization names no e-mail encoding; this one can write every name there is."""


def salesforce_license(licenses: Iterable[License]) -> License | None:
    """The license that Marketo's page asks for; ``None`` where the org has none of it."""
    return next((license_ for license_ in licenses if license_.key == LICENSE_KEY), None)


def suitable_profiles(
    profiles: Iterable[Profile], licenses: Iterable[License], edition: str
) -> tuple[Profile, ...]:
    """Profiles that suit the sync user, the best first: small ones, as their rights come from a permission
    set.

    In Professional Edition only those of administrators, as Marketo's page asks.
    """
    ours = salesforce_license(licenses)
    fitting = [
        profile
        for profile in profiles
        if ours is not None
        and profile.license_id == ours.id
        and profile.administers is (edition == PROFESSIONAL)
    ]
    return tuple(
        sorted(
            fitting, key=lambda profile: (not profile.name.startswith(SMALLEST), profile.api, profile.name)
        )
    )
