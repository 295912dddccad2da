"""Decisions about duplicates: for all, a kind or one group; what they leave open, what is agreed to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runbook_lib.change.decisions import (
    Decisions,
    DuplicateChoice,
    DuplicateDecision,
    read_decisions,
    write_duplicates,
)
from runbook_lib.change.decisions.duplicates import (
    accepted_because,
    decision_for,
    is_any_open,
    left_to_merge,
    summary,
)
from runbook_lib.change.plans import plan_for
from runbook_lib.errors import DecisionFileFault
from runbook_lib.survey.snapshot import DuplicateCounts
from runbook_lib.workspace import Workspace
from tests.org_by_hand import small_org

NOW = datetime(2026, 5, 1, tzinfo=UTC)
COUNTS = DuplicateCounts(
    100, 0, {"lead": 3, "contact": 0, "across": 2}, {"lead": 6, "across": 4}, conflicts=1
)
KEY = "0123456789abcdef"


def accept(people: str = "all", reason: str = "few") -> DuplicateDecision:
    """A decision to accept."""
    return DuplicateDecision(DuplicateChoice.ACCEPT, reason=reason, people=people)


def merge(people: str = "all") -> DuplicateDecision:
    """A decision to merge first."""
    return DuplicateDecision(DuplicateChoice.MERGE, reason="", people=people)


def decided(*rows: DuplicateDecision) -> Decisions:
    """The decisions of a file with these rows."""
    rules = {row.people: row for row in rows}
    return Decisions(duplicates=rules.pop("all", None), duplicate_rules=rules)


def test_rules_and_groups_survive_the_file(tmp_path: Path) -> None:
    """One row per rule or group; the one for all stands apart."""
    workspace = Workspace.create(tmp_path / "w")
    rows = (accept(), merge("across"), merge("opt_out_conflict"), accept(f"lead:{KEY}", "=twins"))
    write_duplicates(workspace, *rows)
    read = read_decisions(workspace)
    assert read.duplicates == rows[0] and list(read.duplicate_rules.values()) == list(rows[1:])


@pytest.mark.parametrize("people", ["some", "lead:", f"queue:{KEY}", "lead:xyz12345"])
def test_nobody_is_decided_about_by_mistake(tmp_path: Path, people: str) -> None:
    """A word that is no kind, and a key that is none, is refused with its line."""
    workspace = Workspace.create(tmp_path / "w")
    text = f"people,decision,reason\n{people},accept,few\n"
    (workspace.decisions / "duplicates.csv").write_text(text)
    with pytest.raises(DecisionFileFault, match=r"duplicates\.csv, line 2, people"):
        read_decisions(workspace)


@pytest.mark.parametrize(
    ("rows", "is_open"),
    [
        ((), True),
        ((accept(),), False),
        ((accept("lead"),), True),
        ((accept("lead"), merge("across")), False),
        ((accept("lead"), accept(f"across:{KEY}"), accept(f"across:{KEY}1")), False),
    ],
)
def test_every_kind_that_there_is_needs_a_decision(
    rows: tuple[DuplicateDecision, ...], is_open: bool
) -> None:
    """A kind without groups needs none; groups that were all decided one by one need none either."""
    assert is_any_open(COUNTS, decided(*rows)) is is_open
    plan = plan_for("07", small_org(duplicates=COUNTS), decided(*rows), NOW)
    assert plan.undecided == (("duplicates",) if is_open else ())


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((accept(),), []),
        ((merge(),), ["5 groups of people are still"]),
        ((merge(), accept("across")), ["3 groups of people are still"]),
        ((merge(), accept(f"lead:{KEY}")), ["4 groups of people are still"]),
        ((accept(), merge("opt_out_conflict")), ["1 are still there"]),
    ],
)
def test_what_was_to_be_merged_shuts_the_gate(rows: tuple[DuplicateDecision, ...], told: list[str]) -> None:
    """The nearest decision counts: that of a group, of its kind, of all."""
    left = [str(message) for message in left_to_merge(COUNTS, decided(*rows))]
    assert len(left) == len(told) and all(part in message for part, message in zip(told, left, strict=True))


def test_the_nearest_decision_counts() -> None:
    """That of the group before that of its kind before that for all."""
    rows = decided(merge(), accept("lead"), merge(f"lead:{KEY}"))
    found = [decision_for(rows, *asked) for asked in (("lead", KEY), ("lead", "other"), ("across",))]
    assert [row.people for row in found if row] == [f"lead:{KEY}", "lead", "all"]


def test_consent_names_kinds_and_conflicts() -> None:
    """08: how many of which kind, where opt-outs contradict each other, and every reason."""
    rows = decided(accept("lead", "tests"), accept("across", "known"))
    plan = plan_for("08", small_org(duplicates=COUNTS), rows, NOW)
    text = next(str(consent.text) for consent in plan.consents if consent.id == "duplicates")
    assert "Leads only: at most 10\n" in text and "Opt-outs that contradict each other: at most 10" in text
    assert accepted_because(rows) == "tests; known" and "tests; known" in text


def test_one_decision_for_all_reads_as_before() -> None:
    """A proof on file rests on this line: one row keeps the words it had."""
    assert summary(decided(accept())) == "accept: few"
    assert summary(decided(accept(), merge("lead"))) != summary(decided(accept()))
