"""Checks before a sync user is created: is a license free, is the username.

Sources: Object Reference, UserLicense and User; Marketo documentation, Step 2 of 3.
"""

from __future__ import annotations

from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.user_profiles import LICENSE_KEY, SHUT_LICENSES, salesforce_license
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.model.licenses import Seats
from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.requirements import STEP_2
from runbook_lib.survey.snapshot import Part, PermissionSet, Snapshot, SyncUser, Unknown
from runbook_lib.text import say


def judge_license(snapshot: Snapshot) -> Answer:
    """The license of the sync user allows what Marketo needs; where the user is missing or not active, one is
    free."""
    user, seats = snapshot.sync_user, snapshot.seats
    if isinstance(user, Unknown):
        return cannot_tell(user)
    if isinstance(user, SyncUser) and user.is_active:
        return _own_license(user, snapshot)
    licenses = seats if isinstance(seats, Unknown) else cast(Seats, seats).licenses
    if isinstance(licenses, Unknown):
        return cannot_tell(licenses)
    license_ = salesforce_license(licenses)
    if license_ is not None and license_.free:
        return ok(
            say(
                "{free} of {total} licenses “{license}” are free.",
                free=license_.free,
                total=license_.total,
                license=license_.name,
            )
        )
    return Answer(
        Status.ERROR,
        say("No license “Salesforce” is free for the sync user."),
        say("Salesforce creates or activates no user without one, and Marketo logs in with its own user."),
        say(
            "Setup → Company Information → User Licenses shows how many there are. Deactivate a user "
            "who left, buy a license, or use an existing user as the sync user: sync_username in "
            "connection.toml, or the form in notebook 02."
        ),
        Who.SALESFORCE_ADMIN,
    )


def _own_license(user: SyncUser, snapshot: Snapshot) -> Answer:
    """Whether their license allows the rights that Marketo needs; who has them already, has shown
    it. Salesforce Help, "User Licenses"; refusals recorded for Salesforce Integration, Identity, Platform."""
    held = snapshot.permission_set
    if user.license_key == LICENSE_KEY or (isinstance(held, PermissionSet) and held.assigned is True):
        return ok(say("“{username}” already has a license.", username=user.username))
    if user.license_key is None:
        return cannot_tell(untold(say("Salesforce did not say which license the sync user has.")))
    why = say(
        "Marketo's user needs the license “Salesforce”: with most others Salesforce refuses the rights."
    )
    if refused := user.license_key in SHUT_LICENSES:
        why = say("With it nobody can have leads, campaigns or opportunities: Salesforce refuses the rights.")
    return Answer(
        Status.ERROR if refused else Status.WARN,
        say("“{username}” has the license “{license}”.", username=user.username, license=user.license_name),
        why,
        say(
            "In Setup → Users → Users click Edit beside the sync user and choose the license “Salesforce”; "
            "or name another user: sync_username in connection.toml."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_name(snapshot: Snapshot) -> Answer:
    """What can be known of the username before it is taken: whether somebody in this org has it."""
    user = snapshot.sync_user
    if isinstance(user, Unknown):
        return cannot_tell(user)
    username = snapshot.expected.sync_username
    if isinstance(user, SyncUser):
        return ok(say("“{username}” is a user of this org.", username=username))
    return ok(
        say(
            "Nobody in this org has the username “{username}”. Usernames are unique across all "
            "Salesforce orgs: only when the user is created does it show whether somebody elsewhere "
            "has it.",
            username=username,
        )
    )


NEW_USER_CHECKS: tuple[Check, ...] = (
    Check(
        "user_license",
        SYNC_USER.name,
        say("A license for the sync user"),
        "Object Reference, UserLicense; " + STEP_2,
        judge_license,
        reads=(Part.SYNC_USER, Part.SEATS, Part.PERMISSION_SET),
        gates=(SYNC_USER.name,),
    ),
    Check(
        "username_free",
        SYNC_USER.name,
        say("The sync user's name"),
        "Object Reference, User, Username",
        judge_name,
        reads=(Part.SYNC_USER,),
        gates=(),
    ),
)
