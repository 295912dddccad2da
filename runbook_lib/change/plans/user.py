"""The part of 02's plan that creates the sync user where there is none, or says why that cannot be.

Sources: Object Reference, User (required: Username, LastName, Email, Alias, ProfileId, TimeZoneSidKey,
LocaleSidKey, EmailEncodingKey, LanguageLocaleKey) and Organization (the org's defaults for the last four but
the encoding); Marketo documentation, Step 2 of 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runbook_lib.change.decisions import SetupDecision
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans.preconditions import fact, known
from runbook_lib.change.plans.professional import administers
from runbook_lib.review.professional import PROFESSIONAL
from runbook_lib.review.user_profiles import EMAIL_ENCODING, LICENSE_KEY, suitable_profiles
from runbook_lib.survey.model.licenses import License, Profile, Seats, license_of, profile_named
from runbook_lib.survey.snapshot import Absent, Organization, Part, Snapshot, SyncUser
from runbook_lib.text import Message, say

_NAMED = 5
"""Profiles that an obstacle proposes."""


def create_user(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    """The change that creates the sync user, where there is none and that was decided.

    Language, locale and time zone are the org's own, not those of the administrator who happens to do it:
    Marketo's dates and numbers must not depend on a person's settings.
    """
    if not _is_wanted(setup, snapshot):
        return
    organization = known(snapshot, Part.ORGANIZATION, Organization)
    profile = profile_named(fact(Part.SEATS, known(snapshot, Part.SEATS, Seats).profiles), setup.profile)
    username = snapshot.expected.sync_username
    after = {
        "username": username,
        "email": setup.user_email,
        "last_name": setup.last_name,
        "alias": setup.alias,
        "profile": setup.profile,
        "profile_id": profile.id if profile else "",
        "language": organization.language,
        "locale": organization.locale,
        "time_zone": organization.time_zone,
        "email_encoding": EMAIL_ENCODING,
    }
    what = say(
        "Create the sync user {username}: profile “{profile}”, e-mail {email}, language {language}, locale "
        "{locale}, time zone {time_zone}.",
        **{name: after[name] for name in ("username", "profile", "email", "language", "locale", "time_zone")},
    )
    yield Change(ChangeKind.CREATE_USER, username, {}, after, what)


def mark_user(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    """The change that makes an existing sync user a “Marketing User”, where campaigns are to be synced and
    they are known to be none. A new one is created as one."""
    user = snapshot.sync_user
    if setup.sync_campaigns and isinstance(user, SyncUser) and user.marketing_user is False:
        yield Change(
            ChangeKind.MARK_USER,
            user.username,
            {"marketing_user": False},
            {"marketing_user": True},
            say(
                "Make {username} a “Marketing User”, so that campaigns can be synced.", username=user.username
            ),
        )


def user_obstacles(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Message]:
    """Why there is no sync user and none can be made as decided."""
    username = snapshot.expected.sync_username
    if setup.username and setup.username.lower() != username.lower():
        yield say(
            "decisions/setup.toml is about the user {decided}, but connection.toml names {username}: "
            "let both name the same user, or decide again in notebook 02.",
            decided=setup.username,
            username=username,
        )
    if isinstance(snapshot.sync_user, Absent) and not setup.create_user:
        yield say(
            "There is no user {username}: create it in Salesforce, or let the runbook do so (create_user "
            "and user_email in decisions/setup.toml).",
            username=username,
        )
    if _is_wanted(setup, snapshot):
        yield from _against_profile(setup, snapshot)
    yield from administers(snapshot)


def _is_wanted(setup: SetupDecision, snapshot: Snapshot) -> bool:
    return setup.create_user and isinstance(snapshot.sync_user, Absent)


def _against_profile(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Message]:
    edition = known(snapshot, Part.ORGANIZATION, Organization).edition
    seats = known(snapshot, Part.SEATS, Seats)
    licenses, profiles = fact(Part.SEATS, seats.licenses), fact(Part.SEATS, seats.profiles)
    profile = profile_named(profiles, setup.profile)
    fitting = suitable_profiles(profiles, licenses, edition)
    names = ", ".join(f"“{candidate.name}”" for candidate in fitting[:_NAMED])
    if profile is None:
        yield say(
            "There is no profile “{profile}” in this org. Suitable: {names}.",
            profile=setup.profile,
            names=names or say("none"),
        )
    elif edition == PROFESSIONAL and profile not in fitting:
        yield say(
            "In Professional Edition the sync user needs an administrator's profile ({names}); “{profile}” "
            "was chosen.",
            names=names or say("none"),
            profile=profile.name,
        )
    else:
        yield from _against_license(profile, licenses)


def _against_license(profile: Profile, licenses: Iterable[License]) -> Iterator[Message]:
    license_ = license_of(profile, licenses)
    if license_ is None or license_.key != LICENSE_KEY:
        yield say(
            "The profile “{profile}” belongs to the license “{license}”; Marketo's user needs the license "
            "“Salesforce”: choose another profile.",
            profile=profile.name,
            license=license_.name if license_ else "?",
        )
    elif not license_.free:
        yield say(
            "No license “{license}” is free: {used} of {total} are in use. Deactivate a user who left, "
            "buy a license, or use an existing user as the sync user.",
            license=license_.name,
            used=license_.used,
            total=license_.total,
        )
