"""What the files of decisions hold, for the report."""

from __future__ import annotations

from datetime import UTC, datetime

from runbook_lib.change.decisions import (
    FieldDecision,
    MappingDecision,
    Pairing,
    Visibility,
    write_fields,
    write_mappings,
)
from runbook_lib.proof.report.decisions import decided_on_file
from runbook_lib.proof.report.step_report import Decided
from runbook_lib.workspace import Workspace

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_hidden_fields_are_named_and_kept_ones_counted(workspace: Workspace) -> None:
    """Each hidden field stands with who hid it and why; kept ones are a number."""
    write_fields(
        workspace,
        [
            FieldDecision(
                "Lead", "National_ID__c", Visibility.HIDE, reason="encrypted", decided_by="Ada", decided_at=AT
            ),
            FieldDecision("Lead", "Region__c", Visibility.KEEP),
            FieldDecision("Contact", "Region__c", Visibility.KEEP),
        ],
    )
    assert decided_on_file(workspace, str)["04_field_visibility"] == (
        Decided("Hide Lead.National_ID__c.", "Ada", "encrypted", "2026-11-22T10:00:00+00:00"),
        Decided("Keep 2 other fields.", "", "", ""),
    )


def test_mappings_are_named(workspace: Workspace) -> None:
    """Each pair stands with what becomes of it."""
    write_mappings(
        workspace, [MappingDecision("A__c", "B__c", Pairing.BREAK, reason="differ", decided_by="Ada")]
    )
    (told,) = decided_on_file(workspace, str)["06_field_mappings"]
    assert (told.what, told.reason) == ("Break the pair: Lead.A__c = Contact.B__c", "differ")


def test_a_bad_file_is_told(workspace: Workspace) -> None:
    """A file of decisions that cannot be read does not keep the report from being made."""
    (workspace.decisions / "fields.csv").write_text("nothing\n")
    (told,) = decided_on_file(workspace, str)["04_field_visibility"]
    assert "has no column object, field, decision" in told.what


def test_nothing_on_file(workspace: Workspace) -> None:
    """Without files nothing was decided."""
    assert set(decided_on_file(workspace, str).values()) == {()}
