"""Decisions that name a field which is not there: refused with their line; told apart from "cannot tell"."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook_lib.change.decisions import Decisions, MappingDecision, Pairing, read_decisions
from runbook_lib.change.plans import plan_for
from runbook_lib.change.plans.unknown_names import misspelled
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.workspace import Workspace
from tests.org_by_hand import NOW, small_org, visible


@pytest.fixture
def decisions(tmp_path: Path) -> Decisions:
    """Files as a spreadsheet left them, with slips of the finger in lines 3 and 4 and in line 2."""
    workspace = Workspace.create(tmp_path / "acme")
    (workspace.decisions / "fields.csv").write_text(
        "object;field;decision\r\nLead;Region__c;keep\r\nLead;Regoin__c;hide\r\nContcat;Region__c;hide\r\n"
    )
    (workspace.decisions / "mappings.csv").write_text(
        "lead_field,contact_field,decision\nregion__c,Regions__c,leave\n"
    )
    return read_decisions(workspace)


def test_each_row_is_refused_by_name(decisions: Decisions) -> None:
    """File, line, name, and what comes near it; a pair may be spelled in any case."""
    assert [str(message) for message in misspelled(small_org(), decisions)] == [
        "fields.csv, line 3: Lead has no field Regoin__c that the administrator or the sync user sees. "
        "Near it: Region__c.",
        "fields.csv, line 4: Contcat is not one of the objects that the sync covers. Near it: Contact.",
        "mappings.csv, line 2: Contact has no field Regions__c that the administrator or the sync user sees. "
        "Near it: Region__c.",
    ]


def test_the_plan_of_04_cannot_be_carried_out(decisions: Decisions) -> None:
    """They are obstacles of the plan: the gate refuses each."""
    told = [
        str(obstacle) for obstacle in plan_for("04_field_visibility", small_org(), decisions, NOW).obstacles
    ]
    assert sum("Near it" in message for message in told) == 3


def test_a_mapping_names_what_comes_near() -> None:
    """06 refuses a pair of a field that the sync user does not see, with the custom fields that come near."""
    decided = MappingDecision("Regoin__c", "Region__c", Pairing.BREAK, line=7)
    plan = plan_for("06_field_mappings", small_org(), Decisions(mappings=(decided,)), NOW)
    (told,) = map(str, plan.obstacles)
    assert told.startswith("mappings.csv, line 7: Lead.Regoin__c is not a custom field")
    assert told.endswith("Near it: Region__c.")


def test_a_field_that_is_hidden_is_there(decisions: Decisions) -> None:
    """What only the administrator sees is no slip: the sync user does not see it because it was hidden."""
    seen = small_org(visible=visible("Lead.Email"))
    assert len(list(misspelled(seen, decisions))) == 3


def test_nobody_could_look(decisions: Decisions) -> None:
    """Where the org's fields could not be read, nobody can tell, and that shuts the gate as well."""
    seen = small_org(present=Unknown("no answer came"))
    told = [str(message) for message in misspelled(seen, decisions)]
    assert len(told) == 3 and all("cannot tell whether there is a field" in message for message in told)


def test_nobody_was_asked(decisions: Decisions) -> None:
    """A step that does not look at all fields says nothing."""
    assert list(misspelled(small_org(present=None), decisions)) == []
