"""The API budget."""

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org, OrgFault
from runbook_lib.rehearsal.world import load_world


def test_calls_are_taken_from_the_budget_until_it_is_spent() -> None:
    """Each counted call lowers Remaining by one; with none left calls are refused."""
    org = Org(load_world("clean"), Clock(), people=0)
    admin = org.user_id(org.world.admin_username)
    before = org.limits(admin)["DailyApiRequests"]
    org.count_call()
    assert org.limits(admin)["DailyApiRequests"] == {
        "Max": before["Max"],
        "Remaining": before["Remaining"] - 1,
    }
    org.switches.api_requests_used = org.switches.daily_api_requests
    with pytest.raises(OrgFault) as refused:
        org.count_call()
    assert (refused.value.status, refused.value.code) == (403, "REQUEST_LIMIT_EXCEEDED")
    with pytest.raises(OrgFault, match="View Setup"):
        org.limits(org.user_id(org.world.sync_username))
    org.database.close()
