"""The form that says who the sync user is: a user who is there, or a new one with a profile of this org."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runbook_lib.change.decisions import SetupDecision
from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values, name_input, named
from runbook_lib.review.user_profiles import suitable_profiles
from runbook_lib.survey.model.licenses import Profile, Seats
from runbook_lib.survey.snapshot import Organization, Snapshot, SyncUser, Unknown
from runbook_lib.text import Message, say

EXISTING, CREATE = "existing", "create"


class WhoForm(Form[SetupDecision]):
    """Who the sync user is. ``setup``: what was decided so far, which the answer goes on from."""

    def __init__(self, seen: Snapshot, setup: SetupDecision) -> None:
        self.seen = seen
        self.setup = setup

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return say("Decide")

    def submit(self, values: Values) -> SetupDecision:
        """The decision, without its moment. ``UsageFault`` where it cannot be so, with what to do."""
        by, username = named(values), str(values["username"]).strip()
        is_new = values["who"] == CREATE
        chosen = self._new_user(values) if is_new else replace(self.setup, create_user=False)
        campaigns = bool(values.get("campaigns", self.setup.sync_campaigns))
        return replace(chosen, username=username, sync_campaigns=campaigns, decided_by=by)

    def inputs(self, person: Person) -> Sequence[Input]:
        """An existing user or a new one, and what a new one needs."""
        there = isinstance(self.seen.sync_user, SyncUser)
        options = {
            EXISTING: say("An existing Salesforce user"),
            CREATE: say("A new user, created by the runbook"),
        }
        expected = self.seen.expected
        return [
            Input(
                "who", say("Who is the sync user?"), InputKind.CHOICE, EXISTING if there else CREATE, options
            ),
            Input(
                "username", say("Username (unique across all Salesforce orgs)"), value=expected.sync_username
            ),
            *self._of_a_new_user(),
            Input(
                "campaigns",
                say("Sync campaigns, too: the sync user must be a “Marketing User”"),
                InputKind.PICK,
                self.setup.sync_campaigns,
            ),
            name_input(person),
        ]

    def _of_a_new_user(self) -> Sequence[Input]:
        """What only a new one needs; it is shown once that is chosen."""
        profiles = [profile.name for profile in self._profiles()]
        chosen = self.setup.profile if self.setup.profile in profiles else next(iter(profiles), "")
        email = self.setup.user_email or self.seen.expected.admin_username
        inputs = (
            Input("email", say("New user: e-mail address that somebody reads"), value=email),
            Input("last_name", say("New user: last name"), value=self.setup.last_name),
            Input("alias", say("New user: alias, at most 8 characters"), value=self.setup.alias),
            Input(
                "profile", say("New user: profile"), InputKind.LIST, chosen, {name: name for name in profiles}
            ),
        )
        return [replace(field, only_for=("who", CREATE)) for field in inputs]

    def _profiles(self) -> tuple[Profile, ...]:
        seats, organization = self.seen.seats, self.seen.organization
        if not isinstance(seats, Seats) or not isinstance(organization, Organization):
            return ()
        if isinstance(seats.profiles, Unknown) or isinstance(seats.licenses, Unknown):
            return ()
        return suitable_profiles(seats.profiles, seats.licenses, organization.edition)

    def _new_user(self, values: Values) -> SetupDecision:
        typed = {name: " ".join(str(values[name] or "").split()) for name in ("email", "last_name", "alias")}
        profile = str(values["profile"] or "")
        if "@" not in typed["email"]:
            raise UsageFault(
                say("“{given}” is not an e-mail address.", given=typed["email"]),
                fix=say("Enter one that somebody reads: the link for the first password goes there."),
            )
        if not typed["last_name"] or not 0 < len(typed["alias"]) <= 8:
            raise UsageFault(
                say("A new user needs a last name, and an alias of at most 8 characters."),
                fix=say("Fill in both boxes."),
            )
        if not profile:
            raise UsageFault(
                say("No profile in this org is suitable, or the profiles could not be read."),
                fix=say("Look at what “2 Check” says about licenses and rights, then run “1 Look” again."),
            )
        return replace(
            self.setup,
            create_user=True,
            user_email=typed["email"],
            last_name=typed["last_name"],
            alias=typed["alias"],
            profile=profile,
        )
