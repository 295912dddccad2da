"""The road where Marketo logs in with OAuth and speaks German, and where mappings are edited: the robot's
clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from runbook_lib.guide.rehearsing import prepare_workspace, secret_variables
from runbook_lib.rehearsal.instance import CrmState
from runbook_lib.rehearsal.server import RehearsalServer
from tests.guide.conftest import Runbook


def test_the_robot_logs_in_and_pairs(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path, runbook: Runbook
) -> None:
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
    done = runbook("run", folder, variables=secret_variables(server))
    assert done.returncode == 0, done.stdout + done.stderr
    crm, book = server.instance.crm, server.instance.fields
    assert crm.state is CrmState.SYNC_STARTED and crm.username == server.world.sync_user.username
    pairs = {(lead.name, contact.name) for _, lead, contact in book.pairs()}
    assert ("Product_Interest__c", "Product_Interests__c") in pairs
    assert ("Region__c", "Region__c") not in pairs
