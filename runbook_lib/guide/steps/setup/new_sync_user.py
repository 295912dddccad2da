"""What 02 says and asks about the sync user, before and after that user is created."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook_lib.change.decisions import SetupDecision
from runbook_lib.change.plan import ChangeKind
from runbook_lib.errors import DecisionFileFault, UsageFault
from runbook_lib.guide.views.view import Block, Card, Line, Tone
from runbook_lib.journal import Kind
from runbook_lib.review.professional import is_professional
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.snapshot import Absent, Snapshot, SyncUser
from runbook_lib.text import Label, Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step
    from runbook_lib.guide.state.session import Session

NO_CLONE = say(
    "Marketo's documentation clones the profile “Standard User” for this user. "
    "Salesforce allows cloning a profile only in Setup, not by API; so the runbook "
    "uses another way with the same result: a profile that grants next to nothing, "
    "and one permission set that grants what Marketo requires."
)
"""Sources: Adobe, Step 2 of 3 (Enterprise/Unlimited), "Create a Profile"; Salesforce Help, Clone Profiles;
Object Reference, Profile: ``create`` makes an empty one and has no source to copy from."""


def is_to_be_made(step: Step) -> bool:
    """Whether it was decided that the runbook makes the sync user."""
    try:
        setup = step.decisions.setup
    except DecisionFileFault:
        return False
    return setup is not None and setup.create_user


def demand_right_kind(user: object, setup: SetupDecision) -> None:
    """``UsageFault`` where the user to be made is there already, or the one who is there is not."""
    if setup.create_user and isinstance(user, SyncUser):
        raise UsageFault(
            say("“{username}” already exists in this org.", username=user.username),
            fix=say("Choose “An existing Salesforce user”, or type another username."),
        )
    if not setup.create_user and isinstance(user, Absent):
        raise UsageFault(
            say("Nobody in this org has that username."),
            fix=say("Correct it, or choose “A new user, created by the runbook”."),
        )


def who_it_is(setup: SetupDecision) -> Message:
    """What was decided about the sync user."""
    if not setup.create_user:
        return say("The sync user is {username}, an existing user.", username=setup.username)
    return say(
        "The sync user {username} will be created, with the profile “{profile}”.",
        username=setup.username,
        profile=setup.profile,
    )


def how_rights_are_given(seen: Snapshot) -> Iterable[Block]:
    """Why no profile is cloned; nothing where the user is there already, with a profile of their own."""
    if not is_professional(seen) and not isinstance(seen.sync_user, SyncUser):
        yield Line(NO_CLONE)


def after_creation(session: Session) -> Iterable[Block]:
    """What the person does next, where this road made the user whom connection.toml names.

    The REST API has no switch for the welcome e-mail (SOAP has: EmailHeader, triggerUserEmail), so nobody is
    told to wait for one. Sources: SOAP API Developer Guide, EmailHeader; Adobe, Step 2 of 3 (Professional):
    "You will need to log in as the sync user to reset the password".
    """
    made = [
        entry.payload["after"]
        for entry in session.journal.entries(step=SYNC_USER.name, kind=Kind.change_done)
        if entry.payload.get("kind") == ChangeKind.CREATE_USER.value
        and entry.payload["target"] == session.expected.sync_username
    ]
    if not made:
        return
    after = made[-1]
    yield Card(
        Tone.WAIT,
        say(
            "{username} has been created, and has no password yet. What you do now:",
            username=after["username"],
        ),
        (
            say(
                "In Salesforce: Setup → Users → Users, tick {username} and click Reset "
                "Password(s). Salesforce sends the link to {email}. (A user created by API may "
                "not get a welcome e-mail automatically.)",
                username=after["username"],
                email=after["email"],
            ),
            say("Open the link in a private window and set the sync user's password."),
            say(
                "Logged in as this user: {settings}, type “{word}”, {reset}, click {button}. The "
                "security token arrives by e-mail.",
                settings=Label("salesforce.my_settings"),
                word=Label("salesforce.quick_find_reset"),
                reset=Label("salesforce.reset_my_security_token"),
                button=Label("salesforce.reset_security_token"),
            ),
            say("Enter both in notebook 03."),
            *((_IN_A_REHEARSAL,) if session.connection.is_rehearsal else ()),
        ),
    )


_IN_A_REHEARSAL = say(
    "In this rehearsal no e-mail is sent: you find password and token on the page “Secrets to type in”."
)
