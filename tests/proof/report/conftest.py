"""What the tests of the report share: looks of which there are pictures."""

from __future__ import annotations

import json

from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.road import FIELD_VISIBILITY, SYNC_FIELDS
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Snapshot, to_json
from runbook_lib.text import say
from runbook_lib.workspace import Workspace
from tests.org_by_hand import small_org, visible


def look_at_fields(workspace: Workspace, journal: Journal) -> Snapshot:
    """04 and 05 looked at the same few fields; one was hidden before."""
    seen = small_org(
        visible=visible("Lead.Email", "Lead.Tier__c", "Account.Site__c"), fill={"Lead.Tier__c": Fill(1, 900)}
    )
    name = "20261122T120000Z-0f0f0f0f.json"
    (workspace.snapshots / name).write_text(json.dumps(to_json(seen)), encoding="utf-8")
    for step in (FIELD_VISIBILITY, SYNC_FIELDS):
        payload = journal_payloads.read(say("Both systems were read."), seen, {})
        journal.append(step.name, "look", Kind.read, {**payload, "snapshot": name})
    decided = "object,field,decision,reason,decided_by,decided_at\n"
    rows = "Lead,Tier__c,keep,,Ada,\nLead,Old__c,hide,nobody uses it,Ada,\n"
    (workspace.decisions / "fields.csv").write_text(decided + rows, encoding="utf-8")
    return seen
