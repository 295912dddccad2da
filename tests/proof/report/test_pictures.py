"""The report shows the pictures of the notebooks, with the same numbers as a table and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from runbook_lib.journal import Journal, Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.claims.status import IN_PROGRESS
from runbook_lib.proof.evidence import Evidence
from runbook_lib.proof.progress import Progress
from runbook_lib.proof.report import write_report
from runbook_lib.proof.report.pictures import pictured
from runbook_lib.proof.sync_status import IN_JOURNAL, SyncStatus
from runbook_lib.road import START_SYNC, VERIFY_SYNC, WATCH
from runbook_lib.text import say
from runbook_lib.workspace import Workspace
from tests.org_by_hand import NOW
from tests.proof.report.conftest import look_at_fields


def test_each_picture_with_its_numbers(workspace: Workspace, journal: Journal) -> None:
    """A drawing, its table and its data under the step that it is of; in JSON the same rows."""
    look_at_fields(workspace, journal)
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    pictures = json.loads(workspace.report_json.read_text(encoding="utf-8"))["pictures"]
    assert [picture["step"] for picture in pictures] == ["04_field_visibility", *["05_sync_fields"] * 3]
    fates = pictures[1]["picture"]
    words = ["kept", "kept: needed, or cannot be hidden", "hidden", "nobody has decided"]
    assert [part["word"] for part in fates["parts"]] == words
    assert fates["rows"] == [
        {"name": "Lead", "counts": [1, 1, 1, 0]}, {"name": "Account", "counts": [0, 0, 0, 1]},
    ]  # fmt: skip
    assert page.count('role="img"') == page.count("<figure") == 4
    figure = page[page.index(fates["title"]) :]
    lines = re.findall(r"<tr><th scope=.row.>(.*?)</th>(.*?)</tr>", figure[: figure.index("</figure>")])
    assert [(name, re.findall(r">(\d+)<", cells)) for name, cells in lines] == [
        ("Lead", ["1", "1", "1", "0", "3"]), ("Account", ["0", "0", "0", "1", "1"]),
        ("All objects", ["1", "1", "1", "1", "4"]),
    ]  # fmt: skip


def test_without_the_library_there_is_the_table(
    workspace: Workspace, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be drawn, the tables stand open."""
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    look_at_fields(workspace, journal)
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert "<svg" not in page and page.count("<details open>") == 4


def test_where_nobody_looked_there_is_no_picture(workspace: Workspace, journal: Journal) -> None:
    """A road that has not begun has nothing to draw."""
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert "<figure" not in page


def test_the_measured_rate_corrects_the_estimate(workspace: Workspace, journal: Journal) -> None:
    """Once a look of 09 measured how fast records arrive, the length of the first sync stands at that rate,
    too; the newest measurement counts."""
    look_at_fields(workspace, journal)
    name = next(workspace.snapshots.glob("*.json")).name
    journal.append(START_SYNC.name, "look", Kind.read, {"snapshot": name})
    assert [len(row) for row in first_sync_of(workspace, journal)] == [3, 3, 3]
    for at_least in (100.0, 2600.0):
        told = Progress(1300, (0.0, 40.0), NOW, (at_least, 2600.0))
        status = SyncStatus(IN_PROGRESS, say("Seen."), None, None, told)
        evidence = journal_payloads.evidence(Evidence(VERIFY_SYNC.name, (), NOW))
        payload = {**evidence, IN_JOURNAL: status.to_json()}
        journal.append(VERIFY_SYNC.name, "prove", Kind.evidence, payload)
    assert first_sync_of(workspace, journal) == [
        ("Lead", 2.7, 10.8, 20.7, 20.8), ("Contact", 1.2, 4.8, 9.2, 9.3),
        ("One after the other", 3.9, 15.6, 29.9, 30.1),
    ]  # fmt: skip


def first_sync_of(workspace: Workspace, journal: Journal) -> list[tuple[object, ...]]:
    """The table of the last picture under 08, below that of the people whom it adds."""
    people, spans = [
        picture for picture in pictured(workspace, journal, "en") if picture.step == START_SYNC.name
    ]
    assert str(people.picture.title) == "People in Marketo"
    return list(spans.picture.table.rows)


def test_what_marketo_exported_is_drawn(workspace: Workspace, journal: Journal) -> None:
    """A Sync Status in imports/ gives the picture of what moved, under 10."""
    look_at_fields(workspace, journal)
    name = next(workspace.snapshots.glob("*.json")).name
    journal.append(WATCH.name, "look", Kind.read, {"snapshot": name})
    head = "Started At,Ended At,Object,Operation,Status,New,Updated,Deleted,Failed Item,Skipped"
    line = "2026-11-28 22:57:36,2026-11-28 22:57:36,Task,Pull updates,Succeeded,250,0,0,3,0"
    (workspace.imports / "status.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    (one,) = [picture for picture in pictured(workspace, journal, "en") if picture.step == WATCH.name]
    assert one.picture.table.rows == (("Task", 250, 3, 253),)
