"""Marketing User: needed where campaigns are to be synced, and never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook_lib.review.checks.marketing_user import judge_marketing_user
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Snapshot, SyncUser


@pytest.mark.parametrize(
    ("flag", "campaigns", "status"),
    [
        (True, True, Status.OK),
        (False, True, Status.WARN),
        (None, True, Status.UNKNOWN),
        (True, False, Status.SKIP),
        (False, False, Status.SKIP),
        (None, False, Status.SKIP),
    ],
)
def test_three_values_and_a_decision(
    snapshot: Snapshot, flag: bool | None, campaigns: bool, status: Status
) -> None:
    """Set is fine, not set is a warning, not known stays not known; without campaigns nothing is asked."""
    assert isinstance(snapshot.sync_user, SyncUser)
    told = judge_marketing_user(
        replace(
            snapshot,
            sync_user=replace(snapshot.sync_user, marketing_user=flag),
            expected=replace(snapshot.expected, campaigns=campaigns),
        )
    )
    assert told.status is status
    assert (told.fix is not None) == (status in (Status.WARN, Status.UNKNOWN))
