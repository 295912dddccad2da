"""02: the user Marketo logs in as, and exactly the rights it needs."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.guide.steps.patterns.click_step import DecidedStep
from runbook_lib.guide.steps.setup.new_sync_user import after_creation, ask_who, is_to_be_made
from runbook_lib.guide.steps.setup.professional import professional_card
from runbook_lib.guide.steps.setup.setup_decision import settle_setup, stop_where_refused
from runbook_lib.guide.views.rights import matrix_blocks
from runbook_lib.guide.views.view import Block, Card, Facts, Tone
from runbook_lib.guide.widgets.forms.grant import offer_missing_rights
from runbook_lib.review.rights_matrix import rights_matrix
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.snapshot import Absent, Part, Snapshot
from runbook_lib.survey.snapshot import SyncUser as SyncUserFacts
from runbook_lib.text import say


class SyncUser(DecidedStep):
    """02: the permission set with exactly the rights Marketo asks for, assigned to the sync user."""

    spec = SYNC_USER
    explanation = say(
        "Marketo logs in as a Salesforce user of its own. Their rights come from one permission set, "
        "so everything granted can be seen and taken back in one place. The sync user's login is not "
        "tried until notebook 03, so this is proven from the permission tables with your own login."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The user and what they may do today."""
        stop_where_refused(self)
        yield from professional_card(self.name, seen)
        if isinstance(seen.sync_user, SyncUserFacts):
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

    def _check(self) -> Iterable[Block]:
        """The button for missing rights stands here only for a user who is there: making one is decided."""
        is_there = isinstance(self.snapshot.sync_user, SyncUserFacts)
        return [*super()._check(), *(offer_missing_rights(self) if is_there else ())]

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file; where there is none, the recommendation is written down."""
        return settle_setup(self)

    def parts_to_prove(self) -> tuple[Part, ...]:
        """All but what surrounds the sync, and who could still be made: this step changes neither."""
        return tuple(part for part in self.parts() if part not in (Part.SURROUNDINGS, Part.SEATS))

    def _decide(self) -> Iterable[Block]:
        return ask_who(self) or super()._decide()

    def _do(self) -> Iterable[Block]:
        return [*super()._do(), *after_creation(self.session)]
