"""What is handed over is of this connection: its days, its decisions, its late fields, and who said no."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runbook_lib.change.decisions import write_setup
from runbook_lib.change.decisions.setup import SetupDecision
from runbook_lib.guide.commands.schemas import schema_of
from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.report import report_data, write_report
from runbook_lib.review.directions import DIRECTIONS
from runbook_lib.road import SYNC_FIELDS, WATCH
from runbook_lib.systems.connection import write_connection
from runbook_lib.text import Moment, say
from runbook_lib.workspace import Workspace
from tests.org_by_hand import NOW
from tests.proof.conftest import connection

TellRoad = Callable[[int], None]


def rows(told: dict[str, Any], name: str) -> dict[str, Any]:
    """The row of the hand-over of that id."""
    (row,) = (row for row in told["handover"] if row["id"] == name)
    return dict(row)


def test_days_are_counted_from_the_last_click(
    workspace: Workspace, journal: Journal, tell_road: TellRoad
) -> None:
    """Day 1, 4 and 30 are dates once the sync was started here, and none before."""
    tell_road(8)
    assert {row["due"] for row in report_data(workspace, journal)["handover"]} == {""}
    tell_road(9)
    told = report_data(workspace, journal)
    start = journal.entries(step="08_start_sync", kind=Kind.click)[-1].at[:10]
    days = [rows(told, name)["due"] for name in ("notifications", "sync-errors", "hide-in-marketo")]
    assert days == sorted(days) and start < days[0] and rows(told, "queues")["due"] == ""
    assert str(Moment.of(days[0])) in write_report(workspace, journal).read_text("utf-8")


def test_who_wins_is_told_as_it_was_decided(workspace: Workspace, journal: Journal) -> None:
    """Leads: Marketo, contacts: Salesforce. Campaigns that were decided against are not synced, by whom;
    custom objects are there by the names that were chosen, and none where none was."""
    told = {row["object"]: row for row in report_data(workspace, journal)["travels"]}
    assert (told["Lead"]["winner"], told["Contact"]["winner"]) == ("marketo", "salesforce")
    assert told["Campaign"]["way"] == "both" and len(told) == len(DIRECTIONS) - 1
    setup = SetupDecision(
        sync_campaigns=False, custom_objects=("Visit__c",), decided_by="Ada", decided_at=NOW
    )
    write_setup(workspace, setup)
    told = {row["object"]: row for row in report_data(workspace, journal)["travels"]}
    assert told["Campaign"]["way"] == "none" and "Ada" in told["Campaign"]["what"]
    assert told["Visit__c"]["way"] == "to-marketo"


def test_what_was_said_after_go_live_is_in_it(
    workspace: Workspace, journal: Journal, tell_road: TellRoad
) -> None:
    """A field that was accepted later lacks its older values; a rejection and an acknowledgement stand among
    what people said, with name and reason. report.json keeps to its published schema."""
    tell_road(11)
    late = journal_payloads.decision(say("This change was acknowledged: {names}.", names="x"), "Bo", "fine")
    marks = {"drift-field:Lead.Late__c": "0", "drift-duplicates:lead": "1"}
    journal.append(WATCH.name, "decide", Kind.decision, late | {journal_payloads.ACKNOWLEDGED: marks})
    no = journal_payloads.decision(say("The plan was rejected."), "Cy", "not this quarter", NOW)
    journal.append(SYNC_FIELDS.name, "decide", Kind.decision, no)
    page = write_report(workspace, journal).read_text("utf-8")
    told = json.loads(workspace.report_json.read_text("utf-8"))
    jsonschema.validate(told, schema_of("report"))
    assert [(row["field"], row["by"], row["reason"]) for row in told["not_back_filled"]] == [
        ("Lead.Late__c", "Bo", "fine")
    ]
    said = {(row["by"], row["reason"], row["what"]) for row in told["said"]}
    assert ("Cy", "not this quarter", "The plan was rejected.") in said
    assert any(by == "Bo" for by, _, _ in said)
    assert "Lead.Late__c" in page and "not this quarter" in page


@pytest.mark.parametrize(
    ("language", "words"), [("de", "in beide Richtungen"), ("es", "en ambos sentidos"), ("en", "both ways")]
)
def test_it_is_read_in_three_languages(
    workspace: Workspace, journal: Journal, tmp_path: Path, language: str, words: str
) -> None:
    """Directions and winners, too."""
    write_connection(workspace.connection_file, connection(language))
    assert words in write_report(workspace, journal).read_text("utf-8")
