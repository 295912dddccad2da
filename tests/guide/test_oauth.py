"""The road where Marketo logs in with OAuth and speaks German, and where mappings are edited: the robot's
clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.instance import CrmState
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from tests.guide.walking import walk_on


def test_the_robot_logs_in_and_pairs(start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path) -> None:
    """Both clicks of OAuth, a mapping broken and another made in Edit Mappings; the whole road is proven."""
    server = start_rehearsal("oauth")
    folder = prepare_workspace(tmp_path / "acme", server, "robot", "de").path
    (folder / "decisions").mkdir(exist_ok=True)
    (folder / "decisions" / "mappings.csv").write_text(
        "lead_field,contact_field,decision,reason,decided_by,decided_at\n"
        "Product_Interest__c,Product_Interests__c,pair,the same question,Ada,\n"
        "region__c,Region__c,break,two meanings,Ada,\n",
        encoding="utf-8",
    )
    with environment(secret_variables(server)), open_session(folder) as session:
        walk_on(session, ROAD[0].name, ROAD[-1].name)
        assert count_proven(session) == len(ROAD)
    query = "SELECT AppName, UseCount FROM OauthToken"
    (token,) = server.org.query(server.org.user_id(server.world.admin_username), query).rows
    assert token["AppName"] == "Marketo" and token["UseCount"] >= 1  # what notebook 03 looks for
    crm, book = server.instance.crm, server.instance.fields
    assert crm.state is CrmState.SYNC_STARTED and crm.username == server.world.sync_user.username
    pairs = {(lead.name, contact.name) for _, lead, contact in book.pairs()}
    assert ("Product_Interest__c", "Product_Interests__c") in pairs
    assert ("Region__c", "Region__c") not in pairs
