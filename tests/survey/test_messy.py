"""World messy: its checks name every fault that it lists, and nothing that is not there."""

from __future__ import annotations

from runbook_lib.review.checks import CHECKS, parts_needed, run_checks
from runbook_lib.review.findings import Status
from runbook_lib.survey.forecast import forecast_calls
from tests.survey.conftest import Live

# Of every org before the road is walked: nothing was synced yet.
NOTHING_ARRIVED = {"people_seen"}


def _told(live: Live) -> dict[str, Status]:
    snapshot = live.see(*parts_needed(CHECKS))
    return {finding.check: finding.status for finding in run_checks(snapshot)}


def test_the_checks_name_all_faults_and_no_other(messy: Live) -> None:
    """Exactly the checks that the world lists are not green, and none of them cannot tell."""
    told = _told(messy)
    red = {name for name, status in told.items() if status in (Status.WARN, Status.ERROR, Status.UNKNOWN)}
    assert red - NOTHING_ARRIVED == {fault.check for fault in messy.server.world.faults}
    assert Status.UNKNOWN not in {told[name] for name in red - NOTHING_ARRIVED}


def test_looking_at_everything_costs_no_more_than_foretold(messy: Live) -> None:
    """All checks together stay below the calls that are printed before."""
    messy.forget()
    messy.see(*parts_needed(CHECKS))
    assert messy.calls() <= forecast_calls(parts_needed(CHECKS))


def test_world_clean_has_none_of_these_faults(live: Live) -> None:
    """In world clean no rule, no network, no sharing and no profile stands in the way."""
    told = _told(live)
    quiet = {fault for fault in told if told[fault] is Status.OK}
    assert {
        "edition", "private_sharing", "validation_rules", "duplicate_rules", "assignment_rules", "automation",
        "org_features", "required_fields", "login_ranges", "login_hours", "dedicated_account",
        "sync_user_profile",
    } <= quiet  # fmt: skip
