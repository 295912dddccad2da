"""What surrounds the sync in an org: rules, automation and sharing that its records will meet. Pure data.

Each kind is known or ``Unknown`` by itself: who may not read triggers may still read duplicate rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from runbook_lib.survey.model.unknown import Unknown

PRIVATE = "None"
"""How Organization says that an object's records are private. Source: Object Reference, Organization."""


@dataclass(frozen=True)
class Rule:
    """One rule, trigger or flow: the object it works on and its name; of a validation rule also the field by
    which it shows its error, and what it then says."""

    object: str
    name: str
    field: str = ""
    message: str = ""

    def __str__(self) -> str:
        return f"{self.object}: {self.name}"


Rules = tuple[Rule, ...]


@dataclass(frozen=True)
class Surroundings:
    """What a record of Marketo's meets in this org.

    ``sharing``: object → org-wide default (``None`` in Salesforce's word is private).
    ``sees_all``: objects of which the sync user may see every record, whoever owns it.
    """

    sharing: Mapping[str, str] | Unknown
    sees_all: tuple[str, ...] | Unknown
    validation_rules: Rules | Unknown = ()
    duplicate_rules: Rules | Unknown = ()
    assignment_rules: Rules | Unknown = ()
    triggers: Rules | Unknown = ()
    flows: Rules | Unknown = ()


@dataclass(frozen=True)
class LoginAttempt:
    """One row of LoginHistory: when (UTC, ISO 8601), by what, from where, and how it ended."""

    at: str
    type: str
    application: str
    source_ip: str
    status: str


@dataclass(frozen=True)
class PasswordPolicy:
    """After how many ``days`` a password of the sync user expires; 0: never. ``of_profile``: it is the
    profile's own, which overrides the org's."""

    days: int
    of_profile: bool = False

    def ends(self, changed: str) -> datetime | None:
        """When a password expires that was set at ``changed`` (ISO 8601); ``None``: never, or unknown."""
        if not self.days:
            return None
        try:
            return datetime.fromisoformat(changed[:19]).replace(tzinfo=UTC) + timedelta(days=self.days)
        except ValueError:
            return None


@dataclass(frozen=True)
class AccountHealth:
    """What may keep the sync user's account from logging in, and what it is used for.

    ``password_changed``: ISO 8601, empty where Salesforce tells none. ``networks``: the login IP ranges of
    the profile. ``hours``: weekday → "08:00–18:00" of its login hours, empty where there are none.
    ``attempts``: the newest logins first. ``oauth_apps``: apps that hold an OAuth token of theirs.
    """

    password_changed: str
    attempts: tuple[LoginAttempt, ...] | Unknown
    oauth_apps: tuple[str, ...] | Unknown
    networks: tuple[str, ...] | Unknown = ()
    hours: Mapping[str, str] | Unknown = field(default_factory=dict)
