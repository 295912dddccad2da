"""The form that says who the sync user is: a user who is there, or a new one with a profile of this org."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.session import now
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form, name_input, named
from runbook_lib.journal import Kind as Entry
from runbook_lib.proof import journal_payloads
from runbook_lib.review.user_profiles import suitable_profiles
from runbook_lib.survey.model.licenses import Profile, Seats
from runbook_lib.survey.snapshot import Absent, Organization, Part, Snapshot, SyncUser
from runbook_lib.systems.connection import Connection, write_connection
from runbook_lib.systems.validation_messages import reason_of
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step

EXISTING, CREATE = "existing", "create"


class WhoForm:
    """Asks once, and keeps the answer in decisions/setup.toml (and another username in connection.toml)."""

    def __init__(self, step: Step, seen: Snapshot) -> None:
        self.step = step
        self.seen = seen
        self.setup = step.decisions.setup or SetupDecision()

    def submit(self, values: Values) -> Message:
        """Writes the decision down. ``UsageFault`` where it cannot be so, with what to do."""
        by, username = named(values), str(values["username"]).strip()
        is_new = values["who"] == CREATE
        chosen = self._new_user(values) if is_new else replace(self.setup, create_user=False)
        campaigns = bool(values.get("campaigns", self.setup.sync_campaigns))
        setup = replace(chosen, username=username, sync_campaigns=campaigns, decided_by=by, decided_at=now())
        with self.step.session.workspace.lock("decision"):
            self._demand_right_kind(self._looked_up(username), is_new)
            self._take_name(username)
            write_setup(self.step.session.workspace, setup)
            what = self._told(setup)
            self.step.note("decide", Entry.decision, journal_payloads.decision(what, by, at=setup.decided_at))
        self.step.go_on()
        return say("Recorded: {what}", what=what)

    def build(self) -> Any:
        """The form as a widget."""
        there = isinstance(self.seen.sync_user, SyncUser)
        options = {
            EXISTING: say("An existing Salesforce user"),
            CREATE: say("A new user, created by the runbook"),
        }
        profiles = [each.name for each in self._profiles()]
        chosen = self.setup.profile if self.setup.profile in profiles else next(iter(profiles), "")
        username = self.step.session.expected.sync_username
        email = self.setup.user_email or self.step.session.expected.admin_username
        inputs = [
            Input("who", say("Who is the sync user?"), Kind.CHOICE, EXISTING if there else CREATE, options),
            Input("username", say("Username (unique across all Salesforce orgs)"), value=username),
            Input("email", say("New user: e-mail address that somebody reads"), value=email),
            Input("last_name", say("New user: last name"), value=self.setup.last_name),
            Input("alias", say("New user: alias, at most 8 characters"), value=self.setup.alias),
            Input(
                "profile",
                say("New user: profile"),
                Kind.LIST,
                chosen,
                {name: name for name in profiles},
            ),
            Input(
                "campaigns",
                say("Sync campaigns, too: the sync user must be a “Marketing User”"),
                Kind.PICK,
                self.setup.sync_campaigns,
            ),
            name_input(self.step.session.journal),
        ]
        return build_form(self.step.session.language, inputs, say("Decide"), self.submit)

    def _profiles(self) -> tuple[Profile, ...]:
        seats, organization = self.seen.seats, self.seen.organization
        if not isinstance(seats, Seats) or not isinstance(organization, Organization):
            return ()
        return suitable_profiles(seats, organization.edition)

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

    def _looked_up(self, username: str) -> object:
        """Who has that username in this org."""
        if username.lower() == self.seen.expected.sync_username.lower():
            return self.seen.sync_user
        before = self.step.session.connection
        self.step.session.connection = self._connection(username)
        try:
            return self.step.session.collect((Part.SYNC_USER,)).sync_user
        finally:
            self.step.session.connection = before

    def _demand_right_kind(self, found: object, is_new: bool) -> None:
        if is_new and isinstance(found, SyncUser):
            raise UsageFault(
                say("“{username}” already exists in this org.", username=found.username),
                fix=say("Choose “An existing Salesforce user”, or type another username."),
            )
        if not is_new and isinstance(found, Absent):
            raise UsageFault(
                say("Nobody in this org has that username."),
                fix=say("Correct it, or choose “A new user, created by the runbook”."),
            )

    def _take_name(self, username: str) -> None:
        """Another username than connection.toml's is written there: the one place that says who the
        sync user is."""
        session = self.step.session
        if username == session.expected.sync_username:
            return
        session.connection = self._connection(username)
        write_connection(session.workspace.connection_file, session.connection)
        session.sync.forget()
        self.step.seen = None

    def _connection(self, username: str) -> Connection:
        told = self.step.session.connection.model_dump()
        told["salesforce"]["sync_username"] = username
        try:
            return Connection.model_validate(told)
        except ValidationError as wrong:
            reasons = [reason_of(fault) for fault in wrong.errors(include_url=False)]
            raise UsageFault(
                say("“{username}” cannot be the sync user: {reason}.", username=username, reason=reasons[0]),
                fix=say("Type a username in the form of an e-mail address; not your own."),
            ) from None

    def _told(self, setup: SetupDecision) -> Message:
        if not setup.create_user:
            return say("The sync user is {username}, an existing user.", username=setup.username)
        return say(
            "The sync user {username} will be created, with the profile “{profile}”.",
            username=setup.username,
            profile=setup.profile,
        )
