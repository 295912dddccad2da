"""Keep and hide by rule: a file that goes from client to client, and suggests nothing more than it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook_lib.change.decisions import Decisions, FieldDecision, Visibility
from runbook_lib.change.decisions.rules import FieldRule, read_rules, rule_for, rules_of, write_rules
from runbook_lib.errors import DecisionFileFault
from runbook_lib.workspace import Workspace

HIDE, KEEP = Visibility.HIDE, Visibility.KEEP


@pytest.fixture
def folder(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path / "acme")


def test_rules_round_trip_in_their_order(folder: Workspace) -> None:
    """What is written is read again; the first rule that fits counts, whatever the case."""
    rules = (FieldRule("Lead", "Legacy_Key__c", KEEP), FieldRule("*", "Legacy_*", HIDE, reason="gone"))
    write_rules(folder, rules)
    assert read_rules(folder) == rules
    assert rule_for(rules, "lead.legacy_key__c") == rules[0]
    assert rule_for(rules, "Account.Legacy_ERP__c") == rules[1]
    assert (
        rule_for(rules, "Account.Tier__c") is None and read_rules(Workspace.create(folder.path / "b")) == ()
    )


def test_a_broken_file_gives_nothing(folder: Workspace) -> None:
    """Every bad row is named, and no rule is taken."""
    text = "object,field,decision\nLead,A__c,hide\nLead,B b,hide\n*,C__c,perhaps\n"
    (folder.decisions / "rules.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DecisionFileFault) as fault:
        read_rules(folder)
    assert "line 3" in str(fault.value) and "line 4" in str(fault.value)


def test_what_people_decided_goes_on_and_a_suggestion_does_not() -> None:
    """Custom fields that a person decided about become rules with reason and name; older rules stay behind
    them, each field once."""
    rows = (
        FieldDecision("Lead", "Legacy__c", HIDE, reason="old", decided_by="Ada"),
        FieldDecision("Lead", "Tier__c", KEEP, decided_by="recommendation"),
        FieldDecision("Lead", "Fax", HIDE, decided_by="Ada"),
    )
    before = (FieldRule("lead", "legacy__c", KEEP), FieldRule("*", "*_Old__c", HIDE))
    rules = rules_of(Decisions(fields={row.full_name: row for row in rows}), before)
    assert rules == (FieldRule("Lead", "Legacy__c", HIDE, reason="old", decided_by="Ada"), before[1])
