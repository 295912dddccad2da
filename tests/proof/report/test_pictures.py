"""The report shows the pictures of the notebooks, with the same numbers as a table and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from runbook_lib.journal import Journal
from runbook_lib.proof.report import write_report
from runbook_lib.workspace import Workspace
from tests.proof.report.conftest import look_at_fields


def test_each_picture_with_its_numbers(workspace: Workspace, journal: Journal) -> None:
    """A drawing, its table and its data under the step that it is of; in JSON the same rows."""
    look_at_fields(workspace, journal)
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    pictures = json.loads(workspace.report_json.read_text(encoding="utf-8"))["pictures"]
    assert [one["step"] for one in pictures] == ["04_field_visibility", *["05_sync_fields"] * 3]
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
