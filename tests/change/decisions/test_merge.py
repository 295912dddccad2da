"""Merging: nobody's decision is lost, and nobody's is overruled in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.change.decisions import Visibility, read_decisions
from runbook_lib.change.decisions.files import write_table
from runbook_lib.change.decisions.merge import merge_files, merged
from runbook_lib.change.decisions.rows import FieldDecision
from runbook_lib.errors import DecisionFileFault, WaitsForPerson
from runbook_lib.workspace import Workspace

NAMES = ("A__c", "B__c", "C__c", "D__c")


def row(name: str, decision: str, by: str = "", hour: int = 9) -> FieldDecision:
    """A decision about a field of Lead."""
    moment = datetime(2026, 11, 27, hour, tzinfo=UTC) if by else None
    return FieldDecision(
        object="Lead", field=name, decision=Visibility(decision), decided_by=by, decided_at=moment
    )


def said(rows: list[FieldDecision]) -> dict[str, str]:
    """Field → decision."""
    return {row.field: row.decision.value for row in rows}


def test_the_changes_of_both_are_taken() -> None:
    """What one person changed and what the other added are both there; what nobody changed stays."""
    base = [row("A__c", "keep"), row("B__c", "keep")]
    ann = [row("A__c", "hide", "Ann"), row("B__c", "keep")]
    bob = [row("B__c", "keep"), row("C__c", "hide", "Bob")]
    rows, conflicts = merged(base, {"ann.csv": ann, "bob.csv": bob})
    assert said(rows) == {"A__c": "hide", "B__c": "keep", "C__c": "hide"}
    assert conflicts == []


def test_a_conflict_names_the_row_and_both_people() -> None:
    """The same new row decided differently is a conflict, with who says what."""
    copies = {"ann.csv": [row("C__c", "hide", "Ann")], "bob.csv": [row("C__c", "keep", "Bob")]}
    _, (conflict,) = merged([], copies)
    assert str(conflict.message()) == "Lead.C__c: Ann (ann.csv): hide; Bob (bob.csv): keep"


def test_of_equal_decisions_the_later_one_stays() -> None:
    """Two people who agree are no conflict; the later name and reason stay."""
    copies = {"a": [row("C__c", "hide", "Ann", 9)], "b": [row("C__c", "hide", "Bob", 11)]}
    (kept,), conflicts = merged([], copies)
    assert kept.decided_by == "Bob" and conflicts == []


decisions = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("keep", "hide")))


@given(decisions, decisions, decisions)
def test_no_order_and_no_loss(base: dict[str, str], one: dict[str, str], two: dict[str, str]) -> None:
    """The order of the copies changes nothing; a row without a conflict says what its editor says."""
    tables = [[row(name, says) for name, says in copy.items()] for copy in (base, one, two)]
    rows, conflicts = merged(tables[0], {"one": tables[1], "two": tables[2]})
    again, conflicts_again = merged(tables[0], {"two": tables[2], "one": tables[1]})
    assert said(rows) == said(again)
    assert {conflict.row for conflict in conflicts} == {conflict.row for conflict in conflicts_again}
    disputed = {conflict.row.split(".")[1] for conflict in conflicts}
    assert said(rows).keys() | disputed == base.keys() | one.keys() | two.keys()
    for name in said(rows).keys() - disputed:
        changed = [copy[name] for copy in (one, two) if name in copy and copy[name] != base.get(name)]
        assert said(rows)[name] == (changed[0] if changed else base[name])


def test_nothing_is_written_on_a_conflict_or_a_bad_row(workspace: Workspace, tmp_path: Path) -> None:
    """The file in the workspace is as it was unless all can be merged; then it holds everything."""
    file = write_table(workspace.decisions / "fields.csv", FieldDecision, [row("A__c", "keep")])
    before = file.read_bytes()
    ann = write_table(tmp_path / "ann.csv", FieldDecision, [row("A__c", "hide", "Ann"), row("B__c", "hide")])
    bob = write_table(tmp_path / "bob.csv", FieldDecision, [row("B__c", "keep", "Bob")])
    with pytest.raises(WaitsForPerson, match="1 rows were decided differently"):
        merge_files(workspace, "fields.csv", [ann, bob])
    (tmp_path / "bad.csv").write_text("object,field,decision\nLead,B__c,maybe\n", encoding="utf-8")
    with pytest.raises(DecisionFileFault, match="line 2"):
        merge_files(workspace, "fields.csv", [ann, tmp_path / "bad.csv"])
    assert file.read_bytes() == before
    assert merge_files(workspace, "fields.csv", [ann]) == (file, 2)
    assert read_decisions(workspace).fields["Lead.A__c"].decision is Visibility.HIDE
