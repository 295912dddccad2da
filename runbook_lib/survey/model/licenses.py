"""What a new user would find in the org: licenses that are free, and profiles they could have.

Sources: Object Reference, UserLicense (TotalLicenses, UsedLicenses) and Profile (UserLicenseId).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runbook_lib.survey.model.unknown import Unknown


@dataclass(frozen=True)
class License:
    """A kind of user license. ``key``: its LicenseDefinitionKey, the same in every language: ``SFDC``."""

    id: str
    name: str
    key: str
    total: int
    used: int

    @property
    def free(self) -> int:
        """How many users of this kind can still be made or activated."""
        return max(0, self.total - self.used)


@dataclass(frozen=True)
class Profile:
    """A profile. ``administers``: it may change all data and customize the application.

    Its name is not enough to know an administrator by: Salesforce translates the names of its own profiles.
    """

    id: str
    name: str
    license_id: str
    api: bool
    administers: bool


@dataclass(frozen=True)
class Seats:
    """The licenses and the profiles of an org; each unknown where that question was refused.

    ``young``: columns of permissions that the org has, and not every org does.
    """

    licenses: tuple[License, ...] | Unknown
    profiles: tuple[Profile, ...] | Unknown
    young: tuple[str, ...] | Unknown = ()


def profile_named(profiles: Iterable[Profile], name: str) -> Profile | None:
    """The profile of that name, as people type it; ``None`` where there is none."""
    return next((profile for profile in profiles if profile.name.lower() == name.strip().lower()), None)


def license_of(profile: Profile, licenses: Iterable[License]) -> License | None:
    """The license that a user with this profile takes."""
    return next((license_ for license_ in licenses if license_.id == profile.license_id), None)
