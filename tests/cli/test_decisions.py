"""The commands with which a person decides: what several people decided is put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook_lib.cli.app import call
from runbook_lib.workspace import Workspace

ANSWERS = (
    "--name", "acme", "--environment", "production", "--admin-username", "a@acme.example",
    "--sync-username", "m@acme.example", "--munchkin-id", "123-ABC-456", "--client-id", "abc",
)  # fmt: skip
HEAD = "object,field,decision,reason,decided_by,decided_at"


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workspace:
    """A connection in which one field is decided."""
    assert call(["init", str(tmp_path / "acme"), *ANSWERS]) == 0
    capsys.readouterr()
    opened = Workspace.open(tmp_path / "acme")
    _lay(opened.decisions / "fields.csv", "Lead,A__c,keep,,,")
    return opened


def _lay(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def _decides(who: str, field: str, decision: str) -> str:
    return f"Lead,{field},{decision},,{who},2026-11-27T09:00:00+00:00"


def test_merge_puts_copies_together(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """``merge`` takes what each person changed, and prints the file and how many rows it has."""
    folder = workspace.path.parent
    ann = _lay(folder / "ann.csv", _decides("Ann", "A__c", "hide"))
    bob = _lay(folder / "bob.csv", "Lead,A__c,keep,,,", _decides("Bob", "B__c", "hide"))
    assert call(["merge", str(workspace.path), str(ann), str(bob)]) == 0
    file = workspace.decisions / "fields.csv"
    assert capsys.readouterr().out.strip() == f"{file}: 2"
    told = file.read_text("utf-8")
    assert "Lead,A__c,hide" in told and "Lead,B__c,hide" in told and "Ann" in told and "Bob" in told


def test_merge_writes_nothing_where_people_disagree(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field that two people decided differently waits for a person (2), who is told both names."""
    before = (workspace.decisions / "fields.csv").read_bytes()
    copies = [
        str(_lay(workspace.path.parent / f"{who}.csv", _decides(who, "B__c", decision)))
        for who, decision in (("Ann", "hide"), ("Bob", "keep"))
    ]
    assert call(["merge", str(workspace.path), *copies]) == 2
    told = capsys.readouterr()
    assert "Ann" in told.err and "Bob" in told.err and told.out == ""
    assert (workspace.decisions / "fields.csv").read_bytes() == before


@pytest.mark.parametrize("arguments", [["--table", "duplicates"], ["/nowhere.csv"]])
def test_merge_used_wrongly_is_64(workspace: Workspace, arguments: list[str]) -> None:
    """A table that nobody copies, and a copy that is not there."""
    own = str(workspace.decisions / "fields.csv")
    assert call(["merge", str(workspace.path), own, *arguments]) == 64
