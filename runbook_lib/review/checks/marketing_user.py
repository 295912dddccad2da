"""Whether Marketo may work with campaigns as the sync user, where campaigns are to be synced at all.

Source: Marketo documentation, Step 2 of 3 ("Marketing User"); Object Reference, User
(UserPermissionsMarketingUser): a feature license without which a user makes and edits no campaigns, whatever
the object permissions say.
"""

from __future__ import annotations

from typing import cast

from runbook_lib.review.checks.check import Answer, Check, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.requirements import STEP_2
from runbook_lib.survey.snapshot import Part, Snapshot, SyncUser
from runbook_lib.text import say


def judge_marketing_user(snapshot: Snapshot) -> Answer:
    """The sync user is a “Marketing User”, where campaigns are to be synced."""
    user = cast(SyncUser, snapshot.sync_user)
    if not snapshot.expected.campaigns:
        return Answer(Status.SKIP, say("Campaigns are not being synced, so “Marketing User” is not needed."))
    if user.marketing_user:
        return ok(say("“{username}” is a “Marketing User”.", username=user.username))
    why = say(
        "Without it, Salesforce lets nobody create or edit campaigns, whatever the object permissions "
        "say, and Marketo cannot sync its programs with them."
    )
    by_hand = say(
        "Notebook 02 sets it. By hand: Salesforce Setup → Users → Users → Edit beside the user, tick "
        "Marketing User. If you do not want to sync campaigns, write sync_campaigns = false into "
        "decisions/setup.toml."
    )
    if user.marketing_user is None:
        return Answer(
            Status.UNKNOWN,
            say("Cannot tell whether “{username}” is a “Marketing User”.", username=user.username),
            why,
            say(
                "Look at the user in Salesforce Setup → Users → Users: Marketing User must be ticked. "
                "The runbook can check it if your own user can read it."
            ),
            Who.SALESFORCE_ADMIN,
        )
    return Answer(
        Status.WARN,
        say("“{username}” is not a “Marketing User”.", username=user.username),
        why,
        by_hand,
        Who.SALESFORCE_ADMIN,
    )


CAMPAIGN_CHECKS: tuple[Check, ...] = (
    Check(
        "marketing_user",
        SYNC_USER.name,
        say("Campaigns may be synced"),
        STEP_2 + "; Object Reference, User",
        judge_marketing_user,
        needs=(Part.SYNC_USER,),
        gates=(),
    ),
)
