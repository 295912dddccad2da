"""The next client starts with the rules of the last one, and with nothing else of it."""

from __future__ import annotations

from pathlib import Path

from runbook_lib.change.decisions import FieldDecision, Visibility, write_fields
from runbook_lib.change.decisions.rules import FieldRule, read_rules, write_rules
from runbook_lib.cli.app import call
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.systems.connection import read_connection
from runbook_lib.workspace import Workspace
from tests.org_by_hand import a_field, small_org

GIVEN = (
    "--name", "next", "--environment", "production", "--admin-username", "a@next.example",
    "--sync-username", "s@next.example", "--munchkin-id", "321-CBA-654", "--client-id", "c",
)  # fmt: skip


def test_init_like_takes_rules_and_nothing_of_the_client(rehearsed: Session, tmp_path: Path) -> None:
    """Rules and language come along; names, ids and decisions do not. A wrong folder founds nothing."""
    hide = FieldDecision("Lead", "Legacy__c", Visibility.HIDE, reason="old", decided_by="Ada")
    write_fields(rehearsed.workspace, [hide])
    file = rehearsed.workspace.connection_file
    file.write_text(file.read_text(encoding="utf-8").replace('language = "en"', 'language = "de"'), "utf-8")
    folder = tmp_path / "next"
    assert call(["init", str(folder), *GIVEN, "--like", str(tmp_path / "nowhere")]) == 64
    assert not folder.exists()
    assert call(["init", str(folder), *GIVEN, "--like", str(rehearsed.workspace.path)]) == 0
    connection = read_connection(folder / "connection.toml")
    assert connection.language == "de" and connection.rehearsal is None
    assert [path.name for path in (folder / "decisions").iterdir()] == ["rules.csv"]
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
    assert "acme" not in text.lower()
    (rule,) = read_rules(Workspace.open(folder))
    assert (rule.field, rule.decision, rule.reason) == ("Legacy__c", Visibility.HIDE, "old")


def test_a_rule_is_what_04_suggests(rehearsed: Session) -> None:
    """The field that nothing speaks against is suggested to be hidden, with the rule as the reason."""
    write_rules(rehearsed.workspace, [FieldRule("*", "Tier__*", Visibility.HIDE, reason="not for campaigns")])
    step = FieldVisibility(rehearsed, interactive=False)
    visible = {"Lead": (a_field("Lead.Tier__c"), a_field("Lead.Other__c"))}
    step.seen = small_org(visible=visible, present=visible)
    advised = {advice.full_name: advice for advice in step._advice()}
    assert advised["Lead.Tier__c"].decision == "hide" and advised["Lead.Other__c"].decision == "keep"
    assert str(advised["Lead.Tier__c"].reason) == "By the rule *.Tier__* of rules.csv. not for campaigns"
