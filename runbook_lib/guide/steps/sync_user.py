"""02: the user Marketo logs in as, and exactly the rights it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.errors import DecisionFileFault
from runbook_lib.guide.state.session import now
from runbook_lib.guide.steps.setup.new_sync_user import (
    after_creation,
    demand_right_kind,
    how_rights_are_given,
    is_to_be_made,
    who_it_is,
)
from runbook_lib.guide.steps.setup.professional import professional_card
from runbook_lib.guide.steps.setup.setup_decision import SetupStep
from runbook_lib.guide.views.rights import matrix_blocks, rights_and_changes
from runbook_lib.guide.views.view import Block, Card, Facts, Line, Tone
from runbook_lib.guide.widgets.forms.sync_user import WhoForm
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.review.rights_matrix import rights_matrix
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.snapshot import Absent, Part, Snapshot, SyncUser
from runbook_lib.text import Message, say


class SyncUserStep(SetupStep):
    """02: the permission set with exactly the rights Marketo asks for, assigned to the sync user."""

    spec = SYNC_USER
    explanation = say(
        "Marketo logs in as a Salesforce user of its own. Their rights come from one permission set, "
        "so everything granted can be seen and taken back in one place. The sync user's login is not "
        "tried until notebook 03, so this is proven from the permission tables with your own login."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The user and what they may do today."""
        self.stop_where_refused()
        yield from professional_card(self.name, seen)
        if isinstance(seen.sync_user, SyncUser):
            user = seen.sync_user
            yield Facts((
                (say("Sync user"), user.username), (say("Profile"), user.profile_name),
                (say("Active"), say("yes") if user.is_active else say("no")),
            ))  # fmt: skip
        elif isinstance(seen.sync_user, Absent):
            yield Card(
                Tone.WARN, say("There is no user {name} in this org.", name=seen.expected.sync_username)
            )
            return  # who is not there lacks everything
        yield from matrix_blocks(rights_matrix(seen), seen)

    def mended_by_do(self) -> frozenset[str]:
        """Also a missing user, where it was decided to create one."""
        more = {"sync_user_exists"} if is_to_be_made(self) else set()
        return super().mended_by_do() | more

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file; where there is none, the recommendation is written down."""
        setup = self.settle_setup()
        settled: list[Block] = [self.decided_facts(setup, (say("Sync user"), seen.expected.sync_username))]
        if isinstance(seen.sync_user, SyncUser):
            settled += rights_and_changes(rights_matrix(seen), self.plan(seen))
        return settled

    def parts_to_prove(self) -> tuple[Part, ...]:
        """All but what surrounds the sync, and who could still be made: this step changes neither."""
        return tuple(part for part in self.parts() if part not in (Part.SURROUNDINGS, Part.SEATS))

    def _decide(self) -> Iterable[Block]:
        return self._ask_who() or super()._decide()

    def _ask_who(self) -> list[Block]:
        """With a person there who was not asked yet: the form; nothing where it was decided."""
        try:
            setup = self.decisions.setup
        except DecisionFileFault:
            return []
        if not self.interactive or (setup is not None and setup.username):
            return []
        form = WhoForm(self.snapshot, setup or SetupDecision())
        self.offer(form, self.keep_who, say("State who the sync user is, and sign with your name."))
        advice = say(
            "Give Marketo a user of its own: every field this user sees becomes a Marketo field, "
            "and every change Marketo makes carries this user's name."
        )
        return [Line(advice), *how_rights_are_given(self.snapshot)]

    def keep_who(self, chosen: SetupDecision) -> Message:
        """Writes the decision down, and another username into connection.toml. ``UsageFault`` where the user
        is not there, or is there already."""
        username, setup = chosen.username, replace(chosen, decided_at=now())
        is_known = username.lower() == self.snapshot.expected.sync_username.lower()
        self.session.connection.with_sync_user(
            username
        )  # told before the org is asked for a name that cannot be
        demand_right_kind(self.snapshot.sync_user if is_known else self.session.look_up(username), setup)
        if username != self.session.expected.sync_username:
            self.session.name_sync_user(username)
            self.seen = None
        write_setup(self.session.workspace, setup)
        what = who_it_is(setup)
        payload = journal_payloads.decision(what, setup.decided_by, at=setup.decided_at)
        self.note("decide", Kind.decision, payload)
        self.go_on()
        return say("Recorded: {what}", what=what)

    def _do(self) -> Iterable[Block]:
        return [*super()._do(), *after_creation(self.session)]
